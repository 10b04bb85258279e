import { decodeMulaw, encodeMulaw, FRAME_BYTES } from './g711.ts';

const one = new Int16Array(FRAME_BYTES);
const other = new Int16Array(FRAME_BYTES);

/**
 * Both voices in one frame; where they are too loud together they are clipped. On the audio path: allocates nothing.
 * @param first 160 bytes of mu-law @param second the same @param out may be either of them
 */
export function mixFrames(first: Uint8Array, second: Uint8Array, out: Uint8Array): void {
  decodeMulaw(first, one);
  decodeMulaw(second, other);
  for (let index = 0; index < FRAME_BYTES; index += 1)
    one[index] = Math.max(-32_768, Math.min(32_767, (one[index] as number) + (other[index] as number)));
  encodeMulaw(one, out);
}
