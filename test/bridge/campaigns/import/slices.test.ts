import { describe, expect, it } from 'vitest';
import { Slices } from '#bridge/campaigns/import/slices.ts';

const never = new AbortController().signal;

/** A machine that takes so long for a row and whose timers know no shorter time, and writes down how many rows it was given at a time and how long it rested. */
function machine(perRowMs: number, perRestMs = 0.1) {
  let nowMs = 0;
  const sizes: number[] = [];
  const written: number[] = [];
  let rested = 0;
  const slices = new Slices(
    () => nowMs,
    async (ms) => {
      rested += Math.ceil(ms / perRestMs) * perRestMs;
      nowMs += Math.ceil(ms / perRestMs) * perRestMs;
    },
  );
  const write = (slice: readonly number[]) => {
    sizes.push(slice.length);
    written.push(...slice);
    nowMs += slice.length * perRowMs;
  };
  return { slices, write, sizes, written, rested: () => rested, nowMs: () => nowMs };
}

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('a long list that is written', () => {
  it.each([
    [0.05, 20],
    [0.02, 50],
    [0.1, 10],
  ])('takes as many rows at a time as are written in a millisecond, with %d ms for one', async (perRowMs, rows) => {
    const { slices, write, sizes, written } = machine(perRowMs);
    await slices.write(numbers(1_000), write, never);
    expect(written).toEqual(numbers(1_000));
    expect(sizes.slice(8, -1).every((size) => Math.abs(size - rows) <= 1)).toBe(true);
  });

  it.each([1, 16])('leaves two thirds of the time to everybody else, with timers of %d ms', async (perRestMs) => {
    const { slices, write, rested, nowMs } = machine(0.02, perRestMs);
    await slices.write(numbers(50_000), write, never);
    expect(rested() / nowMs()).toBeGreaterThan(0.64);
    expect(rested() / nowMs()).toBeLessThan(0.7);
  });

  it('writes a few rows at a time on a machine that stands nearly still, and never all at once on a fast one', async () => {
    const slow = machine(20);
    await slow.slices.write(numbers(200), slow.write, never);
    expect(slow.sizes.at(-2)).toBe(5);
    const fast = machine(0);
    await fast.slices.write(numbers(5_000), fast.write, never);
    expect(Math.max(...fast.sizes)).toBe(200);
  });

  it('goes on with the next list as it ended the last, whose short end taught it nothing', async () => {
    const { slices, write, sizes } = machine(0.02);
    await slices.write(numbers(1_000), write, never);
    await slices.write(numbers(3), write, never);
    await slices.write(numbers(100), write, never);
    expect(sizes.at(-2)).toBeGreaterThanOrEqual(49);
  });

  it('ends after the rows that are being written, and tells who asked what the write has thrown', async () => {
    const ending = new AbortController();
    const { slices, written } = machine(0.1);
    await slices.write(
      numbers(100),
      (slice) => {
        written.push(...slice);
        ending.abort();
      },
      ending.signal,
    );
    expect(written).toEqual(numbers(10));
    const broken = () => {
      throw new Error('the disk is full');
    };
    await expect(slices.write(numbers(1), broken, never)).rejects.toThrow('the disk is full');
  });
});
