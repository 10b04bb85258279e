import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import type { AttemptId, CallId, LeadId, MarkId } from '#bridge/contract/ids.ts';
import type { StoredFacts } from '#bridge/domain/gate.ts';
import type { LeadRecord } from '#bridge/store/records.ts';
import type { Store } from '#bridge/store/store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import {
  addAttempt,
  addCampaign,
  addLead,
  attemptDraft,
  ending,
  leadChange,
  openTestStore,
  phoneNumber,
  segment,
} from '../../support/store.ts';

const hourMs = 3_600_000;
const nowMs = new ManualClock().nowMs();
let store: Store;
let campaign: Campaign;
let lead: LeadRecord;
beforeEach(async () => {
  store = await openTestStore();
  campaign = addCampaign(store);
  lead = addLead(store, campaign, phoneNumber(1));
});
afterEach(() => store.close());

const conflict = expect.objectContaining({ code: 'state/conflict' });

describe('an intent', () => {
  it('is written together with its lead, and comes back as it was drafted', () => {
    const draft = attemptDraft({ campaign, lead, recordAtCarrier: true, consent: null });
    expect(store.attempts.intend(draft, () => null)).toBeNull();
    expect(store.attempts.get(draft.id)).toEqual({
      ...draft,
      phase: 'intent',
      requestId: null,
      carrierCallId: null,
      submittedAtMs: null,
      ringingAtMs: null,
      answeredAtMs: null,
      endedAtMs: null,
      rung: null,
      outcome: null,
      disposition: null,
      answerType: null,
      answerReason: null,
      talk: null,
      hangupCause: null,
      endedBy: null,
      endedReason: null,
      talkMs: 0,
      transfer: null,
      costMicros: 0,
      disclosurePlayedAtMs: null,
      recordingFile: null,
      legalHold: null,
      note: null,
      attemptNumber: 1,
      personInvolved: false,
    });
    expect(store.attempts.byCall(draft.callId)).toEqual(store.attempts.get(draft.id));
    expect(store.leads.get(lead.id)).toMatchObject({ state: 'dialling', attempts: 1 });
  });

  it('leaves nothing behind when the gate refuses', () => {
    const draft = attemptDraft({ campaign, lead });
    expect(store.attempts.intend(draft, () => 'outside-hours')).toBe('outside-hours');
    expect(store.attempts.get(draft.id)).toBeNull();
    expect(store.leads.get(lead.id)).toMatchObject({ state: 'ready', attempts: 0 });
  });

  it('leaves nothing behind when the gate throws', () => {
    const draft = attemptDraft({ campaign, lead });
    const gate = () => {
      throw new Error('the gate fell off');
    };
    expect(() => store.attempts.intend(draft, gate)).toThrow('the gate fell off');
    expect(store.leads.get(lead.id)).toMatchObject({ state: 'ready', attempts: 0 });
    expect(store.attempts.intend(draft, () => null)).toBeNull();
  });

  it('cannot be had twice for one lead, even by a gate that says yes', () => {
    addAttempt(store, { campaign, lead });
    expect(() => addAttempt(store, { campaign, lead, to: phoneNumber(2) })).toThrow(conflict);
    expect(store.leads.get(lead.id)?.attempts).toBe(1);
  });

  it('cannot be had twice for one number of one world, whoever asks', () => {
    addAttempt(store, { campaign, lead });
    expect(() => addAttempt(store, { to: lead.phone })).toThrow(conflict);
    expect(() => addAttempt(store, { campaign, lead: addLead(store, addCampaign(store), lead.phone) })).toThrow(conflict);
    expect(addAttempt(store, { to: lead.phone, world: 'real' }).phase).toBe('intent');
  });

  it.each(['submitting', 'accepted', 'ringing', 'answered', 'unknown'] as const)('holds lead and number while it is %s', (phase) => {
    const attempt = addAttempt(store, { campaign, lead });
    store.attempts.update(attempt.id, { phase });
    expect(() => addAttempt(store, { to: lead.phone })).toThrow(conflict);
    expect(() => addAttempt(store, { campaign, lead, to: phoneNumber(2) })).toThrow(conflict);
    store.attempts.end(attempt.id, ending(), leadChange({ state: 'ready' }));
    expect(addAttempt(store, { campaign, lead }).phase).toBe('intent');
  });

  it('needs a lead and a campaign that exist', () => {
    expect(() => addAttempt(store, { leadId: 'lead_x' as LeadId })).toThrow();
    expect(store.attempts.open()).toEqual([]);
  });
});

describe('what the gate is told', () => {
  const factsOf = (fields: Parameters<typeof attemptDraft>[0] = { campaign, lead }): StoredFacts =>
    store.attempts.facts(attemptDraft(fields));

  it('is read in the transaction that writes', () => {
    const gate = vi.fn((_facts: StoredFacts) => null);
    const draft = attemptDraft({ campaign, lead });
    store.attempts.intend(draft, gate);
    expect(gate).toHaveBeenCalledExactlyOnceWith({
      campaignRunning: false,
      leadState: 'ready',
      leadAttempts: 0,
      leadNextAttemptAtMs: null,
      suppression: null,
      openAttempt: false,
      unknownAttempt: false,
      numberAttempts24h: 0,
      numberLastAttemptAtMs: null,
      openInCampaign: 0,
      spentMicros: 0,
      reservedMicros: 0,
    });
  });

  it('follows the campaign, the lead and the suppression list', () => {
    store.campaigns.setState(campaign.id, 'running', null);
    store.leads.setState(lead.id, 'waiting', 'busy', 777);
    expect(factsOf()).toMatchObject({ campaignRunning: true, leadState: 'waiting', leadNextAttemptAtMs: 777, suppression: null });
    store.suppressions.add([lead.phone], 'rehearsal', 'opt-out', null);
    expect(factsOf()).toMatchObject({ leadState: 'suppressed', suppression: { reason: 'opt-out' } });
    expect(factsOf({ to: lead.phone, world: 'real' })).toMatchObject({ suppression: null, leadState: null, campaignRunning: false });
  });

  it('knows what a world has cost since a moment, with what its open calls may still cost', () => {
    const real = { world: 'real' as const };
    const sinceMs = nowMs - (nowMs % (24 * hourMs));
    const ended = (costMicros: number, fields: Parameters<typeof attemptDraft>[0]) => {
      const { id } = addAttempt(store, fields);
      store.attempts.end(id, ending({ costMicros }), null);
      return id;
    };
    ended(1, { ...real, createdAtMs: sinceMs - 1, to: phoneNumber(1) });
    ended(20, { ...real, createdAtMs: sinceMs, to: phoneNumber(2) });
    const id = ended(300, { ...real, createdAtMs: nowMs, to: phoneNumber(3) });
    ended(4_000, { createdAtMs: nowMs, to: phoneNumber(4) });
    expect(store.attempts.spending('real', sinceMs)).toEqual({ spentMicros: 320, heldMicros: 0 });
    expect(store.attempts.spending('rehearsal', sinceMs)).toEqual({ spentMicros: 4_000, heldMicros: 0 });
    store.attempts.update(id, { costMicros: 301 });
    const open = addAttempt(store, { ...real, createdAtMs: sinceMs - 1, to: phoneNumber(5), reservedMicros: 50_000 });
    expect(store.attempts.spending('real', sinceMs)).toEqual({ spentMicros: 321, heldMicros: 50_000 });
    const late = addAttempt(store, { ...real, createdAtMs: nowMs, to: phoneNumber(6), reservedMicros: 600_000 });
    store.attempts.update(late.id, { costMicros: 700_000 });
    expect(store.attempts.spending('real', sinceMs)).toEqual({ spentMicros: 700_321, heldMicros: 50_000 });
    store.attempts.release(open.id);
    expect(store.attempts.spending('real', sinceMs)).toEqual({ spentMicros: 700_321, heldMicros: 0 });
  });

  it('tells open attempts of the lead or the number from unknown ones', () => {
    const attempt = addAttempt(store, { campaign, lead });
    expect(factsOf()).toMatchObject({ openAttempt: true, unknownAttempt: false, openInCampaign: 1 });
    expect(factsOf({ to: lead.phone })).toMatchObject({ openAttempt: true });
    expect(factsOf({ campaign, lead, to: phoneNumber(9) })).toMatchObject({ openAttempt: true });
    store.attempts.update(attempt.id, { phase: 'unknown' });
    expect(factsOf()).toMatchObject({ openAttempt: false, unknownAttempt: true, openInCampaign: 1 });
    store.attempts.end(attempt.id, ending(), null);
    expect(factsOf()).toMatchObject({ openAttempt: false, unknownAttempt: false, openInCampaign: 0 });
  });

  it('counts attempts to the number that rang or may have rung, in its world, within 24 hours', () => {
    const dialled = (
      hoursAgo: number,
      outcome: 'no-answer' | 'carrier-error' | 'unknown',
      fields: Parameters<typeof attemptDraft>[0] = {},
    ) => {
      const attempt = addAttempt(store, { to: lead.phone, createdAtMs: nowMs - hoursAgo * hourMs, ...fields });
      store.attempts.end(attempt.id, ending({ outcome }), null);
    };
    dialled(30, 'no-answer');
    expect(factsOf()).toMatchObject({ numberAttempts24h: 0, numberLastAttemptAtMs: nowMs - 30 * hourMs });
    dialled(23, 'no-answer');
    dialled(5, 'unknown');
    dialled(4, 'carrier-error');
    dialled(3, 'no-answer', { world: 'real' });
    dialled(2, 'no-answer', { to: phoneNumber(2) });
    expect(factsOf()).toMatchObject({ numberAttempts24h: 2, numberLastAttemptAtMs: nowMs - 5 * hourMs });
  });

  it('counts a ringing that ended in a fault of the carrier, and an open attempt that was sent', () => {
    const rang = addAttempt(store, { to: lead.phone, createdAtMs: nowMs - hourMs });
    store.attempts.update(rang.id, { phase: 'ringing', ringingAtMs: nowMs });
    store.attempts.end(rang.id, ending({ outcome: 'carrier-error' }), null);
    const open = addAttempt(store, { to: lead.phone, createdAtMs: nowMs - 1000 });
    expect(factsOf()).toMatchObject({ numberAttempts24h: 1, numberLastAttemptAtMs: nowMs - hourMs });
    store.attempts.update(open.id, { phase: 'submitting', submittedAtMs: nowMs - 900 });
    expect(factsOf()).toMatchObject({ numberAttempts24h: 2, numberLastAttemptAtMs: nowMs - 900 });
  });

  it('sums what was spent and what open attempts hold of the budget', () => {
    const other = addLead(store, campaign, phoneNumber(2));
    const first = addAttempt(store, { campaign, lead, reservedMicros: 300 });
    const second = addAttempt(store, { campaign, lead: other, reservedMicros: 500 });
    addAttempt(store, { to: phoneNumber(3), reservedMicros: 9_999 });
    store.attempts.update(second.id, { costMicros: 40 });
    store.attempts.end(first.id, ending({ costMicros: 100 }), leadChange());
    expect(factsOf()).toMatchObject({ spentMicros: 140, reservedMicros: 500, openInCampaign: 1 });
  });
});

describe('an attempt', () => {
  it('takes what is named of a patch, and nothing else', () => {
    const attempt = addAttempt(store, { campaign, lead });
    const patch = {
      phase: 'answered',
      requestId: 'r1',
      carrierCallId: 'CA1',
      submittedAtMs: 1,
      ringingAtMs: 2,
      answeredAtMs: 3,
      rung: 'realtime',
      disposition: 'interested',
      answerType: 'human',
      talkMs: 4,
      costMicros: 5,
      disclosurePlayedAtMs: 6,
      recordingFile: 'rehearsal/2026-11/x.wav',
      note: 'nice',
    } as const;
    store.attempts.update(attempt.id, patch);
    expect(store.attempts.get(attempt.id)).toEqual({ ...attempt, ...patch });
    store.attempts.update(attempt.id, { note: null });
    store.attempts.update(attempt.id, {});
    expect(store.attempts.get(attempt.id)).toEqual({ ...attempt, ...patch, note: null });
  });

  it('ends once, and moves its lead on in the same step', () => {
    const attempt = addAttempt(store, { campaign, lead });
    const end = ending({ outcome: 'busy', disposition: 'busy', hangupCause: '486', answerType: null });
    const change = leadChange({ state: 'waiting', stateReason: 'busy', nextAttemptAtMs: 5_000, outcome: 'busy', disposition: 'busy' });
    expect(store.attempts.end(attempt.id, end, change)).toBe(true);
    expect(store.attempts.get(attempt.id)).toEqual({ ...attempt, ...end, phase: 'ended' });
    const after = { state: 'waiting', stateReason: 'busy', nextAttemptAtMs: 5_000, attempts: 1, lastOutcome: 'busy', disposition: 'busy' };
    expect(store.leads.get(lead.id)).toMatchObject(after);
    expect(store.attempts.end(attempt.id, ending(), leadChange())).toBe(false);
    expect(store.leads.get(lead.id)).toMatchObject(after);
    expect(store.attempts.get(attempt.id)?.outcome).toBe('busy');
  });

  it('gives the attempt back to the lead when it does not count', () => {
    store.attempts.end(addAttempt(store, { campaign, lead }).id, ending(), leadChange({ state: 'ready', countsAsAttempt: false }));
    expect(store.leads.get(lead.id)?.attempts).toBe(0);
  });

  it('never opens again after its end', () => {
    const attempt = addAttempt(store, { campaign, lead });
    store.attempts.end(attempt.id, ending(), leadChange({ state: 'ready' }));
    store.attempts.update(attempt.id, { phase: 'ringing', costMicros: 77 });
    expect(store.attempts.get(attempt.id)).toMatchObject({ phase: 'ended', costMicros: 77 });
  });

  it('is gone when it is released before it was sent', () => {
    const attempt = addAttempt(store, { campaign, lead });
    store.attempts.addHop(attempt.id, { name: 'dialled', at: new Date(nowMs).toISOString(), sinceDialMs: 0 });
    store.attempts.release(attempt.id);
    expect(store.attempts.get(attempt.id)).toBeNull();
    expect(store.leads.get(lead.id)).toMatchObject({ state: 'ready', attempts: 0 });
    expect(store.campaigns.totals(campaign.id)).toMatchObject({ attempts: 0, openAttempts: 0, leads: { ready: 1 } });
    expect(store.campaigns.hasAttempts(campaign.id)).toBe(false);
    store.attempts.release(attempt.id);
  });

  it('cannot be released once the carrier has it', () => {
    const attempt = addAttempt(store, { campaign, lead });
    store.attempts.update(attempt.id, { phase: 'unknown' });
    expect(() => store.attempts.release(attempt.id)).toThrow(conflict);
    expect(store.attempts.open()).toHaveLength(1);
  });

  it('that does not exist is null to read and not-found to change', () => {
    const unknown = 'attempt_x' as AttemptId;
    const notFound = expect.objectContaining({ code: 'not-found' });
    expect(store.attempts.get(unknown)).toBeNull();
    expect(store.attempts.byCall('call_x' as CallId)).toBeNull();
    expect(() => store.attempts.update(unknown, { talkMs: 1 })).toThrow(notFound);
    expect(() => store.attempts.end(unknown, ending(), null)).toThrow(notFound);
    expect(() => store.attempts.addTurn(unknown, { endOfSpeechMs: 0, firstAudioMs: 1, latencyMs: 1 })).toThrow(notFound);
    expect(() => store.transcripts.save(unknown, segment('hello'))).toThrow(notFound);
  });

  it('keeps hops, marks, costs, tool calls and turns in the order in which they came', () => {
    const { id } = addAttempt(store, { campaign, lead });
    const at = new Date(nowMs).toISOString();
    const hops = [
      { name: 'dialled', at, sinceDialMs: 0 },
      { name: 'ringing', at, sinceDialMs: 812.25, detail: 'early media' },
    ] as const;
    const marks = [{ id: 'mark_1' as MarkId, at, offsetMs: 5_000, note: null }];
    const costs = [
      { kind: 'carrier', micros: 1_300, detail: '1 min', estimated: true },
      { kind: 'ai', micros: 5, detail: '', estimated: false },
    ];
    const tools = [{ name: 'end_call', arguments: '{}', result: '{"ok":true}', atMs: 9 }];
    const parts = { endpointMs: 400, thinkMs: 150, sendMs: 20, playMs: 30 };
    const turns = [
      { endOfSpeechMs: 100, firstAudioMs: 700, latencyMs: 600, parts },
      { endOfSpeechMs: 2_000, firstAudioMs: 2_900, latencyMs: 900, parts: { ...parts, thinkMs: 450 } },
      { endOfSpeechMs: 5_000, firstAudioMs: 5_900, latencyMs: 900 },
    ];
    for (const hop of hops) store.attempts.addHop(id, hop);
    for (const mark of marks) store.attempts.addMark(id, mark);
    for (const cost of costs) store.attempts.addCost(id, cost);
    for (const tool of tools) store.attempts.addToolCall(id, tool);
    for (const turn of turns) store.attempts.addTurn(id, turn);
    expect(store.attempts.turns(id)).toEqual(turns);
    // Summed for the campaign, as far as it was measured.
    expect(store.campaigns.totals(campaign.id).replies).toEqual({ turns: 2, endpointMs: 800, thinkMs: 600, sendMs: 40, playMs: 60 });
    expect(store.attempts.hops(id)).toEqual(hops);
    expect(store.attempts.marks(id)).toEqual(marks);
    const [wrong, ...kept] = marks;
    const removed = wrong?.id as MarkId;
    expect(store.attempts.removeMark(addAttempt(store, { to: phoneNumber(6) }).id, removed)).toBe(false);
    expect(store.attempts.removeMark(id, removed)).toBe(true);
    expect(store.attempts.removeMark(id, removed)).toBe(false);
    expect(store.attempts.marks(id)).toEqual(kept);
    expect(store.attempts.costs(id)).toEqual(costs);
    expect(store.attempts.toolCalls(id)).toEqual(tools);
    expect(store.attempts.turns(id)).toEqual(turns);
    expect(store.attempts.hops(addAttempt(store, { to: phoneNumber(5) }).id)).toEqual([]);
  });

  it('sums itself up with the last line that was heard', () => {
    const attempt = addAttempt(store, { campaign, lead });
    expect(store.attempts.summary(attempt)).toMatchObject({
      id: attempt.callId,
      attemptId: attempt.id,
      state: 'dialling',
      startedAt: new Date(attempt.createdAtMs).toISOString(),
      answeredAt: null,
      lastLine: null,
    });
    store.transcripts.save(attempt.id, segment('Later.', { startMs: 9_000, speaker: 'ai', heardText: 'Lat' }));
    store.transcripts.save(attempt.id, segment('Earlier.', { startMs: 1_000 }));
    store.transcripts.save(attempt.id, segment('ringing', { startMs: 10_000, speaker: 'system' }));
    store.attempts.update(attempt.id, { phase: 'answered', answeredAtMs: nowMs });
    expect(store.attempts.summary(store.attempts.get(attempt.id)!)).toMatchObject({
      state: 'answered',
      answeredAt: new Date(nowMs).toISOString(),
      lastLine: 'Lat',
    });
  });
});

describe('a list of attempts', () => {
  it('is newest first and goes on behind the last one', () => {
    const ids = [1, 2, 3, 4, 5].map(
      (index) => addAttempt(store, { to: phoneNumber(index), createdAtMs: nowMs + Math.floor(index / 2) }).callId,
    );
    const first = store.attempts.list({ limit: 2 });
    const rest = store.attempts.list({ limit: 9, after: first[1]!.callId });
    expect([...first, ...rest].map(({ callId }) => callId)).toEqual(ids.toReversed());
    expect(store.attempts.list({ limit: 9, after: 'call_x' as CallId })).toEqual([]);
    expect(store.attempts.open().map(({ callId }) => callId)).toEqual(ids);
  });

  it('shows only what was asked for', () => {
    const wanted = addAttempt(store, { campaign, lead, createdAtMs: nowMs });
    store.attempts.update(wanted.id, { rung: 'announcement' });
    store.attempts.end(wanted.id, ending({ outcome: 'completed', disposition: 'sale' }), null);
    const other = addAttempt(store, { to: phoneNumber(7), world: 'real', createdAtMs: nowMs - hourMs });
    const only = (query: Omit<Parameters<Store['attempts']['list']>[0], 'limit'>) =>
      store.attempts.list({ ...query, limit: 9 }).map(({ id }) => id);
    expect(only({})).toEqual([wanted.id, other.id]);
    expect(only({ campaignId: campaign.id, world: 'rehearsal' })).toEqual([wanted.id]);
    expect(only({ campaignId: campaign.id, world: 'real' })).toEqual([]);
    expect(only({ world: 'real' })).toEqual([other.id]);
    expect(only({ sinceMs: nowMs })).toEqual([wanted.id]);
    expect(only({ outcome: 'completed', disposition: 'sale', rung: 'announcement' })).toEqual([wanted.id]);
    expect(only({ outcome: 'busy' })).toEqual([]);
    expect(only({ live: true })).toEqual([other.id]);
    expect(only({ live: true, world: 'rehearsal' })).toEqual([]);
    expect(only({ live: false })).toEqual([wanted.id]);
  });
});

describe('faults in a row', () => {
  const following = (...outcomes: readonly ('carrier-error' | 'our-error' | 'congestion' | 'busy')[]) => {
    for (const outcome of outcomes) {
      const attempt = addAttempt(store, { campaign, lead });
      store.attempts.end(attempt.id, ending({ outcome }), leadChange({ outcome, state: 'ready' }));
    }
    return store.attempts.faultsInARow(lead.id);
  };

  it('are none before the first attempt, and none of another lead', () => {
    following('carrier-error');
    expect(store.attempts.faultsInARow(addLead(store, campaign, phoneNumber(2)).id)).toBe(0);
  });

  it('are counted from the latest attempt back to the last that was no fault', () => {
    expect(following('carrier-error', 'busy', 'our-error', 'congestion')).toBe(2);
  });
});
