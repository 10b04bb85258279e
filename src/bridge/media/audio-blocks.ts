import { FRAME_BYTES } from './g711.ts';

/** One second of mu-law, and a whole number of frames: a frame that begins at a frame's place never lies in two blocks. */
export const BLOCK_BYTES = 50 * FRAME_BYTES;
/** Blocks that are kept for the next one who needs some; 256 are 2 MB for the whole process. More are left to the garbage collector. */
const KEPT_BLOCKS = 256;

const spare: Buffer[] = [];

/** Memory for one second of mu-law, with whatever it held before. Shared by all calls and used again, so that a frame costs no allocation. */
export function borrowBlock(): Buffer {
  return spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
}

export function giveBackBlock(block: Buffer): void {
  if (spare.length < KEPT_BLOCKS) spare.push(block);
}
