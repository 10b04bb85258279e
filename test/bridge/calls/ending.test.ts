import { describe, expect, it } from 'vitest';
import { CallStage, clipBytes, clipMs } from '../../support/call-stage.ts';

const asked = (stage: CallStage) => stage.session.all('answer').map(({ instructions }) => instructions);

describe('silence', () => {
  it('is asked about twice, then the call is ended with a goodbye', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    await stage.pass(9_000);
    expect(asked(stage)).toEqual(['Ask in one short sentence whether they are still there.']);
    stage.session.answers('Are you still there?', 1_500, asked(stage)[0] ?? null);
    await stage.pass(10_600);
    expect(asked(stage)).toHaveLength(2);
    stage.session.answers('Are you still there?', 1_500, asked(stage)[1] ?? null);
    await stage.pass(10_600);
    expect(stream.heardAt(stage.clock.monotonicMs())).toBe(clipBytes.farewell);
    await stage.pass(clipMs.farewell + 100);
    expect(stage.carrier.hangUps).toHaveLength(1);
    stage.end();
    expect(stage.view).toMatchObject({ endedBy: 'bridge', endedReason: 'nobody spoke', disposition: 'talked' });
  });

  it('is not found in the middle of a long answer, but counted from its end', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    await stage.leadSays('Tell me all about it.');
    await stage.pass(1_000);
    stage.session.answers('Well, it all began with a pipe.', 20_000);
    await stage.pass(20_100);
    expect(asked(stage)).toEqual([]);
    await stage.pass(9_000);
    expect(asked(stage)).toHaveLength(1);
  });

  it('is counted anew when the lead speaks', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    await stage.pass(9_100);
    stage.session.answers('Are you still there?', 1_000);
    await stage.pass(5_000);
    await stage.leadSays('Yes, one moment.');
    stage.session.answers('Take your time.', 1_000);
    await stage.pass(9_900);
    expect(asked(stage)).toHaveLength(1);
  });
});

describe('the end of a call', () => {
  it('comes with the AI’s own goodbye, heard to its end, and without another', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    const atMs = stage.clock.monotonicMs();
    stage.session.begins();
    stage.session.utters('Thank you, and goodbye.', 1_500, { byte: 0x31 });
    const id = stage.session.callsTool('end_call', { reason: 'goal_met' });
    stage.session.ends();
    await stage.pass(1_400);
    expect(stage.carrier.hangUps).toEqual([]);
    await stage.pass(200);
    expect(stage.carrier.hangUps).toHaveLength(1);
    expect(stream.heardMs(atMs)).toBe(1_500);
    expect(stage.session.all('tool-result')).toEqual([{ what: 'tool-result', id, result: '{"ok":true}', thenAnswer: false }]);
    stage.end();
    expect(stage.view).toMatchObject({
      disposition: 'interested',
      endedBy: 'ai',
      endedReason: 'the AI ended the call: what the call was for is settled',
    });
  });

  it('comes without a second goodbye when the AI took leave in the answer before', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    stage.session.answers('You are booked. Have a nice day, goodbye!', 2_000);
    await stage.pass(2_100);
    await stage.leadSays('Bye.');
    const atMs = stage.clock.monotonicMs();
    stage.session.begins();
    stage.session.callsTool('end_call', { reason: 'goal_met' });
    stage.session.ends();
    await stage.pass(100);
    expect(stage.carrier.hangUps).toHaveLength(1);
    expect(stream.heardMs(atMs)).toBe(0);
  });

  it('comes with a fixed goodbye when the AI says none', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    await stage.leadSays('No.');
    const atMs = stage.clock.monotonicMs();
    stage.session.begins();
    stage.session.callsTool('end_call', { reason: 'refused' });
    stage.session.ends();
    await stage.pass(clipMs.farewell + 100);
    expect(stream.firstMs(clipBytes.farewell)).toBe(atMs);
    expect(stage.carrier.hangUps).toHaveLength(1);
    stage.end();
    expect(stage.view).toMatchObject({ disposition: 'not-interested', endedReason: 'the AI ended the call: the lead is not interested' });
  });

  it('keeps a callback that was promised before', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.session.begins();
    const id = stage.session.callsTool('schedule_callback', { when_text: 'tomorrow at five', confirmed: true });
    expect(stage.session.all('tool-result')).toMatchObject([{ id, thenAnswer: true }]);
    stage.session.ends();
    stage.session.begins();
    stage.session.utters('Until tomorrow, goodbye.', 1_000);
    stage.session.callsTool('end_call', { reason: 'other' });
    stage.session.ends();
    await stage.pass(1_200);
    stage.end();
    expect(stage.view).toMatchObject({
      disposition: 'callback-requested',
      endedReason: 'the AI ended the call: the conversation was over',
    });
    expect(stage.view.toolCalls.map(({ name }) => name)).toEqual(['schedule_callback', 'end_call']);
  });

  it.each([
    ['goal_met', 'the AI ended the call: what the call was for is settled'],
    ['other', 'the AI ended the call: the conversation was over'],
  ])('calls the lead back at the time that they named, on their own clock (%s)', async (reason, endedReason) => {
    await using stage = await CallStage.open({ inCampaign: true });
    await stage.talk();
    // The model knows which day it is for the lead.
    expect(stage.session.request.instructions).toContain("Monday, 2026-11-23, 10:00, on the person's own clock");
    stage.session.begins();
    stage.session.callsTool('schedule_callback', { when_text: 'Friday at five', iso_local: '2026-11-27T17:00', confirmed: true });
    stage.session.ends();
    stage.session.begins();
    stage.session.utters('Until Friday, goodbye.', 1_000);
    stage.session.callsTool('end_call', { reason });
    stage.session.ends();
    await stage.pass(1_200);
    stage.end();
    expect(stage.view).toMatchObject({ disposition: 'callback-requested', endedReason });
    const lead = stage.call.record.leadId === null ? null : stage.store.leads.get(stage.call.record.leadId);
    // Five in the afternoon in New York.
    expect(lead).toMatchObject({ state: 'waiting', nextAttemptAtMs: Date.parse('2026-11-27T22:00:00Z') });
  });

  it('comes shortly before the limit, with a goodbye, whatever is being said', async () => {
    await using stage = await CallStage.open({ attempt: { maxCallMs: 30_000 } });
    const stream = await stage.connect();
    const answeredAtMs = stage.clock.monotonicMs() - 120;
    await stage.pass(clipMs.disclosure + clipMs.greeting + 10_000);
    stage.session.answers('Let me tell you a long story.', 30_000);
    await stage.pass(answeredAtMs + 23_000 - stage.clock.monotonicMs());
    await stage.pass(60);
    expect(stream.heardAt(stage.clock.monotonicMs())).toBe(clipBytes.farewell);
    await stage.pass(clipMs.farewell);
    expect(stage.carrier.hangUps).toHaveLength(1);
    stage.end();
    expect(stage.view).toMatchObject({ endedBy: 'settings', endedReason: 'the time limit for a call was reached' });
    expect(stage.view.transcript.some(({ interrupted }) => interrupted)).toBe(true);
  });

  it('is forced when the carrier does not keep to the limit', async () => {
    await using stage = await CallStage.open({ attempt: { maxCallMs: 30_000, ladder: ['announcement'] } });
    stage.ring();
    stage.answer();
    await stage.pass(50_000);
    expect(stage.carrier.hangUps.length).toBeGreaterThan(0);
  });

  it('comes with a goodbye when the program is closed', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    stage.session.answers('Let me tell you a long story.', 30_000);
    await stage.pass(2_000);
    const atMs = stage.clock.monotonicMs();
    stage.call.land();
    await stage.pass(clipMs.farewell + 100);
    expect(stream.heardMs(atMs)).toBe(clipMs.farewell);
    expect(stage.carrier.hangUps).toHaveLength(1);
    stage.end();
    expect(stage.view).toMatchObject({ endedBy: 'operator', endedReason: 'Ringside was closed' });
  });

  it('comes at once when the program is closed while the phone rings', async () => {
    await using stage = await CallStage.open();
    stage.ring();
    stage.call.land();
    expect(stage.carrier.hangUps).toHaveLength(1);
    stage.end('cancelled');
    expect(stage.view).toMatchObject({ outcome: 'cancelled', endedBy: 'operator' });
  });

  it('lets the disclosure be heard out before it', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.connect();
    await stage.pass(500);
    stage.call.land();
    await stage.pass(clipMs.disclosure);
    expect(stream.heardAt(stage.clock.monotonicMs())).toBe(clipBytes.farewell);
    expect(stream.clears).toEqual([]);
  });

  it('is told again to a carrier that does not confirm it', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.call.hangUp('operator', 'hung up from the console');
    await stage.pass(10_100);
    expect(stage.carrier.lookUps).toBe(1);
    // Its records know of nothing any more.
    expect(stage.call.over).toBe(true);
    expect(stage.view).toMatchObject({ endedBy: 'operator', endedReason: 'hung up from the console' });
  });
});

describe('a cold transfer', () => {
  async function transferred(stage: CallStage): Promise<void> {
    await stage.talk();
    stage.dialOn(5_000, 0x31);
  }

  it('waits for the AI’s own words, then rings the colleague', async () => {
    await using stage = await CallStage.open();
    await transferred(stage);
    const { stream } = stage;
    const fromMs = stream.firstMs(0x31) ?? 0;
    await stage.pass(5_200);
    expect(stream.heardMs(fromMs)).toBe(5_000);
    expect(stream.closedBecause).not.toBeNull();
    expect(stage.afterStream()).toMatchObject({ kind: 'dial', number: '+12025550199' });
    expect(stage.view).toMatchObject({ state: 'transferring', transfer: { kind: 'cold', state: 'ringing', toName: 'Dana' } });
    await stage.pass(70_000);
    expect(stage.dialEnded('answered')).toEqual({ kind: 'hang-up' });
    stage.end();
    expect(stage.view).toMatchObject({
      disposition: 'transferred',
      endedBy: 'operator',
      endedReason: 'the call was transferred to Dana',
      transfer: { kind: 'cold', state: 'connected' },
    });
    // The second leg costs minutes of its own.
    expect(stage.view.costs.find(({ kind }) => kind === 'transfer')?.detail).toBe('2 started minutes of the second leg');
  });

  it('that nobody takes gives the lead back to the AI, on a new stream', async () => {
    for (const result of ['no-answer', 'busy', 'failed'] as const) {
      await using stage = await CallStage.open();
      await transferred(stage);
      await stage.pass(5_200);
      stage.afterStream();
      await stage.pass(20_000);
      expect(stage.dialEnded(result).kind).toBe('stream');
      const prompt = asked(stage).at(-1) ?? '';
      expect(prompt).toContain('Nobody could take the transfer');
      await stage.pass(200);
      const second = stage.openMedia();
      stage.session.answers('I am sorry, nobody is free. May we call you back?', 3_000, prompt);
      await stage.pass(3_100);
      expect(second.heardMs()).toBe(3_000);
      expect(stage.session.all('auto').at(-1)).toEqual({ what: 'auto', on: true });
      expect(stage.view).toMatchObject({ state: 'live', transfer: { kind: 'cold', state: result, cause: `it was ${result}` } });
    }
  });

  it('that nobody takes leaves the lead with an apology when the AI has died meanwhile', async () => {
    await using stage = await CallStage.open();
    await transferred(stage);
    await stage.pass(5_200);
    stage.afterStream();
    stage.session.fail();
    expect(stage.dialEnded('no-answer')).toMatchObject({ kind: 'say-and-hang-up' });
    await stage.pass(30_000);
    expect(stage.carrier.hangUps).toEqual([]);
    stage.end();
    expect(stage.view).toMatchObject({ endedBy: 'ai-provider' });
  });

  it('counts although the carrier tells of it only after the end of the call', async () => {
    await using stage = await CallStage.open({ inCampaign: true });
    await transferred(stage);
    await stage.pass(5_200);
    stage.afterStream();
    await stage.pass(20_000);
    stage.end();
    expect(stage.view.disposition).toBe('talked');
    expect(stage.view.end?.cause).not.toBe('transferred');
    stage.dialEnded('answered');
    expect(stage.view).toMatchObject({ disposition: 'transferred', end: { cause: 'transferred' } });
    await stage.gone();
    expect(stage.desk.all).toEqual([]);
  });

  it('to nobody is told to the AI as such', async () => {
    await using stage = await CallStage.open({ agent: { tools: { endCall: true } } });
    await stage.talk();
    stage.session.callsTool('transfer_to_human', { reason: 'asked' });
    expect(stage.session.all('tool-result')).toMatchObject([{ thenAnswer: true, result: expect.stringContaining('"ok":false') }]);
    expect(stage.view.state).toBe('live');
  });
});

describe('an answering machine', () => {
  it('is hung up on, or left a message when it has stopped talking', async () => {
    await using hangsUp = await CallStage.open({ attempt: { answeringMachine: 'hang-up' } });
    await hangsUp.connect();
    hangsUp.machine('machine');
    expect(hangsUp.carrier.hangUps).toHaveLength(1);
    hangsUp.end();
    expect(hangsUp.view).toMatchObject({ disposition: 'voicemail-no-message', answerType: 'machine', endedBy: 'bridge' });

    await using leaves = await CallStage.open({ attempt: { answeringMachine: 'leave-message' } });
    const stream = await leaves.connect();
    const turn = leaves.session.hears();
    await leaves.pass(1_000);
    leaves.machine('machine');
    const atMs = leaves.clock.monotonicMs();
    await leaves.pass(6_000);
    expect(stream.heardMs(atMs)).toBe(0);
    leaves.session.heardEnd(turn);
    await leaves.pass(2_100);
    expect(stream.heardAt(leaves.clock.monotonicMs())).toBe(clipBytes.voicemail);
    // The beep, or the machine's last words, do not cut it off.
    leaves.session.hears();
    await leaves.pass(clipMs.voicemail);
    expect(stream.heardMs(atMs)).toBe(clipMs.voicemail);
    expect(leaves.carrier.hangUps).toHaveLength(1);
    leaves.end();
    expect(leaves.view).toMatchObject({ disposition: 'voicemail-left', endedReason: 'a message was left' });
  });

  it('is not told to have got a message when there is none, or when nobody spoke it', async () => {
    await using without = await CallStage.open({ agent: { voicemailMessage: ' ' }, attempt: { answeringMachine: 'leave-message' } });
    await without.connect();
    without.machine('machine');
    expect(without.carrier.hangUps).toHaveLength(1);
    without.end();
    expect(without.view.disposition).toBe('voicemail-no-message');

    await using mute = await CallStage.open({ clips: ['disclosure', 'greeting'], attempt: { answeringMachine: 'leave-message' } });
    await mute.connect();
    mute.machine('machine');
    await mute.pass(2_100);
    expect(asked(mute).at(-1)).toContain('<<<Please call Roofers back.>>>');
    await mute.pass(5_100);
    expect(mute.carrier.hangUps).toHaveLength(1);
    mute.end();
    expect(mute.view).toMatchObject({ disposition: 'voicemail-no-message', endedBy: 'ai-provider' });
  });

  it('that turns out to be a person is talked with', async () => {
    await using stage = await CallStage.open({ attempt: { answeringMachine: 'hang-up' } });
    await stage.connect();
    stage.machine('human');
    await stage.pass(5_500);
    expect(stage.carrier.hangUps).toEqual([]);
    expect(stage.view.answerType).toBe('human');
  });
});
