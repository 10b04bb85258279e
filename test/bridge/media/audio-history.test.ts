import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AudioHistory, frameAt } from '#bridge/media/audio-history.ts';
import { FRAME_BYTES, SILENCE } from '#bridge/media/g711.ts';

const frame = (code: number) => new Uint8Array(FRAME_BYTES).fill(code);

function codesOf(history: AudioHistory, side: 1 | 2, from: number, to: number): (number | null)[] {
  const out = new Uint8Array(FRAME_BYTES);
  return Array.from({ length: to - from }, (_, at) => (history.read(side, from + at, out) ? (out[80] as number) : null));
}

describe('the last seconds of a call', () => {
  it('are kept by their place, each side for itself, with silence where nothing was heard', () => {
    const history = new AudioHistory();
    expect(history.write(1, frame(1), 0)).toBe(0);
    expect(history.write(1, frame(2), 3 * FRAME_BYTES + 40)).toBe(3);
    expect(history.write(2, frame(9), FRAME_BYTES)).toBe(1);
    expect(codesOf(history, 1, 0, 5)).toEqual([1, SILENCE, SILENCE, 2, SILENCE]);
    expect(codesOf(history, 2, 0, 3)).toEqual([SILENCE, 9, SILENCE]);
    expect([history.end(1), history.end(2), history.oldest]).toEqual([5, 2, 0]);
  });

  it('hold four of them, and say when something is older', () => {
    const history = new AudioHistory();
    for (let number = 0; number < 1200; number++) history.write(1, frame(number % 200), number * FRAME_BYTES);
    expect(history.oldest).toBe(1000);
    expect(codesOf(history, 1, 999, 1002)).toEqual([null, 0, 1]);
    expect(codesOf(history, 1, 1199, 1200)).toEqual([199]);
    expect(codesOf(history, 2, 1000, 1001)).toEqual([SILENCE]);
  });

  it('do not hold what was cleared before it was heard', () => {
    const history = new AudioHistory();
    for (let number = 0; number < 10; number++) history.write(2, frame(7), number * FRAME_BYTES);
    history.cutOurs(4 * FRAME_BYTES);
    expect(codesOf(history, 2, 3, 6)).toEqual([7, SILENCE, SILENCE]);
    history.write(2, frame(8), 5 * FRAME_BYTES);
    expect(codesOf(history, 2, 3, 7)).toEqual([7, SILENCE, 8, SILENCE]);
  });

  it('ignore what lies before the beginning of the recording', () => {
    const history = new AudioHistory();
    expect(history.write(1, frame(1), -1)).toBe(0);
    history.cutOurs(-1);
    expect(history.end(1)).toBe(0);
  });

  it('are the same as an endless tape, whatever is written where', () => {
    const writes = fc.array(
      fc.record({ place: fc.integer({ min: 0, max: 300_000 }), code: fc.integer({ min: 0, max: 254 }), cut: fc.boolean() }),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(writes, (all) => {
        const history = new AudioHistory();
        const tape = new Uint8Array(301_000).fill(SILENCE);
        let end = 0;
        for (const { place, code, cut } of all) {
          if (cut && place < end) {
            history.cutOurs(place);
            tape.fill(SILENCE, place, end);
            end = place;
          } else if (place >= history.oldest * FRAME_BYTES) {
            history.write(2, frame(code), place);
            tape.fill(code, place, place + FRAME_BYTES);
            end = Math.max(end, place + FRAME_BYTES);
          }
        }
        const out = new Uint8Array(FRAME_BYTES);
        for (let number = history.oldest; number <= history.end(2); number++) {
          history.read(2, number, out);
          expect(Buffer.from(out).equals(tape.subarray(number * FRAME_BYTES, (number + 1) * FRAME_BYTES))).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('number frames by 20 ms', () => {
    expect([frameAt(-5), frameAt(0), frameAt(19.9), frameAt(20), frameAt(3_600_000)]).toEqual([0, 0, 0, 1, 180_000]);
  });
});
