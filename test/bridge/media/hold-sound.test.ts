import { describe, expect, it } from 'vitest';
import { decodeMulaw, FRAME_BYTES } from '#bridge/media/g711.ts';
import { holdSound } from '#bridge/media/hold-sound.ts';
import { mixFrames } from '#bridge/media/mix.ts';
import { rms } from '#test/support/audio.ts';
import { silence, tone } from '#test/support/tones.ts';

describe('the hold sound', () => {
  it('is soft, never silent, and has no seam where it begins again', () => {
    const samples = decodeMulaw(holdSound());
    expect(samples.length % FRAME_BYTES).toBe(0);
    for (let atMs = 0; atMs + 100 <= samples.length / 8; atMs += 100) {
      expect(rms(samples, atMs, atMs + 100)).toBeGreaterThan(0.004);
      expect(rms(samples, atMs, atMs + 100)).toBeLessThan(0.06);
    }
    expect(Math.abs((samples.at(-1) ?? 0) - (samples[0] ?? 0))).toBeLessThan(500);
  });
});

describe('two voices in one frame', () => {
  it('are both heard, and one alone stays as it is', () => {
    const voice = tone(440, 20);
    const out = new Uint8Array(FRAME_BYTES);
    mixFrames(voice, silence(20), out);
    expect(Buffer.from(out).equals(Buffer.from(voice))).toBe(true);
    mixFrames(voice, tone(440, 20, 0.1), out);
    expect(rms(decodeMulaw(out))).toBeGreaterThan(rms(decodeMulaw(voice)) * 1.2);
  });

  it('are clipped where they are too loud together', () => {
    const loud = new Uint8Array(FRAME_BYTES).fill(0x80);
    const out = new Uint8Array(FRAME_BYTES);
    mixFrames(loud, loud, out);
    expect(Buffer.from(out).equals(Buffer.from(loud))).toBe(true);
  });
});
