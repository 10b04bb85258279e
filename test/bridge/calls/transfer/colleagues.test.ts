import { describe, expect, it } from 'vitest';
import { Colleagues } from '#bridge/calls/transfer/colleagues.ts';
import type { FeedBody } from '#bridge/contract/feed.ts';
import { ManualClock } from '#test/support/manual-clock.ts';
import { openTestStore } from '#test/support/store.ts';

const dana = { name: 'Dana', number: '+12025550199', hours: null, onDuty: true, canTakeTransfers: true };
const office = { days: ['mon' as const], start: '09:00', end: '17:00' };

async function colleaguesAt(iso: string) {
  const clock = new ManualClock(iso);
  const told: FeedBody[] = [];
  const store = await openTestStore({ clock });
  const colleagues = new Colleagues({
    table: store.colleagues,
    clock,
    zone: 'America/New_York',
    publish: (event) => void told.push(event),
  });
  return { colleagues, told };
}

describe('colleagues', () => {
  it('are available while they are on duty', async () => {
    const { colleagues } = await colleaguesAt('2026-11-23T15:00:00.000Z');
    expect(colleagues.save(dana)).toMatchObject({ availableNow: true });
    expect(colleagues.save({ ...dana, onDuty: false })).toMatchObject({ availableNow: false });
    expect(colleagues.save({ ...dana, canTakeTransfers: false })).toMatchObject({ availableNow: false });
  });

  it('are available in their hours, and it is told when these begin', async () => {
    const monday = await colleaguesAt('2026-11-23T15:00:00.000Z');
    expect(monday.colleagues.save({ ...dana, hours: office })).toMatchObject({ availableNow: true });
    const sunday = await colleaguesAt('2026-11-22T15:00:00.000Z');
    expect(sunday.colleagues.save({ ...dana, hours: office })).toMatchObject({
      availableNow: false,
      nextAvailableAt: '2026-11-23T14:00:00.000Z',
    });
  });

  it('take one call at a time', async () => {
    const { colleagues, told } = await colleaguesAt('2026-11-23T15:00:00.000Z');
    const { id } = colleagues.save(dana);
    expect(colleagues.reserve(dana.number)).toBe(true);
    expect(colleagues.reserve(dana.number)).toBe(false);
    expect(colleagues.get(id)).toMatchObject({ availableNow: false });
    colleagues.release(dana.number);
    expect(colleagues.get(id)).toMatchObject({ availableNow: true });
    expect(told.map(({ type }) => type)).toEqual(['colleagues.changed', 'colleagues.changed', 'colleagues.changed']);
  });

  it('that are not there cannot be removed', async () => {
    const { colleagues } = await colleaguesAt('2026-11-23T15:00:00.000Z');
    const { id } = colleagues.save(dana);
    colleagues.remove(id);
    expect(() => colleagues.remove(id)).toThrow('no colleague');
  });
});
