import { describe, expect, it } from 'vitest';
import type { Clock } from '#bridge/contract/clock.ts';
import { Pacer } from '#bridge/media/pacer.ts';
import { Playout, type PlayoutSink } from '#bridge/media/playout.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

function sink(sent: number[], clock: Clock): PlayoutSink {
  return { send: () => sent.push(clock.monotonicMs()), checkpoint() {}, clear() {} };
}

/** A clock whose timers come late by what `slip` says, as on a busy event loop. */
class BusyClock extends ManualClock {
  slips: number[] = [];
  override after(delayMs: number, callback: () => void): () => void {
    return super.after(delayMs + (this.slips.shift() ?? 0), callback);
  }
}

const audio = (ms: number) => new Uint8Array(ms * 8);
const ignore = () => {};

describe('the pacer', () => {
  it('does not drift when every timer is late', () => {
    const clock = new BusyClock();
    clock.slips = Array.from({ length: 3000 }, (_, at) => (at * 7) % 15);
    const pacer = new Pacer({ clock, onTrouble: ignore });
    const sent: number[] = [];
    const plays: number[] = [];
    const playout = new Playout({ clock, sink: { ...sink(sent, clock), send: (_, playAtMs) => plays.push(playAtMs) } });
    pacer.add(playout);
    playout.push('a', audio(10_000));
    clock.advance(11_000);
    expect(plays).toEqual(Array.from({ length: 500 }, (_, at) => at * 20));
  });

  it('closes the gap after a slip longer than the lead by starting where the ear is', () => {
    const clock = new BusyClock();
    const pacer = new Pacer({ clock, onTrouble: ignore });
    const plays: number[] = [];
    const playout = new Playout({ clock, sink: { send: (_, playAtMs) => plays.push(playAtMs), checkpoint() {}, clear() {} } });
    pacer.add(playout);
    playout.push('a', audio(1000));
    clock.advance(42);
    const before = plays.length;
    clock.slips = [500];
    clock.advance(600);
    // The ear had heard everything that was sent, and waits.
    const [first = 0] = plays.slice(before + 1);
    expect(first).toBeGreaterThan(540);
    expect(plays.slice(before + 1, before + 9)).toEqual(Array.from({ length: 8 }, (_, at) => first + at * 20));
  });

  it('gives the calls their turns one after the other within the 20 ms', () => {
    const clock = new ManualClock();
    const pacer = new Pacer({ clock, onTrouble: ignore });
    const sent: number[][] = Array.from({ length: 80 }, () => []);
    for (const times of sent) {
      const playout = new Playout({ clock, sink: sink(times, clock) });
      pacer.add(playout);
      playout.push('a', audio(1000));
      times.length = 0;
    }
    clock.advance(320);
    const callsAtOnce = new Map<number, number>();
    for (const times of sent) for (const atMs of new Set(times)) callsAtOnce.set(atMs, (callsAtOnce.get(atMs) ?? 0) + 1);
    expect(Math.max(...callsAtOnce.values())).toBe(20);
    pacer.close();
    expect(clock.pending).toBe(0);
  });

  it('has one timer for all calls, and none when nobody has anything to say', () => {
    const clock = new ManualClock();
    const pacer = new Pacer({ clock, onTrouble: ignore });
    const sent: number[] = [];
    const playouts = Array.from({ length: 200 }, () => new Playout({ clock, sink: sink(sent, clock) }));
    for (const playout of playouts) pacer.add(playout);
    expect(clock.pending).toBe(0);
    for (const playout of playouts) playout.push('a', audio(400));
    expect(clock.pending).toBe(1);
    clock.advance(500);
    expect(sent).toHaveLength(200 * 20);
    expect(clock.pending).toBe(0);
    playouts[7]?.push('a', audio(20));
    expect([sent.length, clock.pending]).toEqual([200 * 20 + 1, 1]);
  });

  it('stands still while an unfinished utterance waits for its engine, and wakes with the next audio', () => {
    const clock = new ManualClock();
    const pacer = new Pacer({ clock, onTrouble: ignore });
    const sent: number[] = [];
    const playout = new Playout({ clock, sink: sink(sent, clock) });
    pacer.add(playout);
    playout.push('a', audio(30));
    clock.advance(200);
    expect(clock.pending).toBe(0);
    playout.push('a', audio(400));
    clock.advance(600);
    expect(sent).toHaveLength(21);
  });

  it('removes a playout whose sink throws and lets the others go on', () => {
    const clock = new ManualClock();
    const troubles: unknown[] = [];
    const pacer = new Pacer({ clock, onTrouble: (playout, error) => troubles.push([playout, error]) });
    const sent: number[] = [];
    let calls = 0;
    const broken = new Playout({
      clock,
      sink: {
        ...sink(sent, clock),
        send() {
          if (++calls === 10) throw new Error('socket gone');
        },
      },
    });
    const well = new Playout({ clock, sink: sink(sent, clock) });
    for (const playout of [broken, well]) {
      pacer.add(playout);
      playout.push('a', audio(400));
    }
    clock.advance(1000);
    expect(troubles).toEqual([[broken, new Error('socket gone')]]);
    expect([pacer.size, sent.length, calls]).toEqual([1, 20, 10]);
    broken.push('b', audio(100));
    expect(calls).toBe(10);
  });

  it('reports a sink that throws at the first frame instead of throwing at who pushes', () => {
    const clock = new ManualClock();
    const troubles: unknown[] = [];
    const pacer = new Pacer({ clock, onTrouble: (_, error) => troubles.push(error) });
    const playout = new Playout({
      clock,
      sink: {
        ...sink([], clock),
        send() {
          throw new Error('closed');
        },
      },
    });
    pacer.add(playout);
    playout.push('a', audio(400));
    expect([troubles.length, pacer.size, clock.pending]).toEqual([1, 0, 0]);
  });

  it('keeps one timer when a listener speaks in the middle of a beat', () => {
    const clock = new ManualClock();
    const pacer = new Pacer({ clock, onTrouble: ignore });
    const sent: number[] = [];
    const first = new Playout({ clock, sink: sink(sent, clock) });
    const second = new Playout({ clock, sink: sink(sent, clock) });
    pacer.add(first);
    pacer.add(second);
    first.onIdle(() => {
      pacer.remove(first);
      second.push('b', audio(300));
      second.finish('b');
    });
    first.push('a', audio(20));
    first.finish('a');
    clock.advance(40);
    expect(clock.pending).toBe(1);
    clock.advance(3000);
    expect([sent.length, clock.pending]).toEqual([16, 0]);
  });

  it('leaves no timer when it is closed, or when the last call is removed', () => {
    const clock = new ManualClock();
    const pacer = new Pacer({ clock, onTrouble: ignore });
    const sent: number[] = [];
    const playout = new Playout({ clock, sink: sink(sent, clock) });
    pacer.add(playout);
    playout.push('a', audio(1000));
    pacer.remove(playout);
    expect(clock.pending).toBe(0);
    pacer.add(playout);
    expect(clock.pending).toBe(1);
    pacer.close();
    expect(clock.pending).toBe(0);
    clock.advance(1000);
    playout.push('a', audio(1000));
    expect(clock.pending).toBe(0);
  });
});
