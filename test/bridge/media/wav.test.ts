import { describe, expect, it } from 'vitest';
import { decodeMulaw, encodeMulaw } from '#bridge/media/g711.ts';
import { wavOf } from '#bridge/media/wav.ts';
import { tone } from '#test/support/tones.ts';

describe('a file of telephone audio', () => {
  it('names its format and its length, and holds each sample', () => {
    const audio = tone(440, 100);
    const file = Buffer.from(wavOf(audio));
    expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
    expect(file.readUInt32LE(4)).toBe(file.length - 8);
    const [format, channels, hz, bytesPerSecond, block, bits] = [20, 22, 24, 28, 32, 34].map((at) =>
      at === 24 || at === 28 ? file.readUInt32LE(at) : file.readUInt16LE(at),
    );
    expect({ format, channels, hz, bytesPerSecond, block, bits }).toEqual({
      format: 1,
      channels: 1,
      hz: 8_000,
      bytesPerSecond: 16_000,
      block: 2,
      bits: 16,
    });
    expect(file.readUInt32LE(40)).toBe(audio.length * 2);
    const samples = Int16Array.from({ length: audio.length }, (_, index) => file.readInt16LE(44 + index * 2));
    expect(samples).toEqual(decodeMulaw(audio));
    expect(Buffer.from(encodeMulaw(samples))).toEqual(Buffer.from(encodeMulaw(decodeMulaw(audio))));
  });
});
