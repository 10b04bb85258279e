import { describe, expect, it } from 'vitest';
import { decodeMulaw, FRAME_BYTES } from '#bridge/media/g711.ts';
import { VoiceMix } from '#bridge/media/voice-mix.ts';
import { rms, toneShare } from '../../support/audio.ts';
import { silence, tone } from '../../support/tones.ts';

const frames = (audio: Uint8Array) =>
  Array.from({ length: audio.length / FRAME_BYTES }, (_, at) => audio.subarray(at * FRAME_BYTES, (at + 1) * FRAME_BYTES));
const joined = (pieces: readonly Uint8Array[]) => decodeMulaw(Uint8Array.from(pieces.flatMap((piece) => [...piece])));

const first = frames(tone(500, 2_000));
const second = frames(tone(1_250, 2_000));
const quiet = frames(silence(2_000));

describe('a mix of two voices', () => {
  it('has both of them in it', () => {
    const mix = new VoiceMix();
    const out = joined(
      first.map((frame, at) => {
        expect(mix.add(second[at] as Uint8Array)).toBeNull();
        return Uint8Array.from(mix.beat(frame));
      }),
    );
    expect(toneShare(out, 500, 200, 2_000)).toBeGreaterThan(0.4);
    expect(toneShare(out, 1_250, 200, 2_000)).toBeGreaterThan(0.4);
  });

  it('has no hole when the second voice comes unevenly', () => {
    const mix = new VoiceMix();
    const out: Uint8Array[] = [];
    // Two frames, then none, then two.
    quiet.forEach((frame, at) => {
      if (at % 2 === 0) for (const one of second.slice(at, at + 2)) mix.add(one);
      out.push(Uint8Array.from(mix.beat(frame)));
    });
    const heard = joined(out);
    for (let atMs = 100; atMs + 20 <= 2_000; atMs += 20) expect(rms(heard, atMs, atMs + 20), `at ${atMs} ms`).toBeGreaterThan(0.1);
  });

  it('says a single frame, and leaves none for later', () => {
    const mix = new VoiceMix();
    mix.add(second[0] as Uint8Array);
    const loud = quiet.slice(0, 10).filter((frame) => rms(decodeMulaw(Uint8Array.from(mix.beat(frame))), 0, 20) > 0.1);
    expect(loud).toHaveLength(1);
  });

  it('is never late by more than 80 ms, whatever piles up', () => {
    const mix = new VoiceMix();
    for (let turn = 0; turn < 100; turn += 1) {
      mix.add(second[0] as Uint8Array);
      mix.add(second[1] as Uint8Array);
      mix.beat(quiet[0] as Uint8Array);
    }
    const late = quiet.slice(0, 20).filter((frame) => rms(decodeMulaw(Uint8Array.from(mix.beat(frame))), 0, 20) > 0.1);
    expect(late.length).toBeLessThanOrEqual(4);
  });

  it('lets the second voice through alone when the first has stalled', () => {
    const mix = new VoiceMix();
    const alone = second.map((frame) => mix.add(frame)).filter((frame) => frame !== null);
    expect(alone.length).toBeGreaterThan(90);
  });
});
