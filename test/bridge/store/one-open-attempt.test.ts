import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { LeadRecord } from '#bridge/store/records.ts';
import type { Store } from '#bridge/store/store.ts';
import { addCampaign, addLead, attemptDraft, ending, leadChange, openTestStore, phoneNumber } from '../../support/store.ts';

/** Some gates look, some do not: the file itself has to hold. */
const operation = fc.oneof(
  fc.record({ kind: fc.constant('dial' as const), lead: fc.nat(5), gateLooks: fc.boolean() }),
  fc.record({
    kind: fc.constant('move' as const),
    attempt: fc.nat(9),
    phase: fc.constantFrom('intent', 'submitting', 'accepted', 'ringing', 'answered', 'unknown'),
  }),
  fc.record({
    kind: fc.constant('end' as const),
    attempt: fc.nat(9),
    state: fc.constantFrom('ready', 'waiting', 'done'),
    counts: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('release' as const), attempt: fc.nat(9) }),
  fc.record({ kind: fc.constant('suppress' as const), lead: fc.nat(5) }),
);
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

function perform(store: Store, leads: readonly LeadRecord[], made: AttemptId[], step: Operation): void {
  if (step.kind === 'dial' || step.kind === 'suppress') {
    const lead = leads[step.lead]!;
    if (step.kind === 'suppress') return void store.suppressions.add([lead.phone], 'rehearsal', 'manual', null);
    const draft = attemptDraft({ lead, campaignId: lead.campaignId });
    const refused = store.attempts.intend(draft, (facts) => (step.gateLooks && (facts.openAttempt || facts.unknownAttempt) ? 'no' : null));
    if (refused === null) made.push(draft.id);
    return;
  }
  const id = made[step.attempt];
  if (id === undefined || !store.attempts.get(id)) return;
  if (step.kind === 'move') store.attempts.update(id, { phase: step.phase, costMicros: step.attempt * 10 });
  if (step.kind === 'end') store.attempts.end(id, ending(), leadChange({ state: step.state, countsAsAttempt: step.counts }));
  if (step.kind === 'release') store.attempts.release(id);
}

describe('whatever happens in whatever order', () => {
  it('there is at most one open attempt per lead and per number, and every count agrees with the rows', async () => {
    const store = await openTestStore();
    let base = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 40 }), async (steps) => {
        // Six leads in two campaigns that share their three numbers.
        const campaigns = [addCampaign(store), addCampaign(store)];
        base += 10;
        const leads = campaigns.flatMap((campaign) => [0, 1, 2].map((index) => addLead(store, campaign, phoneNumber(base + index))));
        const made: AttemptId[] = [];
        for (const step of steps) {
          const before = store.attempts.open().length;
          try {
            perform(store, leads, made, step);
          } catch (error) {
            expect(error).toMatchObject({ code: 'state/conflict' });
            expect(store.attempts.open()).toHaveLength(before);
          }
          const open = store.attempts.open();
          expect(new Set(open.map(({ to, world }) => `${to} ${world}`)).size).toBe(open.length);
          expect(new Set(open.map(({ leadId }) => leadId)).size).toBe(open.length);
        }
        for (const campaign of campaigns) {
          const rows = store.attempts.list({ campaignId: campaign.id, limit: 1000 });
          const ofCampaign = leads.filter(({ campaignId }) => campaignId === campaign.id).map(({ id }) => store.leads.get(id)!);
          const totals = store.campaigns.totals(campaign.id);
          expect(totals.attempts).toBe(rows.length);
          expect(totals.openAttempts).toBe(rows.filter(({ phase }) => phase !== 'ended').length);
          expect(totals.spentMicros).toBe(rows.reduce((sum, { costMicros }) => sum + costMicros, 0));
          for (const state of ['ready', 'dialling', 'waiting', 'done', 'suppressed'] as const) {
            expect(totals.leads[state] ?? 0).toBe(ofCampaign.filter((row) => row.state === state).length);
          }
        }
        for (const attempt of store.attempts.open()) store.attempts.end(attempt.id, ending(), null);
      }),
      { numRuns: 60 },
    );
    await store.close();
  });
});
