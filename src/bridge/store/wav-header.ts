/** Shape of our recordings: PCM16 little-endian, 8 kHz, left the callee, right our side. */
export const sampleRateHz = 8_000;
export const channels = 2;
/** Bytes of one moment: a sample of each side. */
export const blockBytes = channels * 2;
export const bytesPerSecond = sampleRateHz * blockBytes;
export const headerBytes = 44;

/** The format has 32 bits for sizes; a longer recording (37 hours) keeps the largest one. */
const largestBytes = 0xffff_ffff - headerBytes;

/**
 * Header of a WAV file with this much audio behind it.
 * @see http://soundfile.sapp.org/doc/WaveFormat/
 */
export function wavHeader(audioBytes: number): Buffer {
  const bytes = Math.min(audioBytes, largestBytes);
  const header = Buffer.alloc(headerBytes);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(bytes + headerBytes - 8, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRateHz, 24);
  header.writeUInt32LE(bytesPerSecond, 28);
  header.writeUInt16LE(blockBytes, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(bytes, 40);
  return header;
}

/** Whole moments of audio in a file of this length, in bytes; a half-written last one is left out. */
export function audioBytesOf(fileBytes: number): number {
  const bytes = Math.max(0, fileBytes - headerBytes);
  return bytes - (bytes % blockBytes);
}
