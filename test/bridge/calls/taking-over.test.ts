import { describe, expect, it } from 'vitest';
import { CallStage, clipBytes, clipMs } from '../../support/call-stage.ts';
import { ben, dana, eventsOf, operatorByte, ScriptedTranscription, talks } from '../../support/person.ts';

const noWord = { note: null, open: 'bridge' } as const;
const open = (stage: CallStage) => stage.call.people.microphone(dana, () => undefined);

describe('an operator who takes a call over', () => {
  it('silences the AI in the right order, and keeps no more of its sentence than was heard', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    stage.session.begins();
    const utterance = stage.session.utters('One of our plumbers could come by for a free check.', 2_000, { byte: 0x31 });
    await stage.pass(1_000);
    const before = stage.session.told.length;
    stage.call.people.takeOver(dana);
    const atMs = stage.clock.monotonicMs();
    expect(stream.clears).toHaveLength(1);
    expect(stage.session.told.slice(before)).toEqual([
      { what: 'auto', on: false },
      { what: 'interrupt', utterance, heardMs: 1_000 },
    ]);
    // What comes late is not heard, neither of this sentence nor of another.
    stage.session.on.audio(utterance, new Uint8Array(8_000).fill(0x31));
    stage.session.utters('And another thing.', 1_000, { byte: 0x32 });
    stage.session.ends('cancelled');
    await stage.pass(1_000);
    expect(stream.heardMs(atMs)).toBe(0);
    expect(stage.view).toMatchObject({
      state: 'live',
      heldBy: 'Dana',
      personInvolved: true,
      holder: { kind: 'operator', name: 'Dana', console: dana.id },
      involvements: [{ who: 'Dana', action: 'took-over', detail: "1.0 s of the AI's voice were cleared" }],
    });
  });

  it('is heard at once, and nobody of theirs before or after', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    expect(() => open(stage)).toThrow('Take the call over');
    stage.call.people.takeOver(dana);
    const takenAtMs = stage.clock.monotonicMs();
    const microphone = open(stage);
    await talks(stage, microphone, 1_000);
    const heardAtMs = stream.firstMs(operatorByte) ?? Number.POSITIVE_INFINITY;
    expect(heardAtMs - takenAtMs).toBeLessThanOrEqual(100);
    expect(stage.call.summary().speaking).toBe('operator');
    stage.call.people.giveBack(dana, noWord);
    const givenAtMs = stage.clock.monotonicMs();
    await talks(stage, microphone, 1_000, { from: 50 });
    const heardMs = stream.heardMs(takenAtMs);
    expect(heardMs).toBeGreaterThanOrEqual(900);
    expect(heardMs).toBeLessThanOrEqual(givenAtMs - takenAtMs);
    expect(stream.heardAt(givenAtMs + 500)).toBeNull();
  });

  it.each<readonly [string, (stage: CallStage) => Promise<void>]>([
    ['before the stream is open', (stage: CallStage) => stage.connectOnly()],
    [
      'during the disclosure',
      async (stage) => {
        await stage.connect();
      },
    ],
    [
      'during the greeting',
      async (stage) => {
        await stage.connect();
        await stage.pass(clipMs.disclosure + 500);
      },
    ],
    [
      'while nobody speaks',
      async (stage) => {
        await stage.talk();
      },
    ],
    [
      'while the lead speaks',
      async (stage) => {
        await stage.talk();
        stage.session.hears();
        await stage.pass(300);
      },
    ],
    [
      'during a tool call',
      async (stage) => {
        await stage.talk();
        stage.session.begins();
        stage.session.callsTool('schedule_callback', { when_text: 'tomorrow' });
      },
    ],
  ])('has the call %s, and the AI says nothing until it has it again', async (_when, before) => {
    await using stage = await CallStage.open();
    await before(stage);
    stage.call.people.takeOver(dana);
    const atMs = stage.clock.monotonicMs();
    const stream = stage.hasStream ? stage.stream : stage.openMedia();
    const microphone = open(stage);
    stage.session.answers('I speak all the same.', 1_000);
    for (let counter = 0; counter < 800; counter = await talks(stage, microphone, 1_000, { from: counter }));
    for (const byte of [clipBytes.disclosure, clipBytes.greeting, 0x20, 0x31])
      for (let at = atMs + 20; at < stage.clock.monotonicMs(); at += 20) expect(stream.heardAt(at)).not.toBe(byte);
    expect(stream.heardMs(atMs)).toBeGreaterThan(10_000);
    expect(stage.session.all('answer')).toEqual([]);
    expect(stage.call.over).toBe(false);
  });

  it('brings a lead back who was being put through', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.dialOn(1_000, 0x31);
    await stage.pass(1_200);
    expect(stage.afterStream()).toMatchObject({ kind: 'dial' });
    stage.call.people.takeOver(dana);
    expect(stage.carrier.redirects.at(-1)).toMatchObject({ document: { kind: 'stream' } });
    expect(stage.call.summary()).toMatchObject({ state: 'live', heldBy: 'Dana' });
  });

  it('gets no call that is about to end', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.session.callsTool('end_call', { reason: 'goal_met' });
    expect(() => stage.call.people.takeOver(dana)).toThrow('about to end');
    stage.end();
    await stage.settled();
    expect(() => stage.call.people.takeOver(dana)).toThrow('over');
  });

  it('gets no call whose hang-up is under way', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.call.hangUp('operator', 'hung up from the console');
    expect(() => stage.call.people.takeOver(dana)).toThrow('about to end');
  });

  it('is told who has it, and may ask for it', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.call.people.takeOver(dana);
    expect(() => stage.call.people.takeOver(ben)).toThrow(expect.objectContaining({ code: 'state/held', details: { heldBy: 'Dana' } }));
    expect(() => stage.call.people.giveBack(ben, noWord)).toThrow(expect.objectContaining({ code: 'state/held' }));
    stage.call.people.askFor(ben, 'I know her');
    expect(eventsOf(stage, 'call.asked')).toMatchObject([{ by: 'Ben', note: 'I know her' }]);
  });

  it('is neither cut off by an opt-out nor left without being told', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    stage.call.people.takeOver(dana);
    const microphone = open(stage);
    await stage.leadSays('Take me off your list.');
    expect(stage.store.suppressions.list({ world: 'rehearsal', limit: 10 })).toHaveLength(1);
    expect(stage.alerts.at(-1)).toContain('end the call');
    const counter = await talks(stage, microphone, 2_000);
    expect(stage.call.over).toBe(false);
    expect(stage.call.summary().attention?.reason).toContain('End the call');
    // The AI, given the call, has nothing to say but goodbye.
    stage.call.people.giveBack(dana, noWord);
    await stage.pass(500);
    expect(counter).toBeGreaterThan(0);
    expect(stream.heardAt(stage.clock.monotonicMs() - 100)).toBe(clipBytes['opt-out-farewell']);
    await stage.pass(clipMs['opt-out-farewell'] + 500);
    expect(stage.carrier.hangUps.length).toBeGreaterThan(0);
  });

  it("does not have the call ended by the AI, by silence, by a machine or by the AI's time limit", async () => {
    await using stage = await CallStage.open({ attempt: { maxCallMs: 60_000 } });
    await stage.talk();
    stage.call.people.takeOver(dana);
    const microphone = open(stage);
    const tool = stage.session.callsTool('end_call', { reason: 'goal_met' });
    expect(stage.session.all('tool-result').at(-1)).toMatchObject({ id: tool, thenAnswer: false });
    expect(stage.session.all('tool-result').at(-1)?.result).toContain('"ok":false');
    stage.machine('machine');
    for (let beat = 0; beat < 60; beat += 1) {
      microphone.ping();
      await stage.pass(500);
    }
    for (let beat = 0; beat < 120; beat += 1) {
      microphone.ping();
      await stage.pass(500);
    }
    expect(stage.call.summary().heldBy).toBe('Dana');
    expect(stage.carrier.hangUps).toEqual([]);
    // What the AI had left then is what it has left now.
    stage.call.people.giveBack(dana, { note: null, open: 'wait' });
    for (let times = 0; times < 3; times += 1) {
      stage.session.answers('Anything else?', 500);
      await stage.pass(6_700);
    }
    expect(stage.call.summary()).toMatchObject({ state: 'live', heldBy: null });
    for (let turn = 0; turn < 4; turn += 1) {
      await stage.pass(7_000);
      await stage.leadSays('Let me see.');
      stage.session.answers('Of course.', 500);
    }
    await stage.pass(5_000);
    expect(stage.carrier.hangUps.length).toBeGreaterThan(0);
    stage.end();
    expect(stage.view).toMatchObject({ endedReason: 'the time limit for a call was reached' });
  });

  it('keeps the call when the AI dies', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    stage.call.people.takeOver(dana);
    const microphone = open(stage);
    stage.session.fail();
    const fromMs = stage.clock.monotonicMs();
    await talks(stage, microphone, 2_000);
    expect(stream.heardMs(fromMs)).toBeGreaterThan(1_800);
    expect(stream.closedBecause).toBeNull();
  });

  it('speaks on after the stream broke off and came back', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.call.people.takeOver(dana);
    const microphone = open(stage);
    stage.stream.cut();
    expect(stage.afterStream()).toMatchObject({ kind: 'stream' });
    const stream = stage.openMedia();
    await talks(stage, microphone, 500);
    expect(stream.heardMs()).toBeGreaterThan(400);
  });
});

describe('an AI that gets the call back', () => {
  it('knows what both have said and the note, does not greet, and leads over', async () => {
    const transcription = new ScriptedTranscription();
    await using stage = await CallStage.open({ transcription });
    await stage.talk();
    await stage.leadSays('Before all that.');
    stage.call.people.takeOver(dana);
    const microphone = open(stage);
    await talks(stage, microphone, 1_000);
    transcription.last.understands('We can come on Tuesday.');
    await stage.leadSays('Tuesday is fine.');
    const before = stage.session.told.length;
    stage.call.people.giveBack(dana, { note: 'Book Tuesday.', open: 'bridge' });
    await stage.pass(100);
    const told = stage.session.told.slice(before);
    expect(told.map(({ what }) => what)).toEqual(['context', 'auto', 'answer']);
    const [context] = stage.session.all('context').slice(-1);
    expect(context?.text).toMatch(/Dana: We can come on Tuesday\.\nThe person on the phone: Tuesday is fine\./);
    expect(context?.text).toContain('A note for you from Dana: Book Tuesday.');
    expect(context?.text).toContain('Do not greet');
    expect(context?.text).not.toContain('Before all that');
    expect(stage.session.all('answer').at(-1)?.instructions).toContain('without a greeting');
    expect(stage.view.transcript.map(({ speaker, text }) => [speaker, text])).toContainEqual(['operator', 'We can come on Tuesday.']);
    expect(stage.view).toMatchObject({ heldBy: null, holder: { kind: 'ai' }, personInvolved: true });
  });

  it('waits for the last words, and for the lead when it is told to', async () => {
    const transcription = new ScriptedTranscription();
    await using stage = await CallStage.open({ transcription });
    await stage.talk();
    stage.call.people.takeOver(dana);
    await talks(stage, open(stage), 500);
    transcription.last.isBusy = true;
    const before = stage.session.told.length;
    stage.call.people.giveBack(dana, { note: null, open: 'wait' });
    await stage.pass(300);
    expect(stage.session.told.slice(before)).toEqual([]);
    transcription.last.understands('Until then.');
    await stage.pass(100);
    expect(stage.session.told.slice(before).map(({ what }) => what)).toEqual(['context', 'auto']);
    expect(stage.session.all('context').at(-1)?.text).toContain('Dana: Until then.');
    // A lead who says nothing is asked, as ever.
    await stage.pass(10_000);
    expect(stage.session.all('answer')).toHaveLength(1);
  });

  it('is only told what it heard when nobody writes down what the operator says', async () => {
    const transcription = new ScriptedTranscription();
    await using stage = await CallStage.open({ transcription });
    await stage.talk();
    stage.call.people.takeOver(dana);
    transcription.last.fail();
    await talks(stage, open(stage), 500);
    await stage.leadSays('Tuesday is fine.');
    stage.call.people.giveBack(dana, noWord);
    await stage.pass(100);
    const text = stage.session.all('context').at(-1)?.text;
    expect(text).toContain('The person on the phone: Tuesday is fine.');
    expect(text).toContain('were not written down');
  });

  it('gets it several times in one call', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    for (let time = 0; time < 3; time += 1) {
      stage.call.people.takeOver(dana);
      expect(stage.view.involvements.at(-1)).not.toHaveProperty('detail');
      await talks(stage, open(stage), 500);
      stage.call.people.giveBack(dana, noWord);
      await stage.pass(100);
      const fromMs = stage.clock.monotonicMs();
      stage.session.answers('Then I go on.', 400, stage.session.all('answer').at(-1)?.instructions ?? null);
      await stage.pass(600);
      expect(stream.heardMs(fromMs)).toBe(400);
    }
    expect(stage.view.involvements.map(({ action }) => action)).toEqual([
      'took-over',
      'gave-back',
      'took-over',
      'gave-back',
      'took-over',
      'gave-back',
    ]);
    expect(stage.view.involvements.every(({ endMs }) => endMs !== null)).toBe(true);
  });

  it('is opened anew when it died meanwhile, and told the whole conversation', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    await stage.leadSays('My name is Ada.');
    stage.call.people.takeOver(dana);
    stage.session.fail();
    await stage.pass(1_000);
    stage.call.people.giveBack(dana, noWord);
    expect(stage.engine.sessions).toHaveLength(2);
    await stage.pass(500);
    expect(stage.session.request.history).toContainEqual({ role: 'callee', text: 'My name is Ada.' });
    expect(stage.session.all('auto').at(-1)).toEqual({ what: 'auto', on: true });
    expect(stage.session.all('answer')).toHaveLength(1);
    expect(stage.view.state).toBe('live');
  });

  it('knows what the lead said while there was no AI, from whoever wrote it down', async () => {
    const transcription = new ScriptedTranscription();
    await using stage = await CallStage.open({ transcription });
    await stage.talk();
    stage.call.people.takeOver(dana);
    const microphone = open(stage);
    await talks(stage, microphone, 500);
    expect(transcription.transcribers).toHaveLength(1);
    stage.session.fail();
    await talks(stage, microphone, 1_000, { from: 25 });
    expect(transcription.transcribers).toHaveLength(2);
    transcription.last.understands('My roof leaks since March.');
    expect(stage.view.transcript.map(({ speaker, text }) => [speaker, text])).toContainEqual(['lead', 'My roof leaks since March.']);
    stage.call.people.giveBack(dana, noWord);
    await stage.pass(500);
    expect(transcription.last.closed).toBe(true);
    const { frames } = transcription.last;
    expect(stage.session.all('context').some(({ text }) => text.includes('The person on the phone: My roof leaks since March.'))).toBe(
      true,
    );
    await stage.pass(500);
    expect(transcription.last.frames).toBe(frames);
  });

  it('hears an opt-out of the lead also while there is no AI', async () => {
    const transcription = new ScriptedTranscription();
    await using stage = await CallStage.open({ transcription });
    await stage.talk();
    stage.call.people.takeOver(dana);
    stage.session.fail();
    await talks(stage, open(stage), 1_000);
    transcription.last.understands('Take me off your list.');
    await stage.pass(100);
    expect(stage.alerts.at(-1)).toContain('end the call');
    expect(stage.store.suppressions.list({ limit: 5 })).toHaveLength(1);
  });

  it('is not given a call that it cannot have: the operator keeps it', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.call.people.takeOver(dana);
    stage.session.fail({ kind: 'fatal' });
    stage.engine.missing = 'no key is set';
    expect(() => stage.call.people.giveBack(dana, noWord)).toThrow(expect.objectContaining({ code: 'state/no-ai' }));
    expect(stage.call.summary().heldBy).toBe('Dana');
    // Their console dies as well: the carrier's own voice has the last word, not silence.
    stage.call.people.sessionGone(dana);
    await stage.pass(100);
    expect(stage.afterStream()).toMatchObject({ kind: 'say-and-hang-up' });
    const because = 'Dana left the call, and there is no AI voice';
    expect(stage.view.rungChanges).toMatchObject([{ from: 'realtime', to: 'announcement', because }]);
    expect(stage.view.rung).toBe('announcement');
  });

  it('says the disclosure first when the lead has not heard it', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.connect();
    await stage.pass(500);
    stage.call.people.takeOver(dana);
    await talks(stage, open(stage), 1_000);
    stage.call.people.giveBack(dana, noWord);
    const fromMs = stage.clock.monotonicMs();
    await stage.pass(clipMs.disclosure + 300);
    // The operator's last frame may still be on its way.
    expect(stream.heardMs(fromMs) - clipMs.disclosure).toBeLessThanOrEqual(40);
    expect(stage.view.disclosurePlayedAt).not.toBeNull();
    expect(stage.session.all('answer')).toHaveLength(1);
  });
});

describe('an operator who is gone', () => {
  it('has the call taken back at once when the console is', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.call.people.takeOver(dana);
    stage.call.people.sessionGone(ben);
    expect(stage.call.summary().heldBy).toBe('Dana');
    stage.call.people.sessionGone(dana);
    await stage.pass(100);
    expect(stage.call.summary()).toMatchObject({
      heldBy: null,
      attention: { level: 'look', reason: "Dana's line broke off. The AI has the call again" },
    });
    expect(stage.session.all('context').at(-1)?.text).toContain("because Dana's line broke off");
    expect(stage.session.all('answer')).toHaveLength(1);
    expect(stage.view.involvements.at(-1)).toMatchObject({ who: 'Dana', action: 'reclaimed', detail: "Dana's line broke off" });
  });

  it('has two seconds to show a sign of life', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.call.people.takeOver(dana);
    const microphone = open(stage);
    await talks(stage, microphone, 1_000);
    for (let beat = 0; beat < 10; beat += 1) {
      microphone.ping();
      await stage.pass(500);
    }
    expect(stage.call.summary().heldBy).toBe('Dana');
    await stage.pass(1_200);
    expect(stage.call.summary().heldBy).toBe('Dana');
    await stage.pass(700);
    expect(stage.call.summary().heldBy).toBeNull();
  });

  it('has ten seconds to open a microphone', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.call.people.takeOver(dana);
    await stage.pass(9_000);
    expect(stage.call.summary().heldBy).toBe('Dana');
    await stage.pass(1_500);
    expect(stage.call.summary().heldBy).toBeNull();
  });

  it('gives the first call back, without a word, when they take another', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.call.people.takeOver(dana);
    stage.call.people.wentElsewhere(dana);
    await stage.pass(100);
    expect(stage.call.summary()).toMatchObject({ heldBy: null, attention: { reason: expect.stringContaining('Dana took another call') } });
    expect(stage.session.all('answer')).toEqual([]);
  });

  it('leaves nothing behind when the lead hangs up meanwhile', async () => {
    const transcription = new ScriptedTranscription();
    await using stage = await CallStage.open({ transcription });
    await stage.talk();
    stage.call.people.takeOver(dana);
    let ended = 0;
    const microphone = stage.call.people.microphone(dana, () => {
      ended += 1;
    });
    await talks(stage, microphone, 500);
    stage.end('completed', { party: 'lead' });
    microphone.frame(1_000, new Uint8Array(160));
    await stage.pass(5_000);
    await stage.gone();
    expect(ended).toBe(1);
    expect(transcription.last.closed).toBe(true);
    expect(stage.view).toMatchObject({ state: 'ended', heldBy: null, holder: null, personInvolved: true });
    expect(stage.view.involvements).toMatchObject([{ who: 'Dana', action: 'took-over', endMs: expect.any(Number) }]);
  });
});
