import { describe, expect, it } from 'vitest';
import { overviewHandlers } from '#bridge/console/overview-handlers.ts';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import {
  aCampaign,
  aConsoleSetup,
  aSession,
  FakeCalls,
  FakeCampaigns,
  FakeSettings,
  FakeStore,
  fakeRehearsal,
} from '../../support/fake-calls.ts';
import { fakeDiagnosis } from '../../support/fake-diagnosis.ts';
import { fakeLine } from '../../support/fake-line.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function open(all: readonly Campaign[], dayBudgetMicros: number | null = null) {
  const clock = new ManualClock('2026-11-24T15:30:00.000Z');
  const calls = new FakeCalls();
  const asked: (readonly [string, number])[] = [];
  calls.figures = async (...query: [string, number] | []) => {
    if (query.length === 2) asked.push(query);
    return { calls: 3, answered: 2, talkMs: 5_000, spentMicros: 7_000 };
  };
  const campaigns = new FakeCampaigns();
  campaigns.list = () => all;
  const usage = { calls: 1, segments: 2, leads: 3, databaseBytes: 4, recordings: { bytes: 5, files: 6 }, freeBytes: 7 };
  const store = Object.assign(new FakeStore().asStore(), { figures: { usage: async () => usage } });
  const settings = new FakeSettings();
  settings.settings = { ...settings.settings, spending: { dayBudgetMicros } };
  const deps = {
    calls,
    campaigns,
    store,
    rehearsal: fakeRehearsal,
    setup: aConsoleSetup(),
    settings,
    line: fakeLine,
    diagnosis: fakeDiagnosis,
    clock,
  };
  return { handlers: overviewHandlers({ ...deps, tickets: null as never }), asked };
}

const running = (budgetMicros?: number) => aCampaign({ state: 'running', ...(budgetMicros === undefined ? {} : { budgetMicros }) });

describe('the overview', () => {
  it('counts from midnight on this machine’s clock', async () => {
    const { handlers, asked } = open([]);
    expect(await handlers['overview.today']({ world: 'real' }, { session: aSession() })).toEqual({
      calls: 3,
      answered: 2,
      talkMs: 5_000,
      spentMicros: 7_000,
      budgetMicros: null,
      dayBudgetMicros: null,
    });
    const [[world, sinceMs] = ['', 0]] = asked;
    expect(world).toBe('real');
    const since = new Date(sinceMs);
    expect([since.getHours(), since.getMinutes(), since.getSeconds(), since.getMilliseconds()]).toEqual([0, 0, 0, 0]);
    expect(Date.parse('2026-11-24T15:30:00.000Z') - sinceMs).toBeLessThan(25 * 3_600_000);
  });

  it.each([
    ['of all that run', [running(5), running(7), aCampaign({ state: 'paused', budgetMicros: 100 })], 12],
    ['none when one of them has none', [running(5), running()], null],
    ['none when nothing runs', [aCampaign({ state: 'draft', budgetMicros: 5 })], null],
  ] as const)('shows a budget: %s', async (_what, campaigns, budgetMicros) => {
    const { handlers } = open(campaigns);
    expect(await handlers['overview.today']({ world: 'real' }, { session: aSession() })).toMatchObject({ budgetMicros });
  });

  it('shows what the day may cost, of which rehearsals spend nothing', async () => {
    const { handlers } = open([running(5)], 50_000_000);
    const today = (world: 'real' | 'rehearsal') => handlers['overview.today']({ world }, { session: aSession() });
    expect(await today('real')).toMatchObject({ budgetMicros: 5, dayBudgetMicros: 50_000_000 });
    expect(await today('rehearsal')).toMatchObject({ dayBudgetMicros: null });
  });

  it('says how much room everything takes, and where', async () => {
    const { handlers } = open([]);
    expect(await handlers['data.usage']({}, { session: aSession() })).toEqual({
      dataDir: aConsoleSetup().status().dataDir,
      calls: 1,
      segments: 2,
      leads: 3,
      databaseBytes: 4,
      recordings: 6,
      recordingsBytes: 5,
      freeBytes: 7,
    });
  });
});
