import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_MS, SILENCE } from '#bridge/media/g711.ts';
import { Pacer } from '#bridge/media/pacer.ts';
import { Playout } from '#bridge/media/playout.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

/** A carrier with an ear at its end: what is heard is what was sent and not cleared before its time. */
function line() {
  const clock = new ManualClock();
  const sent: { bytes: Uint8Array; playAtMs: number; untilMs: number }[] = [];
  const checkpoints: string[] = [];
  const playout = new Playout({
    clock,
    sink: {
      send: (frame, playAtMs) => sent.push({ bytes: frame.slice(), playAtMs, untilMs: playAtMs + FRAME_MS }),
      checkpoint: (name) => checkpoints.push(name),
      clear(cutAtMs) {
        for (const frame of sent) frame.untilMs = Math.min(frame.untilMs, cutAtMs);
      },
    },
  });
  const pacer = new Pacer({
    clock,
    onTrouble: (_, error) => {
      throw error;
    },
  });
  pacer.add(playout);
  const heard = () =>
    sent.flatMap(({ bytes, playAtMs, untilMs }) => [...bytes.subarray(0, Math.max(0, Math.round((untilMs - playAtMs) * 8)))]);
  const played: string[] = [];
  playout.onPlayed((utterance) => played.push(utterance));
  const begun: { utterance: string; playAtMs: number }[] = [];
  playout.onBegun((utterance, playAtMs) => begun.push({ utterance, playAtMs }));
  let idles = 0;
  playout.onIdle(() => {
    idles += 1;
  });
  return { clock, playout, heard, sent, played, begun, checkpoints, idles: () => idles };
}

/** Audio whose every byte tells its place. */
const counted = (ms: number, from = 0) => Uint8Array.from({ length: ms * 8 }, (_, at) => (from + at) % 251);

describe('holding a playout', () => {
  it('is silent at once, and goes on at the byte where the ear was', () => {
    const { clock, playout, heard, sent } = line();
    playout.push('a', counted(1_000));
    playout.finish('a');
    clock.advance(333);
    expect(playout.hold()).toBe(true);
    const { length } = sent;
    clock.advance(250);
    expect(sent).toHaveLength(length);
    expect(heard()).toEqual([...counted(333)]);
    expect(playout.speaking).toBe(true);
    expect(playout.current).toBe('a');
    playout.resume();
    clock.advance(2_000);
    // The last frame is filled up, because the ear was in the middle of one.
    expect(heard().slice(0, 8_000)).toEqual([...counted(1_000)]);
    expect(
      heard()
        .slice(8_000)
        .every((byte) => byte === SILENCE),
    ).toBe(true);
  });

  it('tells where the ear is while it is held, after it, and when it is cleared instead', () => {
    const { clock, playout } = line();
    playout.push('a', counted(1_000));
    playout.finish('a');
    clock.advance(300);
    playout.hold();
    clock.advance(200);
    expect(playout.position('a')).toMatchObject({ heardMs: 300, sentMs: 300, receivedMs: 1_000 });
    playout.resume();
    clock.advance(100);
    expect(playout.position('a')).toMatchObject({ heardMs: 400 });
    playout.hold();
    clock.advance(500);
    expect(playout.clear()).toEqual([{ utterance: 'a', heardMs: 400, receivedMs: 1_000, cut: true }]);
    playout.resume();
    clock.advance(1_000);
    expect(playout.speaking).toBe(false);
  });

  it('keeps what comes meanwhile, behind it', () => {
    const { clock, playout, heard } = line();
    playout.push('a', counted(400));
    clock.advance(100);
    playout.hold();
    playout.push('a', counted(400, 3_200));
    playout.finish('a');
    playout.push('b', counted(200));
    playout.finish('b');
    clock.advance(3_000);
    playout.resume();
    clock.advance(3_000);
    expect(heard().slice(0, 6_400)).toEqual([...counted(800)]);
    expect(
      heard()
        .filter((byte) => byte !== SILENCE)
        .slice(6_400),
    ).toEqual([...counted(200)]);
  });

  it('does nothing when nothing is at the ear, or what must be heard', () => {
    const { clock, playout, heard } = line();
    expect(playout.hold()).toBe(false);
    playout.begin('disclosure', { interruptible: false });
    playout.push('disclosure', counted(500));
    playout.finish('disclosure');
    clock.advance(100);
    expect(playout.hold()).toBe(false);
    clock.advance(1_000);
    expect(heard()).toEqual([...counted(500)]);
    expect(playout.hold()).toBe(false);
    playout.resume();
  });

  it('asks the carrier anew, and does not believe what it says of before', () => {
    const { clock, playout, checkpoints, played } = line();
    playout.push('a', counted(300));
    playout.finish('a');
    clock.advance(200);
    const before = [...checkpoints];
    expect(before).toHaveLength(1);
    playout.hold();
    for (const name of before) playout.confirm(name);
    expect(played).toEqual([]);
    playout.resume();
    clock.advance(300);
    expect(checkpoints).toHaveLength(2);
    playout.confirm(checkpoints[1] ?? '');
    expect(played).toEqual(['a']);
    expect(playout.position('a')).toMatchObject({ confirmed: true, heardMs: 300 });
  });

  it('begins again what was sent and not heard at all', () => {
    const { clock, playout, begun } = line();
    playout.push('a', counted(100));
    playout.finish('a');
    playout.push('b', counted(300));
    playout.finish('b');
    expect(begun).toEqual([
      { utterance: 'a', playAtMs: 0 },
      { utterance: 'b', playAtMs: 100 },
    ]);
    clock.advance(60);
    playout.hold();
    clock.advance(200);
    playout.resume();
    clock.advance(100);
    expect(begun.slice(2)).toEqual([{ utterance: 'b', playAtMs: 300 }]);
  });

  it('brings every byte to the ear once and in order, however often it is held', () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 1, max: 400 }),
      heldMs: fc.integer({ min: 0, max: 700 }),
      pushMs: fc.integer({ min: 0, max: 300 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const { clock, playout, heard, played, idles } = line();
        let given = 0;
        for (const { waitMs, heldMs, pushMs } of steps) {
          if (pushMs > 0) playout.push('a', counted(pushMs, given * 8));
          given += pushMs;
          clock.advance(waitMs);
          playout.hold();
          clock.advance(heldMs);
          const { heardMs = 0, sentMs = 0, receivedMs = 0 } = playout.position('a') ?? {};
          expect(heardMs).toBeLessThanOrEqual(sentMs);
          expect(sentMs).toBeLessThanOrEqual(receivedMs);
          expect(heard()).toHaveLength(Math.round(heardMs * 8));
          playout.resume();
        }
        playout.finish('a');
        clock.advance(given + 2_000);
        expect(heard().slice(0, given * 8)).toEqual([...counted(given)]);
        expect(played).toEqual(given === 0 ? [] : ['a']);
        expect(idles() > 0).toBe(given > 0);
      }),
      { numRuns: 60 },
    );
  });
});
