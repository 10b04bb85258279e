import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SuppressionId } from '#bridge/contract/ids.ts';
import type { SuppressionQuery } from '#bridge/store/reader.ts';
import type { Store } from '#bridge/store/store.ts';
import { addAttempt, addCampaign, addLead, ending, leadChange, openTestStore, phoneNumber } from '../../support/store.ts';

let store: Store;
beforeEach(async () => {
  store = await openTestStore();
});
afterEach(() => store.close());

const number = phoneNumber(1);

describe('a suppression', () => {
  it('holds for its world only, and is counted once', () => {
    expect(store.suppressions.add([number, phoneNumber(2), number], 'real', 'opt-out', 'call_1')).toEqual({ added: 2, alreadyThere: 1 });
    expect(store.suppressions.add([number], 'real', 'manual', null)).toEqual({ added: 0, alreadyThere: 1 });
    expect(store.suppressions.has(number, 'real')).toEqual({ reason: 'opt-out' });
    expect(store.suppressions.has(number, 'rehearsal')).toBeNull();
    expect(store.suppressions.add([number], 'rehearsal', 'manual', null).added).toBe(1);
  });

  it('takes every waiting lead of that number out of the queue, in every campaign of that world', () => {
    const mine = addLead(store, addCampaign(store), number);
    const other = addLead(store, addCampaign(store), number);
    const done = addLead(store, addCampaign(store), number);
    const real = addLead(store, addCampaign(store, { world: 'real' }), number);
    const bystander = addLead(store, addCampaign(store), phoneNumber(2));
    store.leads.setState(other.id, 'waiting', 'busy', 5000);
    store.leads.setState(done.id, 'done', 'sale', null);
    store.suppressions.add([number], 'rehearsal', 'opt-out', null);
    const stateOf = (lead: typeof mine) => store.leads.get(lead.id);
    expect(stateOf(mine)).toMatchObject({ state: 'suppressed', stateReason: 'opt-out' });
    expect(stateOf(other)).toMatchObject({ state: 'suppressed', nextAttemptAtMs: null });
    expect(stateOf(done)?.state).toBe('done');
    expect(stateOf(real)?.state).toBe('ready');
    expect(stateOf(bystander)?.state).toBe('ready');
  });

  it('catches a lead that was on the phone when it came', () => {
    const campaign = addCampaign(store);
    const lead = addLead(store, campaign, number);
    const attempt = addAttempt(store, { campaign, lead });
    store.suppressions.add([number], 'rehearsal', 'complaint', null);
    expect(store.leads.get(lead.id)?.state).toBe('dialling');
    store.attempts.end(attempt.id, ending({ outcome: 'no-answer' }), leadChange({ state: 'waiting', nextAttemptAtMs: 9000 }));
    expect(store.leads.get(lead.id)).toMatchObject({ state: 'suppressed', stateReason: 'complaint', nextAttemptAtMs: null });
  });

  it('is listed newest first, page by page', () => {
    store.suppressions.add([1, 2, 3].map(phoneNumber), 'real', 'registry', 'list.csv');
    store.suppressions.add([phoneNumber(4)], 'rehearsal', 'manual', null);
    const page = store.suppressions.list({ world: 'real', limit: 2 });
    expect(page.map((row) => row.number)).toEqual([3, 2].map(phoneNumber));
    expect(page[0]).toMatchObject({ world: 'real', reason: 'registry', source: 'list.csv' });
    expect(store.suppressions.list({ world: 'real', limit: 2, after: page[1]!.id }).map((row) => row.number)).toEqual([phoneNumber(1)]);
    expect(store.suppressions.list({ limit: 9 })).toHaveLength(4);
  });

  it('does not end behind one that is gone, and says which field named it', async () => {
    store.suppressions.add([1, 2, 3].map(phoneNumber), 'real', 'registry', 'list.csv');
    const [first] = store.suppressions.list({ limit: 1 });
    store.suppressions.remove(first!.id, 'a test');
    const gone = { code: 'input/invalid', details: [{ field: 'cursor', message: expect.stringContaining('begin again') }] };
    for (const after of [first!.id, 'suppression_x' as SuppressionId]) {
      expect(() => store.suppressions.list({ limit: 9, after })).toThrow(expect.objectContaining(gone));
      await expect(store.search.suppressions({ search: '', limit: 9, after })).rejects.toMatchObject(gone);
    }
  });

  it('is found by part of its number, or by a word of where it came from', async () => {
    store.suppressions.add(['+12125550101', '+13125550102'], 'real', 'registry', 'List of November.csv');
    store.suppressions.add(['+12125550103'], 'rehearsal', 'manual', null);
    const found = async (search: string, more: Partial<SuppressionQuery> = {}) =>
      (await store.search.suppressions({ search, limit: 9, ...more })).map(({ number: found }) => found);
    expect(await found('(212) 555')).toEqual(['+12125550103', '+12125550101']);
    expect(await found('212555', { world: 'real' })).toEqual(['+12125550101']);
    expect(await found('november', { limit: 1 })).toEqual(['+13125550102']);
    expect(await found('212 999')).toEqual([]);
    expect(await found('')).toHaveLength(3);
  });

  it('can be taken back once, with a reason', () => {
    store.suppressions.add([number], 'real', 'manual', null);
    const [row] = store.suppressions.list({ limit: 1 });
    expect(store.suppressions.remove(row!.id, 'typed the wrong number')).toBe(true);
    expect(store.suppressions.remove(row!.id, 'again')).toBe(false);
    expect(store.suppressions.has(number, 'real')).toBeNull();
  });
});
