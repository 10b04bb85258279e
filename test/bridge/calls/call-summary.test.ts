import { describe, expect, it } from 'vitest';
import { CallsService } from '#bridge/calls/calls-service.ts';
import { Since } from '#bridge/calls/since.ts';
import type { FeedBody } from '#bridge/contract/feed.ts';
import { reviewOf } from '#test/support/call-review.ts';
import { CallStage, clipMs } from '../../support/call-stage.ts';
import { aSession } from '../../support/fake-calls.ts';
import { FakeDialer } from '../../support/fake-dialer.ts';

const ofType = <Type extends FeedBody['type']>(stage: CallStage, type: Type) =>
  stage.events.filter((event): event is Extract<FeedBody, { type: Type }> => event.type === type);

describe('the summary of a live call', () => {
  it('says since when it is in its state, and since when somebody speaks', async () => {
    await using stage = await CallStage.open();
    const dialledAt = new Date(stage.clock.nowMs()).toISOString();
    expect(stage.call.summary()).toMatchObject({ state: 'dialling', stateSince: dialledAt, speaking: null, speakingSince: null });
    const stream = await stage.talk();
    expect(stream.heardMs()).toBeGreaterThan(0);
    const live = stage.call.summary();
    expect(live.state).toBe('live');
    expect(Date.parse(live.stateSince)).toBeLessThan(stage.clock.nowMs() - clipMs.disclosure);
    const turn = stage.session.hears();
    const leadFromMs = stage.clock.nowMs();
    await stage.pass(700);
    const spoken = stage.call.summary();
    expect(spoken).toMatchObject({ speaking: 'lead', stateSince: live.stateSince });
    expect(spoken.speakingSince).toBe(new Date(leadFromMs).toISOString());
    stage.session.heardEnd(turn);
    await stage.pass(100);
    expect(stage.call.summary().speaking).toBe('none');
    expect(Date.parse(stage.call.summary().speakingSince ?? '')).toBe(leadFromMs + 700);
  });

  it('tells an AI that thinks from a lead who says nothing, and since when it is so', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    await stage.pass(clipMs.greeting + 1_000);
    expect(stage.call.summary()).toMatchObject({ speaking: 'none', thinking: false });
    const turn = stage.session.hears();
    await stage.pass(700);
    expect(stage.call.summary()).toMatchObject({ speaking: 'lead', thinking: false });
    stage.session.heardEnd(turn);
    const overAtMs = stage.clock.nowMs();
    await stage.pass(900);
    const due = stage.call.summary();
    expect(due).toMatchObject({ speaking: 'none', thinking: true });
    expect(due.speakingSince).toBe(new Date(overAtMs).toISOString());
    stage.session.answers('Sure.', 600);
    await stage.pass(300);
    expect(stage.call.summary()).toMatchObject({ speaking: 'ai', thinking: false });
    await stage.pass(1_000);
    expect(stage.call.summary()).toMatchObject({ speaking: 'none', thinking: false });
  });

  it('thinks no more when nothing of the AI is left', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    await stage.pass(clipMs.greeting + 1_000);
    const turn = stage.session.hears();
    await stage.pass(700);
    stage.session.heardEnd(turn);
    await stage.pass(100);
    expect(stage.call.summary().thinking).toBe(true);
    stage.session.fail({ kind: 'fatal', cause: 'the key was withdrawn', cure: null });
    await stage.pass(100);
    expect(stage.call.summary()).toMatchObject({ speaking: 'none', thinking: false });
  });

  it('thinks no more when what was heard was no word', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    await stage.pass(clipMs.greeting + 1_000);
    const turn = stage.session.hears();
    await stage.pass(200);
    stage.session.heardEnd(turn);
    await stage.pass(100);
    expect(stage.call.summary().thinking).toBe(true);
    stage.session.understands(turn, '');
    await stage.pass(100);
    expect(stage.call.summary()).toMatchObject({ speaking: 'none', thinking: false });
    expect(ofType(stage, 'call.changed').at(-1)?.call.thinking).toBe(false);
  });

  it('keeps the last words that were said, and who said them, when an earlier turn turns out late', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    const first = stage.session.hears();
    await stage.pass(500);
    stage.session.heardEnd(first);
    await stage.pass(1_000);
    await stage.leadSays('The second thing.');
    stage.session.understands(first, 'The first thing.');
    await stage.pass(100);
    expect(stage.call.summary()).toMatchObject({ lastLine: 'The second thing.', lastSpeaker: 'lead' });
  });

  it('is that of the store when it is over', async () => {
    await using stage = await CallStage.open({ inCampaign: true });
    await stage.talk();
    stage.end();
    expect(stage.call.summary()).toEqual(stage.store.attempts.summary(stage.call.record));
    expect(stage.call.summary()).toMatchObject({
      state: 'ended',
      agentName: 'Ada',
      attemptNumber: 1,
      leadZone: 'America/New_York',
      leadPlace: 'New York, NY',
      personInvolved: false,
      speaking: null,
      speakingSince: null,
    });
    expect(stage.call.summary().stateSince).toBe(stage.call.summary().endedAt);
  });

  it('remembers since when, however often it is looked at', () => {
    const since = new Since<string | null>(100);
    expect([since.see(null, 500), since.see(null, 600), since.see('ai', 700), since.see('ai', 800), since.see(null, 900)]).toEqual([
      100, 100, 700, 700, 900,
    ]);
  });
});

describe('a live call that is opened', () => {
  it('has the sentence that is being said in its transcript, and once only when it is over', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    await stage.leadSays('Call me tomorrow.');
    const before = stage.view.transcript;
    stage.session.answers('Sure, at ten o’clock.', 3_000);
    await stage.pass(1_000);
    const { transcript } = stage.view;
    expect(transcript.slice(0, -1)).toEqual(before);
    expect(transcript.at(-1)).toMatchObject({ speaker: 'ai', text: 'Sure, at ten o’clock.', final: false });
    await stage.pass(4_000);
    expect(stage.view.transcript).toHaveLength(transcript.length);
    expect(stage.view.transcript.at(-1)).toMatchObject({ id: transcript.at(-1)?.id, final: true });
  });
});

describe('what the feed tells of a call', () => {
  it('has each tool with its answer and how long that took, each turn, and each mark, as they are stored', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    await stage.leadSays('Call me tomorrow.');
    stage.session.answers('Sure.', 600);
    await stage.pass(1_000);
    stage.session.callsTool('schedule_callback', { when_text: 'tomorrow' });
    const mark = stage.call.mark('here', null, aSession());
    const { callId } = stage.call.record;
    expect(ofType(stage, 'call.mark')).toEqual([{ type: 'call.mark', callId, mark }]);
    const [tool] = ofType(stage, 'call.tool');
    expect(tool).toMatchObject({ callId, toolCall: { name: 'schedule_callback', ms: 0 } });
    expect(stage.view.toolCalls).toEqual([tool?.toolCall]);
    const turns = ofType(stage, 'call.turn').map(({ turn }) => turn);
    expect(turns.length).toBeGreaterThan(0);
    expect(stage.view.turns).toEqual(turns);
  });
});

describe('the calls of the console', () => {
  it('are listed as those know them who run them, and counted', async () => {
    await using stage = await CallStage.open();
    const calls = new CallsService(stage.desk, new FakeDialer(stage.store, stage.clock), reviewOf(stage.desk));
    await stage.talk();
    const turn = stage.session.hears();
    await stage.pass(300);
    const summary = stage.call.summary();
    expect(summary).toMatchObject({ state: 'live', speaking: 'lead' });
    expect(calls.live()).toEqual([summary]);
    expect(await calls.list({ limit: 9 })).toEqual([summary]);
    expect(await calls.list({ limit: 9, since: summary.startedAt, search: '555', world: 'rehearsal' })).toEqual([summary]);
    expect(await calls.list({ limit: 9, until: summary.startedAt })).toEqual([]);
    expect(await calls.list({ limit: 9, cursor: summary.id })).toEqual([]);
    expect(await calls.count({ live: true })).toBe(1);
    expect(await calls.count({ live: false })).toBe(0);
    stage.session.heardEnd(turn);
  });

  it('count what goes on into the figures of the day', async () => {
    await using stage = await CallStage.open();
    const calls = new CallsService(stage.desk, new FakeDialer(stage.store, stage.clock), reviewOf(stage.desk));
    const sinceMs = stage.clock.nowMs();
    await stage.talk();
    const { talkMs, costMicros } = stage.call.summary();
    expect(talkMs).toBeGreaterThan(4_000);
    expect(await calls.figures('rehearsal', sinceMs)).toEqual({ calls: 1, answered: 1, talkMs, spentMicros: costMicros });
    expect(await calls.figures('real', sinceMs)).toMatchObject({ calls: 0, talkMs: 0 });
    expect(await calls.figures('rehearsal', sinceMs + 1)).toMatchObject({ calls: 0, talkMs: 0, spentMicros: 0 });
    stage.end();
    const ended = stage.store.attempts.summary(stage.call.record);
    expect(ended.end).toEqual({ cause: 'lead-hung-up', fault: null, words: 'The lead hung up' });
    expect(await calls.figures('rehearsal', sinceMs)).toMatchObject({ talkMs: ended.talkMs, spentMicros: ended.costMicros });
  });

  it('have a picture as far as the disk has it, and none when nothing was recorded', async () => {
    await using stage = await CallStage.open();
    const calls = new CallsService(stage.desk, new FakeDialer(stage.store, stage.clock), reviewOf(stage.desk));
    const { callId, id } = stage.call.record;
    await expect(calls.peaks(callId, 20)).rejects.toMatchObject({ code: 'not-found' });
    stage.store.attempts.update(id, { recordingFile: 'rehearsal/2026-11/not-there-yet.wav' });
    expect(await calls.peaks(callId, 20)).toEqual({ durationMs: 0, bucketMs: 20, lead: Uint8Array.of(), ours: Uint8Array.of() });
    await expect(calls.peaks('call_x' as never, 20)).rejects.toMatchObject({ code: 'not-found' });
  });
});
