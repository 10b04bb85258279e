/** Room for the chunks that may stand before the samples. */
export const wavHeadMaxBytes = 512;

/**
 * The head of a WAV file as it must read when the file is served up to `sizeBytes`. A recording that still grows says in its head how
 * long it was a moment ago; whoever gets more bytes than the head promises plays too little.
 *
 * @param head the first bytes of the file, at most {@link wavHeadMaxBytes}
 * @param sizeBytes how much of the file is served
 * @returns everything before the samples with sizes that fit, or null when it is right as it is, or is no WAV file
 */
export function fittingHead(head: Buffer, sizeBytes: number): Buffer | null {
  if (head.length < 12 || head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE') return null;
  if (head.readUInt32LE(4) === sizeBytes - 8) return null;
  let offset = 12;
  while (offset + 8 <= head.length) {
    if (head.toString('latin1', offset, offset + 4) === 'data') {
      const start = offset + 8;
      const fitted = Buffer.from(head.subarray(0, start));
      fitted.writeUInt32LE(Math.max(0, sizeBytes - 8), 4);
      fitted.writeUInt32LE(Math.max(0, sizeBytes - start), offset + 4);
      return fitted;
    }
    const length = head.readUInt32LE(offset + 4);
    offset += 8 + length + (length % 2);
  }
  return null;
}
