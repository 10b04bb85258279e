import { describe, expect, test } from 'vitest';
import { FrameTurns } from '#bridge/media/frame-turns.ts';
import { FRAME_BYTES } from '#bridge/media/g711.ts';

const frame = (fill: number, length = FRAME_BYTES) => new Uint8Array(length).fill(fill);

/** Turns that pass when the test says so. */
function makeTurns() {
  const due: (() => void)[] = [];
  const waits: number[] = [];
  const errors: unknown[] = [];
  const later = (work: () => void) => {
    due.push(work);
    return () => {
      const at = due.indexOf(work);
      if (at !== -1) due.splice(at, 1);
    };
  };
  const turns = new FrameTurns(
    (error) => errors.push(error),
    {
      after: (delayMs, work) => {
        waits.push(delayMs);
        return later(work);
      },
    },
    later,
  );
  const seen: string[] = [];
  const take = (bytes: Uint8Array, timestampMs: number, arrivedAtMs: number) =>
    void seen.push(`${bytes[0]}:${bytes.length}@${timestampMs}/${arrivedAtMs}`);
  return { turns, due, waits, errors, seen, take, pass: () => due.splice(0).forEach((work) => void work()) };
}

describe('frames of all calls in turns', () => {
  test('are looked at later, in the order in which they came, as they were then', () => {
    const { turns, seen, take, pass } = makeTurns();
    const bytes = frame(1);
    turns.add(take, bytes, 20, 5);
    bytes.fill(2);
    turns.add(take, bytes, 40, 25);
    expect(seen).toEqual([]);
    pass();
    expect(seen).toEqual(['1:160@20/5', '2:160@40/25']);
  });

  test('are looked at a few at a time, and the sockets are read between', () => {
    const { turns, due, seen, take, pass } = makeTurns();
    for (let n = 0; n < 40; n++) turns.add(take, frame(n), n, 0);
    expect(due).toHaveLength(1);
    pass();
    expect(seen).toHaveLength(16);
    pass();
    pass();
    expect(seen.map((text) => Number(text.split(':')[0]))).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(due).toHaveLength(0);
    turns.add(take, frame(99), 0, 0);
    expect(due).toHaveLength(1);
  });

  test('are all looked at before something ends, once', () => {
    const { turns, seen, take, pass } = makeTurns();
    for (let n = 0; n < 20; n++) turns.add(take, frame(n), n, 0);
    turns.settle();
    expect(seen).toHaveLength(20);
    pass();
    expect(seen).toHaveLength(20);
  });

  test('of another length keep their place', () => {
    const { turns, seen, take } = makeTurns();
    turns.add(take, frame(1), 0, 0);
    turns.add(take, frame(2, 80), 20, 0);
    expect(seen).toEqual(['1:160@0/0', '2:80@20/0']);
  });

  test('that are too many are looked at at once, and none is lost', () => {
    const { turns, seen, take, pass } = makeTurns();
    for (let n = 0; n < 5_000; n++) turns.add(take, frame(n % 256), n, 0);
    expect(seen.length).toBeGreaterThan(4_000);
    for (let n = 0; n < 400; n++) pass();
    expect(seen.map((text) => Number(/@(\d+)/.exec(text)?.[1]))).toEqual(Array.from({ length: 5_000 }, (_, n) => n));
  });

  test('over which something throws leave the others alone', () => {
    const { turns, seen, errors, take, pass } = makeTurns();
    turns.add(
      () => {
        throw new Error('broken');
      },
      frame(1),
      0,
      0,
    );
    turns.add(take, frame(2), 0, 0);
    pass();
    expect(errors).toEqual([new Error('broken')]);
    expect(seen).toEqual(['2:160@0/0']);
  });

  test('of one round wait ten milliseconds for each other, and the next round begins with the next frame', () => {
    const { turns, due, waits, seen, take, pass } = makeTurns();
    turns.add(take, frame(1), 0, 0);
    turns.add(take, frame(2), 0, 0);
    expect(waits).toEqual([10]);
    pass();
    expect(seen).toHaveLength(2);
    expect(due).toHaveLength(0);
    turns.add(take, frame(3), 0, 0);
    expect(waits).toEqual([10, 10]);
  });

  test('leave no timer behind once they were looked at', () => {
    const { turns, due, take } = makeTurns();
    turns.add(take, frame(1), 0, 0);
    expect(due).toHaveLength(1);
    turns.settle();
    expect(due).toHaveLength(0);
  });

  test('end a call in the middle of a turn, and those behind are looked at once', () => {
    const { turns, due, seen, take, pass } = makeTurns();
    turns.add(() => turns.settle(), frame(1), 0, 0);
    for (let n = 0; n < 30; n++) turns.add(take, frame(n), n, 0);
    pass();
    expect(seen).toHaveLength(30);
    expect(due).toHaveLength(0);
    turns.add(take, frame(31), 31, 0);
    pass();
    expect(seen).toHaveLength(31);
  });
});
