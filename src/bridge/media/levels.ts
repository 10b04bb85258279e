import { decodeSample } from './g711.ts';

const FULL_SCALE = 32_768;
/** What a frame of digital silence is said to measure; nothing on a telephone line is quieter. */
export const SILENT_DBFS = -90;

const magnitudes = Float64Array.from({ length: 256 }, (_, code) => Math.abs(decodeSample(code)));
const squares = magnitudes.map((value) => value * value);
/** Without its sign, a code is the smaller the louder it is. */
const codeBits = 0x7f;

/** The loudest sample of a piece of mu-law, 0 to 1 of full scale. Allocates nothing. */
export function peakLevel(bytes: Uint8Array): number {
  let loudest = codeBits;
  for (let at = 0; at < bytes.length; at++) {
    const code = (bytes[at] as number) & codeBits;
    if (code < loudest) loudest = code;
  }
  return (magnitudes[loudest] as number) / FULL_SCALE;
}

/** The root mean square of a piece of mu-law, 0 to 1 of full scale; 0 for no bytes. Allocates nothing. */
export function rmsLevel(bytes: Uint8Array): number {
  if (bytes.length === 0) return 0;
  let sum = 0;
  for (let at = 0; at < bytes.length; at++) sum += squares[bytes[at] as number] as number;
  return Math.sqrt(sum / bytes.length) / FULL_SCALE;
}

/** A level of 0 to 1 in decibels below full scale, for meters: -90 to 0. */
export function toDbfs(level: number): number {
  return level <= 0 ? SILENT_DBFS : Math.max(SILENT_DBFS, 20 * Math.log10(level));
}
