import { describe, expect, it } from 'vitest';
import { CallsService } from '#bridge/calls/calls-service.ts';
import { reviewOf } from '#test/support/call-review.ts';
import { CallStage } from '../../support/call-stage.ts';
import { FakeDialer } from '../../support/fake-dialer.ts';
import { dana } from '../../support/person.ts';

const told = (stage: CallStage) =>
  stage.events.flatMap((event) => (event.type === 'call.attention' ? [[event.reason, event.rank] as const] : []));

describe('what a call tells of its need', () => {
  it('is that the lead asked for a human, with the words that said so, and who could not be reached', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    expect(stage.view.attention).toBeNull();
    await stage.leadSays('Honestly, can I speak to a person?');
    const [words] = stage.view.transcript.filter(({ speaker }) => speaker === 'lead');
    expect(stage.view.attention).toMatchObject({ level: 'look', reason: 'Asked for a human', segmentId: words?.id });
    stage.dialOn();
    await stage.pass(3_000);
    expect(stage.view.state).toBe('transferring');
    expect(stage.view.attention?.level).toBe('look');
    stage.afterStream();
    stage.dialEnded('no-answer');
    await stage.pass(100);
    stage.openMedia();
    await stage.pass(100);
    expect(stage.view.attention).toMatchObject({ level: 'act', reason: 'Asked for a human, nobody answered' });
    expect(told(stage)).toEqual([
      ['Asked for a human', 1],
      ['Asked for a human, nobody answered', 2],
    ]);
    stage.end();
    expect(told(stage).at(-1)).toEqual([null, 0]);
    expect(stage.view.attention).toBeNull();
  });

  it('is that the AI owes an answer, until it gives one', async () => {
    await using stage = await CallStage.open({ clips: ['disclosure', 'greeting'] });
    await stage.talk();
    await stage.leadSays('Where are you?');
    // It looks something up, and has time for that.
    stage.session.callsTool('schedule_callback', { when_text: 'tomorrow' });
    await stage.pass(7_500);
    expect(stage.view.attention).toMatchObject({ level: 'look', reason: 'The AI owes an answer, 6 s of silence' });
    stage.session.answers('It is free.', 1_000);
    await stage.pass(200);
    expect(stage.view.attention).toBeNull();
  });

  it('is that the rung fell, and what plays now', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.session.fail({ cause: 'the connection to OpenAI was cut (1006)' });
    await stage.pass(100);
    stage.afterStream();
    await stage.pass(1_100);
    expect(stage.view.attention).toMatchObject({ level: 'look', reason: 'Realtime closed (code 1006). The announcement is playing' });
  });

  it('is nothing where an announcement was meant from the start', async () => {
    await using stage = await CallStage.open({ attempt: { ladder: ['announcement'] } });
    stage.ring();
    await stage.pass(2_000);
    stage.answer();
    await stage.pass(30_000);
    expect(told(stage)).toEqual([]);
  });

  it('is the hop that is missing: a webhook that never comes', async () => {
    await using stage = await CallStage.open();
    stage.ring();
    await stage.pass(2_000);
    stage.tell({ type: 'leg.answered' });
    await stage.pass(6_500);
    expect(stage.view.attention).toMatchObject({
      level: 'act',
      reason: 'The carrier never asked what to do with the answered call: its webhook does not reach us',
    });
  });

  it('is the media socket that never opened, where the announcement had to take its place', async () => {
    await using stage = await CallStage.open();
    stage.ring();
    await stage.pass(2_000);
    stage.answer();
    await stage.pass(4_500);
    expect(stage.view.attention?.reason).toMatch(
      /^Realtime failed: the carrier never opened the media socket.* The announcement is playing$/,
    );
  });

  it('is that the call lands, when the lead has opted out', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    await stage.leadSays('Take me off your list.');
    await stage.pass(200);
    const [words] = stage.view.transcript.filter(({ speaker }) => speaker === 'lead');
    expect(stage.view.attention).toMatchObject({ reason: 'Asked not to be called again. The call is landing', segmentId: words?.id });
  });

  it("is that the campaign's budget is nearly spent", async () => {
    await using stage = await CallStage.open({ inCampaign: true });
    const { campaignId } = stage.call.record;
    if (campaignId === null) throw new Error('there is no campaign');
    stage.store.campaigns.update({ id: campaignId, budgetMicros: 10_000 });
    await stage.talk();
    stage.session.on.usage([{ kind: 'ai', micros: 9_000, detail: 'audio', estimated: false }]);
    stage.store.attempts.update(stage.call.record.id, { costMicros: 9_000 });
    await stage.pass(31_000);
    expect(told(stage)).toContainEqual(["The campaign's budget is nearly spent", 1]);
  });
});

describe('who picked up', () => {
  it('is a matter for a look while the carrier says a person and the words are a mailbox, until somebody knows', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.machine('human');
    await stage.leadSays('Please leave a message after the tone.');
    await stage.pass(1_100);
    expect(stage.view.attention).toMatchObject({
      rule: 'voicemail',
      level: 'look',
      reason: 'The carrier says a person, but it sounds like a voicemail',
    });
    stage.call.correctVerdict('human', dana);
    await stage.pass(1_100);
    expect(stage.view.attention).toBeNull();
  });
});

describe('words that come back', () => {
  it('are told of the AI, but not the sentences that it has to say', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    const greeting = stage.call.script.speeches.greeting ?? '';
    const answer = 'A new roof takes about four days, and we bring everything.';
    for (const text of [greeting, greeting, answer]) {
      stage.session.answers(text, 1_000);
      await stage.pass(2_000);
    }
    expect(stage.view.attention).toBeNull();
    await stage.leadSays('Sorry?');
    stage.session.answers(answer, 1_000);
    await stage.pass(2_000);
    expect(stage.view.attention).toMatchObject({ rule: 'ai-repeats', reason: 'The AI repeats itself' });
  });
});

describe('a need that nobody needs', () => {
  it('makes its rule slower in the whole campaign, until that is taken back', async () => {
    await using stage = await CallStage.open({ inCampaign: true });
    await stage.talk();
    const { callId, campaignId } = stage.call.record;
    if (campaignId === null) throw new Error('there is no campaign');
    const calls = new CallsService(stage.desk, new FakeDialer(stage.store, stage.clock), reviewOf(stage.desk));
    calls.notNeeded(callId);
    expect(stage.store.campaigns.get(campaignId)?.attentionTuning).toBeUndefined();
    await stage.leadSays('How much is it?');
    expect(stage.view.attention?.rule).toBe('price');
    calls.notNeeded(callId);
    expect(stage.view.attention).toBeNull();
    const tuning = [{ rule: 'price', dismissed: 1, effect: 'later' }];
    expect(stage.store.campaigns.get(campaignId)?.attentionTuning).toEqual(tuning);
    expect(stage.events.findLast(({ type }) => type === 'campaign.changed')).toMatchObject({ campaign: { attentionTuning: tuning } });
    expect(calls.resetAttention(campaignId, 'price').attentionTuning).toBeUndefined();
    expect(() => calls.resetAttention('campaign_x' as never, 'price')).toThrow('There is no campaign');
  });

  it('is known to a call of that campaign from its beginning', async () => {
    await using stage = await CallStage.open({
      inCampaign: true,
      store: (store) => ({ ...store, attention: { ...store.attention, dismissals: () => ({ price: 6, upset: 1 }) } }),
    });
    await stage.talk();
    await stage.leadSays('How much is it?');
    await stage.leadSays('This is ridiculous.');
    expect(stage.view.attention).toBeNull();
    await stage.leadSays('This is unacceptable.');
    expect(stage.view.attention?.rule).toBe('upset');
  });

  it('goes from the call, and its rule is silent from then on; others are not', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    await stage.leadSays('Can I speak to a person?');
    expect(stage.call.summary().attention).toMatchObject({ rule: 'human' });
    stage.call.people.notNeeded();
    expect(stage.call.summary().attention).toBeNull();
    await stage.leadSays('I want to talk to a real person.');
    expect(stage.call.summary().attention).toBeNull();
    stage.session.fail();
    await stage.pass(200);
    expect(stage.call.summary().attention).not.toBeNull();
  });
});
