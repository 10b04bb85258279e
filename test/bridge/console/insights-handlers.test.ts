import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDispatch, type Dispatch, type Handlers } from '#bridge/console/dispatch.ts';
import { insightsHandlers } from '#bridge/console/insights-handlers.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { Insights } from '#bridge/contract/insights.ts';
import { operations } from '#bridge/contract/operations.ts';
import type { Store } from '#bridge/store/store.ts';
import { aSession, FakeCampaigns } from '#test/support/fake-calls.ts';
import { addAttempt, addCampaign, ending, openTestStore, phoneNumber, silentLog, temporaryFolder } from '#test/support/store.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let store: Store;
beforeEach(async () => {
  folder = await temporaryFolder();
  store = await openTestStore({ dataDir: folder.path });
});
afterEach(async () => {
  await store.close();
  await folder[Symbol.asyncDispose]();
});

/** Asked as a console asks, of a store whose lists are read in their own thread. */
function open(zone?: string): Dispatch {
  const campaigns = new FakeCampaigns();
  campaigns.get = (id) => {
    const campaign = store.campaigns.get(id as never);
    if (!campaign) throw new BridgeError('not-found', `There is no campaign ${id}.`);
    return campaign;
  };
  return createDispatch(insightsHandlers({ campaigns, store }, zone) as Handlers, silentLog);
}

async function ask(dispatch: Dispatch, input: unknown): Promise<Insights> {
  const answer = await dispatch('insights.get', input, aSession({ role: 'reviewer' }));
  if ('error' in answer) throw new Error(answer.error.message);
  const parsed = operations['insights.get'].output.parse(answer.result);
  // Nothing more than the contract says, either.
  expect(answer.result).toEqual(parsed);
  return parsed;
}

const refusal = async (input: unknown, role: 'reviewer' | 'owner' = 'owner') => {
  const answer = await open()('insights.get', input, aSession({ role }));
  return 'error' in answer ? answer.error : null;
};

function call(index: number, createdAt: string, fields: Parameters<typeof addAttempt>[1] = {}): void {
  const createdAtMs = Date.parse(createdAt);
  const attempt = addAttempt(store, { to: phoneNumber(index), world: 'real', createdAtMs, ...fields });
  store.attempts.update(attempt.id, { answeredAtMs: createdAtMs + 5_000 });
  store.attempts.addTurn(attempt.id, { endOfSpeechMs: 1_000, firstAudioMs: 1_000 + index * 100, latencyMs: index * 100 });
  store.attempts.end(attempt.id, ending({ endCause: 'lead-hung-up', endedAtMs: createdAtMs + 60_000 }), null);
}

describe('the insights', () => {
  it('are told to a reviewer, of real calls unless rehearsals are asked for', async () => {
    call(1, '2026-11-24T12:00:00Z');
    call(2, '2026-11-24T13:00:00Z');
    call(3, '2026-11-24T14:00:00Z', { world: 'rehearsal' });
    const stretch = { since: '2026-11-24', until: '2026-11-25T00:00:00+00:00' };
    const real = await ask(open('UTC'), stretch);
    expect(real).toMatchObject({
      since: '2026-11-24T00:00:00.000Z',
      until: '2026-11-25T00:00:00.000Z',
      totals: { dialled: 2, answered: 2, people: 2, talkMs: 84_000, costMicros: 62_000 },
      days: [{ day: '2026-11-24', dialled: 2 }],
      ends: [{ cause: 'lead-hung-up', calls: 2 }],
      replies: { turns: 2, medianMs: 100, p95Ms: 200 },
      agents: [{ name: 'Ada', version: 1, dialled: 2 }],
    });
    expect((await ask(open('UTC'), { ...stretch, world: 'rehearsal' })).totals.dialled).toBe(1);
  });

  it('part the days by the clock of the machine', async () => {
    call(1, '2026-11-01T03:30:00Z');
    call(2, '2026-11-02T04:30:00Z');
    const stretch = { since: '2026-10-31T04:00:00Z', until: '2026-11-02T05:00:00Z' };
    const days = async (zone: string) => (await ask(open(zone), stretch)).days.map(({ day, dialled }) => `${day}: ${dialled}`);
    expect(await days('America/New_York')).toEqual(['2026-10-31: 1', '2026-11-01: 1']);
    expect(await days('Asia/Tokyo')).toEqual(['2026-10-31: 0', '2026-11-01: 1', '2026-11-02: 1']);
    const here = await ask(open(), stretch);
    expect(here.days[0]?.day).toBe(new Date('2026-10-31T04:00:00Z').toLocaleDateString('sv'));
  });

  it('are narrowed to a campaign, and refused for one that does not exist', async () => {
    const campaign = addCampaign(store);
    call(1, '2026-11-24T12:00:00Z', { campaign, world: 'rehearsal' });
    call(2, '2026-11-24T12:00:00Z', { world: 'rehearsal' });
    const stretch = { since: '2026-11-24', until: '2026-11-25', world: 'rehearsal' };
    expect((await ask(open(), { ...stretch, campaignId: campaign.id })).totals.dialled).toBe(1);
    expect((await ask(open(), stretch)).totals.dialled).toBe(2);
    expect(await refusal({ ...stretch, campaignId: 'campaign_none' })).toMatchObject({ code: 'not-found' });
  });

  it('are refused for no time, and for more than 400 days', async () => {
    expect(await refusal({ since: '2026-11-24', until: '2026-11-24' })).toMatchObject({ code: 'input/invalid' });
    expect(await refusal({ since: '2025-10-19', until: '2026-11-24' })).toMatchObject({ code: 'input/invalid' });
    expect((await ask(open('UTC'), { since: '2025-10-20', until: '2026-11-24' })).days).toHaveLength(400);
  });
});
