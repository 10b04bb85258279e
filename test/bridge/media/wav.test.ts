import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWavHeader, repairSizes, setWavSizes, WAV_HEADER_BYTES, wavHeader } from '#bridge/media/wav.ts';
import { readWav } from '#test/support/audio.ts';

describe('the header of a recording', () => {
  it('is read by anything that reads WAV files', () => {
    const audio = Buffer.alloc(8000);
    audio.writeInt16LE(1234, 4);
    audio.writeInt16LE(-4321, 6);
    const { channels, sampleRateHz, durationMs } = readWav(Buffer.concat([wavHeader(audio.length), audio]));
    expect([sampleRateHz, durationMs, channels.length]).toEqual([8000, 250, 2]);
    expect([channels[0]?.[1], channels[1]?.[1]]).toEqual([1234, -4321]);
  });

  it('says the standard things in the standard places', () => {
    expect(wavHeader(32_000).toString('hex')).toBe(
      `${Buffer.from('RIFF').toString('hex')}247d0000${Buffer.from('WAVEfmt ').toString('hex')}1000000001000200401f0000007d000004001000${Buffer.from('data').toString('hex')}007d0000`,
    );
  });

  it('is parsed again, whatever the size, in whole samples', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (size) => {
        const parsed = parseWavHeader(wavHeader(size));
        expect(parsed).toMatchObject({ channels: 2, sampleRateHz: 8000, bitsPerSample: 16 });
        expect(parsed?.dataBytes).toBe(Math.min(size, 0xffff_ffff - 44) - (Math.min(size, 0xffff_ffff - 44) % 4));
      }),
    );
  });

  it('grows with its file', () => {
    const header = wavHeader(0);
    expect(setWavSizes(header, 640)).toBe(header);
    expect([parseWavHeader(header)?.dataBytes, header.readUInt32LE(4)]).toEqual([640, 676]);
  });

  it('is mended from the length of a file whose process was killed', () => {
    const mended = repairSizes(wavHeader(0), WAV_HEADER_BYTES + 3203);
    expect(parseWavHeader(mended ?? Buffer.alloc(0))?.dataBytes).toBe(3200);
  });

  it('is left alone when it is right, or not ours, or not whole', () => {
    expect(repairSizes(wavHeader(3200), WAV_HEADER_BYTES + 3200)).toBeNull();
    const mono = wavHeader(0);
    mono.writeUInt16LE(1, 22);
    expect(repairSizes(mono, 5000)).toBeNull();
    expect(repairSizes(wavHeader(0).subarray(0, 43), 5000)).toBeNull();
  });

  it('never throws on garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), (bytes, size) => {
        expect(parseWavHeader(bytes)).toBeNull();
        expect(repairSizes(bytes, size)).toBeNull();
      }),
    );
  });
});
