/** Half a second in stereo, and room for a turn that came late. */
const blockSamples = 10_240;
const blockBytes = blockSamples * Int16Array.BYTES_PER_ELEMENT;
/** More are never on their way to a disk that follows; 1.3 MB. */
const mostSpare = 64;

const spare: ArrayBuffer[] = [];
const lent = new WeakSet<ArrayBufferLike>();

/**
 * Memory for samples on their way to the disk. It lives a moment too long to be cheap garbage, and a moment comes twice a second for every
 * call: it is used again. @returns zeros
 */
export function borrowSamples(count: number): Int16Array {
  if (count > blockSamples) return new Int16Array(count);
  const block = spare.pop() ?? new ArrayBuffer(blockBytes);
  lent.add(block);
  return new Int16Array(block, 0, count).fill(0);
}

/** Nobody looks at these bytes any more. What was not borrowed here, or is back already, is left alone. */
export function giveBackSamples(audio: Uint8Array): void {
  const { buffer } = audio;
  if (!(buffer instanceof ArrayBuffer) || !lent.delete(buffer) || spare.length >= mostSpare) return;
  spare.push(buffer);
}
