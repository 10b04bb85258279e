import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_BYTES, FRAME_MS, SILENCE } from '#bridge/media/g711.ts';
import { Pacer } from '#bridge/media/pacer.ts';
import { Playout } from '#bridge/media/playout.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

/** A carrier's ear: remembers what it was sent, and when. */
function line({ leadMs = 160 }: { leadMs?: number } = {}) {
  const clock = new ManualClock();
  const frames: { bytes: Uint8Array; playAtMs: number; sentAtMs: number }[] = [];
  const checkpoints: string[] = [];
  const clears: number[] = [];
  const log: string[] = [];
  const playout = new Playout({
    clock,
    leadMs,
    sink: {
      send(frame, playAtMs) {
        frames.push({ bytes: frame.slice(), playAtMs, sentAtMs: clock.monotonicMs() });
        log.push('frame');
      },
      checkpoint(name) {
        checkpoints.push(name);
        log.push('checkpoint');
      },
      clear(cutAtMs) {
        clears.push(cutAtMs);
        log.push('clear');
      },
    },
  });
  const troubles: unknown[] = [];
  const pacer = new Pacer({ clock, onTrouble: (_, error) => troubles.push(error) });
  pacer.add(playout);
  const idle: number[] = [];
  playout.onIdle(() => idle.push(clock.monotonicMs()));
  const played: { utterance: string; confirmed: boolean; atMs: number }[] = [];
  playout.onPlayed((utterance, confirmed) => played.push({ utterance, confirmed, atMs: clock.monotonicMs() }));
  return { clock, playout, pacer, frames, checkpoints, clears, log, idle, played, troubles };
}

const ms = (count: number, value = 0x22) => new Uint8Array(count * 8).fill(value);

describe('a playout', () => {
  it('sends the first frame inside the push, and no further than the lead', () => {
    const { playout, frames } = line();
    playout.push('a', ms(1000));
    expect(frames.map((frame) => frame.playAtMs)).toEqual([0, 20, 40, 60, 80, 100, 120, 140]);
  });

  it('lets a phrase go ahead of what has a place and no sound yet', () => {
    const { clock, playout, frames } = line();
    playout.begin('answer');
    playout.begin('phrase', { ahead: true });
    playout.push('phrase', ms(100, 0x11));
    playout.finish('phrase');
    playout.push('answer', ms(100, 0x22));
    clock.advance(200);
    expect(frames.map(({ bytes }) => bytes[0])).toEqual([...Array(5).fill(0x11), ...Array(5).fill(0x22)]);
  });

  it('goes on at 20 ms a frame without a gap until everything is sent', () => {
    const { clock, playout, frames } = line();
    playout.push('a', ms(1000));
    playout.finish('a');
    clock.advance(1000);
    expect(frames).toHaveLength(50);
    expect(frames.map((frame) => frame.playAtMs)).toEqual(Array.from({ length: 50 }, (_, at) => at * FRAME_MS));
    for (const frame of frames) {
      expect(frame.playAtMs + FRAME_MS - frame.sentAtMs).toBeLessThanOrEqual(160);
      expect(frame.playAtMs).toBeGreaterThanOrEqual(frame.sentAtMs);
    }
  });

  it('sends five frames at a time while the ear has enough, and each at once when it has not', () => {
    const { clock, playout, frames } = line();
    playout.push('a', ms(1000));
    clock.advance(400);
    const perMoment = new Map<number, number>();
    for (const { sentAtMs } of frames.slice(8)) perMoment.set(sentAtMs, (perMoment.get(sentAtMs) ?? 0) + 1);
    expect([...perMoment]).toEqual([105, 205, 305].map((atMs) => [atMs, 5]));
    // Less than a lead of audio, as an engine brings it that speaks in real time.
    const slow = line();
    for (let at = 0; at < 10; at++) {
      slow.playout.push('a', ms(20));
      slow.clock.advance(20);
    }
    expect(slow.frames.map(({ sentAtMs }) => sentAtMs)).toEqual(Array.from({ length: 10 }, (_, at) => at * 20));
  });

  it('cuts to whole frames, carries the rest to the next push and fills up only at the end', () => {
    const { playout, frames } = line();
    playout.push('a', new Uint8Array(100).fill(1));
    expect(frames).toHaveLength(0);
    playout.push('a', new Uint8Array(100).fill(2));
    expect(frames).toHaveLength(1);
    playout.finish('a');
    expect(frames).toHaveLength(2);
    expect([...(frames[0]?.bytes ?? [])]).toEqual([...new Array(100).fill(1), ...new Array(60).fill(2)]);
    expect([...(frames[1]?.bytes ?? [])]).toEqual([...new Array(40).fill(2), ...new Array(120).fill(SILENCE)]);
  });

  it('copies what is pushed', () => {
    const { clock, playout, frames } = line();
    const bytes = ms(1000, 5);
    playout.push('a', bytes);
    bytes.fill(9);
    clock.advance(2000);
    expect(frames).toHaveLength(50);
    expect(frames.every((frame) => frame.bytes.every((byte) => byte === 5))).toBe(true);
  });

  it('plays utterances in the order they began, whichever gets its audio first', () => {
    const { clock, playout, frames } = line();
    playout.begin('disclosure', { interruptible: false });
    playout.push('greeting', ms(40, 2));
    playout.finish('greeting');
    expect(frames).toHaveLength(0);
    playout.push('disclosure', ms(40, 1));
    playout.finish('disclosure');
    clock.advance(100);
    expect(frames.map((frame) => frame.bytes[0])).toEqual([1, 1, 2, 2]);
  });

  it('asks for the checkpoint right after the last frame of its utterance', () => {
    const { playout, log } = line();
    playout.push('a', ms(40));
    playout.finish('a');
    playout.push('b', ms(20));
    expect(log).toEqual(['frame', 'frame', 'checkpoint', 'frame']);
  });

  it('starts a new run where audio comes after a silence', () => {
    const { clock, playout, frames } = line();
    playout.push('a', ms(20));
    clock.advance(333);
    playout.push('a', ms(20));
    expect(frames.map((frame) => frame.playAtMs)).toEqual([0, 333]);
  });

  it('sends everything that is due at once after the event loop slipped', () => {
    const { clock, playout, pacer, frames } = line();
    playout.push('a', ms(1000));
    // 110 ms without a beat.
    pacer.remove(playout);
    clock.advance(110);
    expect(frames).toHaveLength(8);
    pacer.add(playout);
    expect(frames.map((frame) => frame.playAtMs).slice(8)).toEqual([160, 180, 200, 220, 240]);
  });

  it('holds everything back until it has a pacer, and then begins at once', () => {
    const { clock, playout, pacer, frames } = line();
    pacer.remove(playout);
    playout.push('a', ms(1000));
    clock.advance(700);
    expect([frames.length, playout.speaking]).toEqual([0, true]);
    pacer.add(playout);
    expect(frames.map((frame) => frame.playAtMs)).toEqual([700, 720, 740, 760, 780, 800, 820, 840]);
  });

  it('tells received, sent and heard apart', () => {
    const { clock, playout } = line();
    playout.push('a', ms(500));
    playout.push('b', ms(100));
    clock.advance(110);
    expect(playout.position('a')).toEqual({ receivedMs: 500, sentMs: 260, heardMs: 110, finished: false, confirmed: false });
    expect(playout.position('b')).toEqual({ receivedMs: 100, sentMs: 0, heardMs: 0, finished: false, confirmed: false });
    expect(playout.position('c')).toBeNull();
  });

  it('counts what was heard across a pause in the middle of an utterance', () => {
    const { clock, playout } = line();
    playout.push('a', ms(100));
    clock.advance(500);
    playout.push('a', ms(100));
    clock.advance(30);
    expect(playout.position('a')?.heardMs).toBe(130);
  });

  it('speaks until the ear has heard everything, and is then idle once', () => {
    const { clock, playout, idle } = line();
    playout.push('a', ms(300));
    playout.finish('a');
    clock.advance(299);
    expect([playout.speaking, playout.current, idle.length]).toEqual([true, 'a', 0]);
    clock.advance(1);
    expect([playout.speaking, playout.current]).toEqual([false, null]);
    clock.advance(100);
    expect(idle).toHaveLength(1);
    expect(idle[0]).toBeGreaterThanOrEqual(300);
    expect(idle[0]).toBeLessThan(320);
    playout.push('b', ms(20));
    playout.finish('b');
    clock.advance(100);
    expect(idle).toHaveLength(2);
  });

  it('tells when the ear begins to hear an utterance, and when it has heard it out', () => {
    const { clock, playout, checkpoints } = line();
    const told: unknown[] = [];
    playout.onBegun((utterance, playAtMs) => told.push(['begun', utterance, playAtMs]));
    playout.onHeard((utterance, endAtMs) => told.push(['heard', utterance, endAtMs]));
    playout.onPlayed((utterance) => told.push(['played', utterance, clock.monotonicMs()]));
    clock.advance(7);
    playout.push('a', ms(100));
    playout.finish('a');
    playout.push('b', ms(60));
    playout.finish('b');
    clock.advance(130);
    playout.confirm(checkpoints[0] ?? '');
    // The carrier says that it is over before the model does.
    playout.confirm(checkpoints[1] ?? '');
    clock.advance(3000);
    expect(told).toEqual([
      ['begun', 'a', 7],
      ['begun', 'b', 107],
      ['heard', 'a', 107],
      ['played', 'a', 137],
      ['heard', 'b', 137],
      ['played', 'b', 137],
    ]);
  });

  it('does not tell of the end of an utterance that was cut', () => {
    const { clock, playout } = line();
    const heard: string[] = [];
    playout.onHeard((utterance) => heard.push(utterance));
    playout.push('a', ms(100));
    playout.finish('a');
    clock.advance(50);
    playout.clear();
    clock.advance(3000);
    expect(heard).toEqual([]);
  });

  it('is not idle while an utterance is unfinished', () => {
    const { clock, playout, idle } = line();
    playout.push('a', ms(40));
    clock.advance(3000);
    expect([idle.length, playout.current, playout.speaking]).toEqual([0, 'a', false]);
    playout.finish('a');
    clock.advance(20);
    expect(idle).toHaveLength(1);
  });

  it('says that an utterance was played when the carrier confirms it', () => {
    const { clock, playout, checkpoints, played } = line();
    playout.push('a', ms(100));
    playout.finish('a');
    clock.advance(150);
    expect(played).toEqual([]);
    playout.confirm('nonsense');
    playout.confirm(checkpoints[0] ?? '');
    playout.confirm(checkpoints[0] ?? '');
    clock.advance(3000);
    expect(played).toEqual([{ utterance: 'a', confirmed: true, atMs: 150 }]);
    expect(playout.position('a')).toEqual({ receivedMs: 100, sentMs: 100, heardMs: 100, finished: true, confirmed: true });
  });

  it('takes a later confirmation for the earlier one too', () => {
    const { clock, playout, checkpoints, played } = line();
    for (const utterance of ['a', 'b']) {
      playout.push(utterance, ms(40));
      playout.finish(utterance);
    }
    clock.advance(100);
    playout.confirm(checkpoints[1] ?? '');
    expect(played.map(({ utterance, confirmed }) => [utterance, confirmed])).toEqual([
      ['a', true],
      ['b', true],
    ]);
  });

  it('gives up waiting for a confirmation 1.5 s after the modelled end, and marks one that comes later', () => {
    const { clock, playout, checkpoints, played } = line();
    playout.push('a', ms(100));
    playout.finish('a');
    clock.advance(1599);
    expect(played).toEqual([]);
    clock.advance(21);
    expect(played).toEqual([{ utterance: 'a', confirmed: false, atMs: expect.any(Number) }]);
    expect(played[0]?.atMs).toBeGreaterThanOrEqual(1600);
    playout.confirm(checkpoints[0] ?? '');
    expect(played).toHaveLength(1);
    expect(playout.position('a')?.confirmed).toBe(true);
  });

  it('does not count an utterance without audio as confirmed', () => {
    const { clock, playout, checkpoints, played, idle } = line();
    playout.begin('a');
    playout.finish('a');
    clock.advance(100);
    expect([checkpoints.length, played, idle.length]).toEqual([0, [{ utterance: 'a', confirmed: false, atMs: 0 }], 1]);
  });

  it('passes by an utterance whose audio stopped when another waits behind it', () => {
    const { clock, playout, frames } = line();
    playout.push('a', ms(40, 1));
    playout.push('b', ms(40, 2));
    clock.advance(900);
    expect(frames).toHaveLength(2);
    clock.advance(300);
    expect(frames.map((frame) => frame.bytes[0])).toEqual([1, 1, 2, 2]);
    expect(playout.position('a')?.finished).toBe(true);
  });

  it('keeps waiting for an utterance that has its place and no audio yet', () => {
    const { clock, playout, frames } = line();
    playout.begin('disclosure', { interruptible: false });
    playout.push('greeting', ms(40));
    clock.advance(10_000);
    expect(frames).toHaveLength(0);
  });
});

describe('clearing a playout', () => {
  it('drops what was not heard, says how much was heard, and tells the carrier', () => {
    const { clock, playout, clears, frames } = line();
    playout.push('a', ms(200));
    playout.finish('a');
    playout.push('b', ms(1000));
    playout.push('c', ms(100));
    clock.advance(330);
    expect(playout.clear()).toEqual([
      { utterance: 'a', heardMs: 200, receivedMs: 200, cut: false },
      { utterance: 'b', heardMs: 130, receivedMs: 1000, cut: true },
      { utterance: 'c', heardMs: 0, receivedMs: 100, cut: true },
    ]);
    expect(clears).toEqual([330]);
    expect([playout.speaking, playout.current]).toEqual([false, null]);
    const before = frames.length;
    clock.advance(5000);
    expect(frames).toHaveLength(before);
  });

  it('never sends a late piece of what was dropped, and plays the next utterance at once', () => {
    const { clock, playout, frames } = line();
    playout.push('a', ms(1000, 1));
    clock.advance(50);
    playout.clear();
    playout.push('a', ms(1000, 1));
    playout.finish('a');
    playout.push('a', ms(1000, 1));
    const before = frames.length;
    playout.push('b', ms(20, 2));
    expect(frames.slice(before).map((frame) => [frame.bytes[0], frame.playAtMs])).toEqual([[2, 50]]);
    clock.advance(1000);
    expect(frames).toHaveLength(before + 1);
    expect(playout.position('a')).toMatchObject({ receivedMs: 1000, heardMs: 50 });
  });

  it('ignores the checkpoints that the carrier returns because of the clear', () => {
    const { clock, playout, checkpoints, played } = line();
    playout.push('a', ms(100));
    playout.finish('a');
    clock.advance(50);
    playout.clear();
    playout.confirm(checkpoints[0] ?? '');
    clock.advance(3000);
    expect(played).toEqual([]);
    expect(playout.position('a')).toMatchObject({ heardMs: 50, confirmed: false });
  });

  it('gives checkpoints of another generation other names', () => {
    const { playout, checkpoints } = line();
    playout.push('a', ms(20));
    playout.finish('a');
    playout.clear();
    playout.push('b', ms(20));
    playout.finish('b');
    expect(checkpoints.map((name) => name.split('-')[0])).toEqual(['g0', 'g1']);
  });

  it('counts as played, unconfirmed, what the model had heard to its end', () => {
    const { clock, playout, played } = line();
    playout.push('a', ms(100));
    playout.finish('a');
    clock.advance(120);
    playout.clear();
    expect(played).toEqual([{ utterance: 'a', confirmed: false, atMs: 120 }]);
  });

  it('is not idle by being cleared', () => {
    const { clock, playout, idle } = line();
    playout.push('a', ms(100));
    playout.finish('a');
    playout.clear();
    clock.advance(3000);
    expect(idle).toEqual([]);
  });

  it('leaves an uninterruptible utterance alone when asked to, until the carrier has confirmed it', () => {
    const { clock, playout, frames, clears, checkpoints } = line();
    playout.begin('disclosure', { interruptible: false });
    expect(playout.clear({ keepUninterruptible: true })).toEqual([]);
    playout.push('disclosure', ms(400));
    playout.finish('disclosure');
    playout.push('greeting', ms(1000));
    clock.advance(390);
    expect(playout.clear({ keepUninterruptible: true })).toEqual([]);
    clock.advance(50);
    expect(playout.clear({ keepUninterruptible: true })).toEqual([]);
    expect(clears).toEqual([]);
    expect(frames.length).toBeGreaterThan(20);
    playout.confirm(checkpoints[0] ?? '');
    expect(playout.clear({ keepUninterruptible: true })).toEqual([{ utterance: 'greeting', heardMs: 40, receivedMs: 1000, cut: true }]);
  });

  it('cuts an uninterruptible utterance when it is not asked to keep it', () => {
    const { clock, playout } = line();
    playout.begin('disclosure', { interruptible: false });
    playout.push('disclosure', ms(400));
    clock.advance(100);
    expect(playout.clear()).toEqual([{ utterance: 'disclosure', heardMs: 100, receivedMs: 400, cut: true }]);
  });

  it('drops an utterance that had only its place', () => {
    const { playout, frames } = line();
    playout.begin('a');
    expect(playout.clear()).toEqual([{ utterance: 'a', heardMs: 0, receivedMs: 0, cut: true }]);
    playout.push('a', ms(100));
    expect(frames).toHaveLength(0);
  });
});

describe('a playout over a whole call', () => {
  const action = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('push' as const), bytes: fc.integer({ min: 0, max: 9000 }) }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 400 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('finish' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('confirm' as const) }) },
  );

  it('sends exactly what was pushed, in order, never too early, and nothing that was cleared', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const { clock, playout, frames, checkpoints, pacer } = line();
        const late = 252;
        let utterance = 0;
        let counter = 0;
        // Everything since the last clear: its first frame, its bytes, and where the utterance in progress begins in them.
        let fromFrame = 0;
        let expected: number[] = [];
        let fromByte = 0;
        const audio = () => frames.slice(fromFrame).flatMap((frame) => [...frame.bytes]);
        const heardMs = () =>
          frames
            .slice(fromFrame + fromByte / FRAME_BYTES)
            .reduce((sum, frame) => sum + Math.min(FRAME_MS, Math.max(0, clock.monotonicMs() - frame.playAtMs)), 0);
        for (const step of actions) {
          const id = `u${utterance}`;
          if (step.kind === 'push') {
            // Values 0 to 250: none looks like a late piece, or like the silence that fills up the last frame.
            const bytes = Uint8Array.from({ length: step.bytes }, () => counter++ % 251);
            playout.push(id, bytes);
            expected.push(...bytes);
          } else if (step.kind === 'finish') {
            playout.finish(id);
            while (expected.length % FRAME_BYTES !== 0) expected.push(SILENCE);
            fromByte = expected.length;
            utterance += 1;
          } else if (step.kind === 'clear') {
            const heardByModel = heardMs();
            const cleared = playout.clear();
            const current = cleared.find((one) => one.utterance === id);
            if (current) expect(Math.abs(current.heardMs - heardByModel)).toBeLessThanOrEqual(FRAME_MS);
            expect(audio()).toEqual(expected.slice(0, audio().length));
            for (const one of cleared) {
              playout.push(one.utterance, ms(100, late));
              playout.finish(one.utterance);
            }
            fromFrame = frames.length;
            expected = [];
            fromByte = 0;
            utterance += 1;
          } else if (step.kind === 'confirm') {
            playout.confirm(checkpoints.at(-1) ?? '');
          } else {
            clock.advance(step.ms);
          }
          const position = playout.position(id);
          if (position) {
            expect(position.heardMs).toBeLessThanOrEqual(position.sentMs);
            expect(position.sentMs).toBeLessThanOrEqual(position.receivedMs);
          }
        }
        clock.advance(60_000);
        expect(audio()).toEqual(expected.slice(0, Math.floor(expected.length / FRAME_BYTES) * FRAME_BYTES));
        expect(frames.some((frame) => frame.bytes.includes(late))).toBe(false);
        for (const frame of frames) {
          expect(frame.playAtMs + FRAME_MS - frame.sentAtMs).toBeLessThanOrEqual(160);
          expect(frame.playAtMs).toBeGreaterThanOrEqual(frame.sentAtMs);
        }
        pacer.close();
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('remembers a bounded number of ended utterances', () => {
    const { clock, playout, checkpoints } = line();
    for (let at = 0; at < 500; at++) {
      playout.push(`u${at}`, ms(20));
      playout.finish(`u${at}`);
      clock.advance(20);
      playout.confirm(checkpoints.at(-1) ?? '');
    }
    expect(playout.position('u0')).toBeNull();
    expect(playout.position('u499')).not.toBeNull();
  });
});
