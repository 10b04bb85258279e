import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AudioHistory, frameAt, frameNumber } from '#bridge/media/audio-history.ts';
import { FRAME_BYTES, SILENCE } from '#bridge/media/g711.ts';

const frame = (code: number) => new Uint8Array(FRAME_BYTES).fill(code);

function codesOf(history: AudioHistory, side: 1 | 2, from: number, to: number): (number | null)[] {
  const out = new Uint8Array(FRAME_BYTES);
  return Array.from({ length: to - from }, (_, at) => (history.read(side, from + at, out) ? (out[80] as number) : null));
}

describe('the last seconds of a call', () => {
  it('are kept by their place, each side for itself, with silence where nothing was heard', () => {
    const history = new AudioHistory();
    history.lanes[1].write(frame(1), 0);
    history.lanes[1].write(frame(2), 3 * FRAME_BYTES + 40);
    history.lanes[2].write(frame(9), FRAME_BYTES);
    expect(codesOf(history, 1, 0, 5)).toEqual([1, SILENCE, SILENCE, 2, SILENCE]);
    expect(codesOf(history, 2, 0, 3)).toEqual([SILENCE, 9, SILENCE]);
    expect([history.end(1), history.end(2), history.oldest]).toEqual([5, 2, 0]);
  });

  it('hold four of them, and say when something is older', () => {
    const history = new AudioHistory();
    for (let number = 0; number < 1200; number++) history.lanes[1].write(frame(number % 200), number * FRAME_BYTES);
    expect(history.oldest).toBe(1000);
    expect(codesOf(history, 1, 999, 1002)).toEqual([null, 0, 1]);
    expect(codesOf(history, 1, 1199, 1200)).toEqual([199]);
    expect(codesOf(history, 2, 1000, 1001)).toEqual([SILENCE]);
  });

  it('do not hold what was cleared before it was heard', () => {
    const history = new AudioHistory();
    for (let number = 0; number < 10; number++) history.lanes[2].write(frame(7), number * FRAME_BYTES);
    history.lanes[2].silenceFrom(4 * FRAME_BYTES);
    expect(codesOf(history, 2, 3, 6)).toEqual([7, SILENCE, SILENCE]);
    history.lanes[2].write(frame(8), 5 * FRAME_BYTES);
    expect(codesOf(history, 2, 3, 7)).toEqual([7, SILENCE, 8, SILENCE]);
  });

  it('ignore what lies before the beginning of the recording', () => {
    const history = new AudioHistory();
    history.lanes[1].write(frame(1), -FRAME_BYTES);
    history.lanes[2].silenceFrom(-1);
    expect([history.end(1), history.end(2)]).toEqual([0, 0]);
  });

  it('still hold what was taken out for the file, and nothing that came for it too late', () => {
    const history = new AudioHistory();
    for (let number = 0; number < 10; number++) history.lanes[1].write(frame(7), number * FRAME_BYTES);
    history.lanes[1].take(0, 8 * FRAME_BYTES + 80, new Int16Array(9 * FRAME_BYTES), 0, 1);
    history.lanes[1].write(frame(9), 7 * FRAME_BYTES);
    const out = new Uint8Array(FRAME_BYTES);
    history.lanes[1].write(frame(9), 8 * FRAME_BYTES);
    history.read(1, 8, out);
    expect([out[79], out[80]]).toEqual([7, 9]);
    expect(codesOf(history, 1, 6, 8)).toEqual([7, 7]);
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
            history.lanes[2].silenceFrom(place);
            tape.fill(SILENCE, place, end);
            end = place;
          } else if (place >= history.oldest * FRAME_BYTES) {
            history.lanes[2].write(frame(code), place);
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
    expect([frameNumber(-1), frameNumber(0), frameNumber(79), frameNumber(81)]).toEqual([0, 0, 0, 1]);
  });
});
