import { SAMPLE_RATE_HZ } from './g711.ts';

/** Length of the header that we write: RIFF, a 16-byte `fmt `, and the head of `data`. The audio begins right behind it. */
export const WAV_HEADER_BYTES = 44;

/** Bytes of one sample of both sides of a call: 16-bit linear, callee left, our side right. */
export const STEREO_SAMPLE_BYTES = 4;

const PCM = 1;
const BITS = 16;
/** Sizes are 32-bit words; a file cannot say more than this. At 32,000 bytes per second that is 37 hours. */
const LARGEST_DATA = 0xffff_ffff - WAV_HEADER_BYTES;

export interface WavFormat {
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bitsPerSample: number;
  /** Bytes of audio that the header promises; may be less than there are in a file that was not closed. */
  readonly dataBytes: number;
}

/** The header of a 16-bit linear, 8 kHz stereo file. @param dataBytes audio behind it; rounded down to whole samples */
export function wavHeader(dataBytes: number): Buffer {
  const channels = STEREO_SAMPLE_BYTES / (BITS / 8);
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(PCM, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(SAMPLE_RATE_HZ, 24);
  header.writeUInt32LE(SAMPLE_RATE_HZ * STEREO_SAMPLE_BYTES, 28);
  header.writeUInt16LE(STEREO_SAMPLE_BYTES, 32);
  header.writeUInt16LE(BITS, 34);
  header.write('data', 36, 'latin1');
  return setWavSizes(header, dataBytes);
}

/** Write the sizes of a file that has grown into its header. @returns the same buffer */
export function setWavSizes(header: Buffer, dataBytes: number): Buffer {
  const size = Math.min(Math.max(0, dataBytes), LARGEST_DATA);
  const whole = size - (size % STEREO_SAMPLE_BYTES);
  header.writeUInt32LE(WAV_HEADER_BYTES - 8 + whole, 4);
  header.writeUInt32LE(whole, 40);
  return header;
}

/** Read a header that we wrote. @returns null when it is anything else */
export function parseWavHeader(bytes: Uint8Array): WavFormat | null {
  if (bytes.length < WAV_HEADER_BYTES) return null;
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, WAV_HEADER_BYTES);
  const text = (from: number, to: number) => header.toString('latin1', from, to);
  if (text(0, 4) !== 'RIFF' || text(8, 16) !== 'WAVEfmt ' || text(36, 40) !== 'data') return null;
  if (header.readUInt32LE(16) !== 16 || header.readUInt16LE(20) !== PCM) return null;
  return {
    channels: header.readUInt16LE(22),
    sampleRateHz: header.readUInt32LE(24),
    bitsPerSample: header.readUInt16LE(34),
    dataBytes: header.readUInt32LE(40),
  };
}

/**
 * Mend the header of a recording whose process was killed, from the length of the file.
 *
 * @param header the first 44 bytes as they stand in the file
 * @returns the header to write, or null when there is nothing to mend: the sizes are right, or it is no recording of ours
 */
export function repairSizes(header: Uint8Array, fileBytes: number): Buffer | null {
  const format = parseWavHeader(header);
  if (!format || format.channels * format.bitsPerSample !== STEREO_SAMPLE_BYTES * 8) return null;
  const mended = setWavSizes(Buffer.from(header.subarray(0, WAV_HEADER_BYTES)), fileBytes - WAV_HEADER_BYTES);
  return mended.equals(header.subarray(0, WAV_HEADER_BYTES)) ? null : mended;
}
