import { describe, expect, it } from 'vitest';
import type { AttemptId, ColleagueId } from '#bridge/contract/ids.ts';
import { addAgent, attemptDraft, openTestStore } from '#test/support/store.ts';

const dana = { name: 'Dana', number: '+12025550199', hours: null, onDuty: true, canTakeTransfers: true };

describe('colleagues in the store', () => {
  it('are kept with their hours, changed and removed', async () => {
    const store = await openTestStore();
    const hours = { days: ['mon' as const], start: '09:00', end: '17:00' };
    const saved = store.colleagues.save({ ...dana, hours });
    expect(store.colleagues.list()).toEqual([{ ...dana, hours, id: saved.id }]);
    store.colleagues.save({ ...dana, id: saved.id, onDuty: false });
    expect(store.colleagues.get(saved.id)).toMatchObject({ hours: null, onDuty: false });
    expect(store.colleagues.remove(saved.id)).toBe(true);
    expect(store.colleagues.remove(saved.id)).toBe(false);
    expect(() => store.colleagues.save({ ...dana, id: 'colleague_x' as ColleagueId })).toThrow('no colleague');
    await store.close();
  });
});

describe('second legs in the store', () => {
  it('are open until their carrier says that they have ended', async () => {
    const store = await openTestStore();
    const draft = attemptDraft({ agentId: addAgent(store).id });
    store.attempts.intend(draft, () => null);
    const leg = {
      id: 'leg_1' as AttemptId,
      attemptId: draft.id,
      carrier: draft.carrier,
      to: dana.number,
      from: draft.from,
      submittedAtMs: 5,
    };
    store.transferLegs.add(leg);
    store.transferLegs.named(leg.id, { requestId: 'r', carrierCallId: null });
    store.transferLegs.named(leg.id, { requestId: null, carrierCallId: 'c' });
    store.transferLegs.answered(leg.id, 7);
    expect(store.transferLegs.open()).toEqual([
      { ...leg, world: draft.world, requestId: 'r', carrierCallId: 'c', answeredAtMs: 7, endedAtMs: null },
    ]);
    store.transferLegs.ended(leg.id, 9);
    expect(store.transferLegs.open()).toEqual([]);
    expect(store.transferLegs.get(leg.id)).toMatchObject({ endedAtMs: 9 });
    await store.close();
  });
});
