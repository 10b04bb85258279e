import { describe, expect, it } from 'vitest';
import { CallEar } from '#bridge/calls/call-ear.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

const frame = new Uint8Array(160).fill(0xff);

describe('the ear of a call', () => {
  function ear() {
    const clock = new ManualClock();
    const detector = { speaking: false, hear: () => undefined, close: () => undefined };
    const ear = new CallEar({
      clock,
      language: null,
      openDetector: () => detector,
      sinceAnswerMs: () => clock.monotonicMs(),
      events: { onset: () => undefined, beep: () => undefined, verdict: () => undefined },
    });
    return { ear, clock, detector };
  }

  it('hears the lead speak while a voice is there, and no longer than the stream is', () => {
    const { ear: heard, clock, detector } = ear();
    expect(heard.leadSpeaks).toBe(false);
    detector.speaking = true;
    expect(heard.leadSpeaks).toBe(false);
    heard.hear(frame, 0);
    expect(heard.leadSpeaks).toBe(true);
    clock.advance(1_400);
    expect(heard.leadSpeaks).toBe(true);
    clock.advance(200);
    expect(heard.leadSpeaks).toBe(false);
    heard.close();
  });
});
