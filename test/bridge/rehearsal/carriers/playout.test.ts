import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Playout } from '#bridge/rehearsal/carriers/playout.ts';

const FRAME = 160;

function hear(playout: Playout, frames: number): Uint8Array {
  const heard = new Uint8Array(frames * FRAME);
  for (let at = 0; at < frames; at++) playout.read(heard.subarray(at * FRAME, (at + 1) * FRAME));
  return heard;
}

describe('the playout buffer of a carrier', () => {
  it('plays what came in, in order, at 160 bytes a tick, whatever the sizes; then silence', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 12 }), (pieces) => {
        const playout = new Playout(() => undefined);
        for (const piece of pieces) playout.push(piece);
        const whole = Buffer.concat(pieces);
        const ticks = Math.ceil(whole.length / FRAME) + 2;
        const heard = hear(playout, ticks);
        expect(Buffer.compare(heard.subarray(0, whole.length), whole)).toBe(0);
        expect(heard.subarray(whole.length).every((byte) => byte === 0xff)).toBe(true);
        expect(playout.queuedBytes).toBe(0);
      }),
    );
  });

  it('reports a mark in the very tick in which the audio before it has been played', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 8 }), (lengths) => {
        const reached: string[] = [];
        const playout = new Playout((name) => reached.push(name));
        let total = 0;
        const due = lengths.map((length, index) => {
          playout.push(new Uint8Array(length));
          playout.mark(`m${index}`);
          total += length;
          return Math.ceil(total / FRAME);
        });
        const last = due.at(-1) ?? 0;
        for (let tick = 1; tick <= last; tick++) {
          hear(playout, 1);
          expect(reached).toEqual(due.flatMap((at, index) => (at <= tick ? [`m${index}`] : [])));
        }
      }),
    );
  });

  it('reports a mark at once when nothing is queued', () => {
    const reached: string[] = [];
    new Playout((name) => reached.push(name)).mark('idle');
    expect(reached).toEqual(['idle']);
  });

  it('drops everything at a clear and names the marks that were waiting', () => {
    const reached: string[] = [];
    const playout = new Playout((name) => reached.push(name));
    playout.push(new Uint8Array(400));
    playout.mark('a');
    playout.push(new Uint8Array(400));
    playout.mark('b');
    hear(playout, 1);
    expect(playout.clear()).toEqual(['a', 'b']);
    expect(hear(playout, 3).every((byte) => byte === 0xff)).toBe(true);
    expect(reached).toEqual([]);
  });

  it('counts a hole in a sentence, and no pause', () => {
    const playout = new Playout(() => undefined);
    const frame = new Uint8Array(FRAME);
    playout.push(frame);
    hear(playout, 3);
    playout.push(frame);
    hear(playout, 20);
    playout.push(frame);
    hear(playout, 1);
    expect(playout.holes).toBe(1);
  });
});
