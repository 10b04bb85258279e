import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { CallFilter } from '#bridge/store/call-filter.ts';
import type { AttemptEnding, AttemptPatch } from '#bridge/store/records.ts';
import type { Store } from '#bridge/store/store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { addAttempt, addCampaign, addLead, type attemptDraft, ending, openTestStore, phoneNumber, segment } from '../../support/store.ts';

const nowMs = new ManualClock().nowMs();
const minuteMs = 60_000;
let store: Store;
let campaign: Campaign;
beforeEach(async () => {
  store = await openTestStore();
  campaign = addCampaign(store);
});
afterEach(() => store.close());

let numbers = 0;
/** A call of the past, this many minutes ago. */
function past(
  minutesAgo: number,
  fields: Parameters<typeof attemptDraft>[0] = {},
  end: Partial<AttemptEnding> = {},
  patch: AttemptPatch = {},
): CallId {
  numbers += 1;
  const attempt = addAttempt(store, { to: phoneNumber(numbers), createdAtMs: nowMs - minutesAgo * minuteMs, ...fields });
  store.attempts.update(attempt.id, patch);
  store.attempts.end(attempt.id, ending({ endedAtMs: nowMs - minutesAgo * minuteMs + 1_000, ...end }), null);
  return attempt.callId;
}

const listed = async (filter: CallFilter, limit = 100) => (await store.search.calls({ ...filter, limit })).map(({ id }) => id);

describe('a list of calls', () => {
  it('is newest first, also among those of the same moment, and goes on behind the last one', async () => {
    const ids = [5, 5, 4, 4, 4, 3].map((minutes) => past(minutes, {}, { outcome: 'busy' })).toReversed();
    for (const filter of [{}, { outcome: 'busy' }, { world: 'rehearsal' }, { minTalkMs: 1 }, { live: false }] as const) {
      expect(await listed(filter), JSON.stringify(filter)).toEqual(ids);
      const seen: CallId[] = [];
      for (let after: CallId | undefined; seen.length < 9; ) {
        const page = await store.search.calls({ ...filter, limit: 2, ...(after && { after }) });
        if (page.length === 0) break;
        seen.push(...page.map(({ id }) => id));
        after = page.at(-1)?.id;
      }
      expect(seen, JSON.stringify(filter)).toEqual(ids);
    }
    expect(await store.search.calls({ limit: 9, after: 'call_x' as CallId })).toEqual([]);
  });

  it('shows only what was asked for, alone or together', async () => {
    const other = addCampaign(store, { world: 'real' });
    const sale = past(1, { campaign }, { disposition: 'sale', talkMs: 90_000 }, { rung: 'realtime' });
    const busy = past(2, { campaign }, { outcome: 'busy', disposition: 'busy', talkMs: 0, endCause: 'busy' });
    const moved = past(3, { campaign: other }, { disposition: 'transferred', talkMs: 30_000 }, { rung: 'announcement' });
    const named = past(4, { leadName: 'José Núñez', to: '+12125550142' }, { talkMs: 10_000 });
    const open = addAttempt(store, { to: phoneNumber(999), createdAtMs: nowMs }).callId;
    const cases: readonly (readonly [CallFilter, readonly CallId[]])[] = [
      [{}, [open, sale, busy, moved, named]],
      [{ live: true }, [open]],
      [{ live: false }, [sale, busy, moved, named]],
      [{ campaignId: campaign.id }, [sale, busy]],
      [{ campaignId: campaign.id, world: 'rehearsal' }, [sale, busy]],
      [{ campaignId: campaign.id, world: 'real' }, []],
      [{ world: 'real' }, [moved]],
      [{ outcome: 'busy' }, [busy]],
      [{ outcome: 'busy', campaignId: campaign.id }, [busy]],
      [{ outcome: 'busy', world: 'real' }, []],
      [{ disposition: 'sale', campaignId: campaign.id, live: false }, [sale]],
      [{ disposition: 'sale', outcome: 'busy' }, []],
      [{ rung: 'announcement' }, [moved]],
      [{ rung: 'announcement', minTalkMs: 40_000 }, []],
      [{ cause: 'busy' }, [busy]],
      [{ cause: 'busy', campaignId: campaign.id, world: 'rehearsal', live: false }, [busy]],
      [{ cause: 'busy', world: 'real' }, []],
      [{ cause: 'ai-failed' }, []],
      [{ cause: 'busy', live: true }, []],
      [{ personInvolved: true }, [moved]],
      [{ personInvolved: false, live: false }, [sale, busy, named]],
      [{ minTalkMs: 30_000 }, [sale, moved]],
      [{ maxTalkMs: 30_000, live: false }, [busy, moved, named]],
      [{ minTalkMs: 30_000, maxTalkMs: 30_000 }, [moved]],
      [{ sinceMs: nowMs - 2 * minuteMs }, [open, sale, busy]],
      [{ untilMs: nowMs - 2 * minuteMs }, [moved, named]],
      [{ sinceMs: nowMs - 3 * minuteMs, untilMs: nowMs - minuteMs }, [busy, moved]],
      [{ search: 'nunez jose' }, [named]],
      [{ search: '(212) 555-0142' }, [named]],
      [{ search: 'nobody' }, []],
      [{ search: ' - ' }, [open, sale, busy, moved, named]],
      [{ search: 'jose', world: 'rehearsal', minTalkMs: 1, live: false }, [named]],
    ];
    for (const [filter, ids] of cases) {
      expect(await listed(filter), JSON.stringify(filter)).toEqual(ids);
      expect(await store.search.countCalls(filter), JSON.stringify(filter)).toBe(ids.length);
    }
  });

  it('says of each call what it was when it was dialled, and what was said last', async () => {
    const lead = addLead(store, campaign, phoneNumber(500));
    for (const number of [1, 2]) {
      const attempt = addAttempt(store, { campaign, lead, createdAtMs: nowMs - (3 - number) * minuteMs });
      store.transcripts.save(attempt.id, segment(`Words ${number}.`, { startMs: 5_000, speaker: 'ai', heardText: `Word ${number}` }));
      store.transcripts.save(attempt.id, segment('Earlier.', { startMs: 1_000 }));
      store.transcripts.save(attempt.id, segment('cut off', { startMs: 7_000, speaker: 'ai', heardText: '' }));
      store.transcripts.save(attempt.id, segment('ringing', { startMs: 9_000, speaker: 'system' }));
      store.attempts.end(attempt.id, ending({ disposition: number === 2 ? 'transferred' : 'talked' }), null);
    }
    const [second, first] = await store.search.calls({ limit: 9 });
    expect(second).toMatchObject({
      attemptNumber: 2,
      agentName: 'Ada',
      leadZone: 'America/New_York',
      leadPlace: 'New York, NY',
      state: 'ended',
      stateSince: second?.endedAt,
      personInvolved: true,
      lastLine: 'Word 2',
      lastSpeaker: 'ai',
      attention: null,
      listeners: [],
    });
    expect(first).toMatchObject({ attemptNumber: 1, personInvolved: false, lastLine: 'Word 1' });
    expect(store.attempts.summary({ id: first!.attemptId })).toEqual(first);
  });

  it('of the open ones is one question', () => {
    const ids = [1, 2, 3].map((minute) => addAttempt(store, { to: phoneNumber(600 + minute), createdAtMs: nowMs + minute }).callId);
    past(1);
    expect(store.attempts.openSummaries().map(({ id }) => id)).toEqual(ids.toReversed());
  });
});
