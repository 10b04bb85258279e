/** Shape of our recordings: PCM16 little-endian, 8 kHz, left the callee, right our side. An operator's own track has one channel. */
export const sampleRateHz = 8_000;
export const channels = 2;
const sampleBytes = 2;
/** Bytes of one moment: a sample of each side. */
export const blockBytes = channels * sampleBytes;
export const bytesPerSecond = sampleRateHz * blockBytes;
export const headerBytes = 44;

/** The format has 32 bits for sizes; a longer recording (37 hours) keeps the largest one. */
const largestBytes = 0xffff_ffff - headerBytes;

/** How many voices lie beside each other in a file. */
export type Channels = 1 | 2;

/** Bytes of one moment of a file with so many channels. */
export function blockBytesOf(count: Channels): number {
  return count * sampleBytes;
}

/**
 * Header of a WAV file with this much audio behind it.
 * @see http://soundfile.sapp.org/doc/WaveFormat/
 */
export function wavHeader(audioBytes: number, count: Channels = channels): Buffer {
  const bytes = Math.min(audioBytes, largestBytes);
  const header = Buffer.alloc(headerBytes);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(bytes + headerBytes - 8, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(count, 22);
  header.writeUInt32LE(sampleRateHz, 24);
  header.writeUInt32LE(sampleRateHz * blockBytesOf(count), 28);
  header.writeUInt16LE(blockBytesOf(count), 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(bytes, 40);
  return header;
}

/** Whole moments of audio in a file of this length, in bytes; a half-written last one is left out. */
export function audioBytesOf(fileBytes: number, count: Channels = channels): number {
  const bytes = Math.max(0, fileBytes - headerBytes);
  return bytes - (bytes % blockBytesOf(count));
}
