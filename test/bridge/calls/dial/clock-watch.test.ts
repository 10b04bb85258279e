import { describe, expect, it } from 'vitest';
import { ClockWatch } from '#bridge/calls/dial/clock-watch.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

function watched() {
  const clock = new ManualClock();
  const jumps: number[] = [];
  const watch = new ClockWatch(clock, (gapMs) => void jumps.push(gapMs));
  return { clock, jumps, watch };
}

const hour = 3_600_000;

describe('a watch on the clock', () => {
  it('says nothing while time passes as it should, and when a clock is put right', () => {
    const { clock, jumps } = watched();
    clock.advance(hour);
    clock.sleep(20_000);
    clock.advance(6_000);
    clock.sleep(-20_000);
    clock.advance(6_000);
    clock.stop(20_000);
    clock.advance(6_000);
    expect(jumps).toEqual([]);
  });

  it.each<[string, (clock: ManualClock) => void, number]>([
    ['the machine has slept', (clock) => clock.sleep(hour), hour],
    ['somebody has set the clock back', (clock) => clock.sleep(-2 * hour), 2 * hour],
    ['the process was stopped', (clock) => clock.stop(hour), hour],
  ])('tells once that %s', (_what, happens, gapMs) => {
    const { clock, jumps } = watched();
    clock.advance(12_000);
    happens(clock);
    clock.advance(60_000);
    expect(jumps).toHaveLength(1);
    expect(Math.abs((jumps[0] ?? 0) - gapMs)).toBeLessThan(6_000);
  });

  it('can be asked before its time, and tells no twice then', () => {
    const { clock, jumps, watch } = watched();
    clock.sleep(hour);
    watch.look();
    watch.look();
    clock.advance(60_000);
    expect(jumps).toEqual([hour]);
  });

  it('leaves nothing behind', () => {
    const { clock, watch } = watched();
    clock.advance(60_000);
    watch.close();
    expect(clock.pending).toBe(0);
  });
});
