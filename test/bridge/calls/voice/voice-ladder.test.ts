import { describe, expect, it } from 'vitest';
import { CallStage, clipMs, type StageOptions } from '../../../support/call-stage.ts';

const ladder = ['realtime', 'live', 'cascade', 'turn-based', 'announcement'] as const;
const session = { id: 'console', name: 'Sam', role: 'owner' } as const;

function open(options: StageOptions = {}): Promise<CallStage> {
  return CallStage.open({ ...options, attempt: { ladder: [...ladder], ...options.attempt } });
}

/** The first voice dies over a question of the lead; the second one answers it. */
async function fallsToLive(stage: CallStage): Promise<void> {
  await stage.talk();
  await stage.leadSays('What does it cost?');
  stage.session.fail();
  await stage.pass(300);
  stage.live.session.answers('Nothing at all.', 1_000);
}

describe('the voices of a call', () => {
  it('follow each other on the same stream, and the next one knows what was heard', async () => {
    await using stage = await open();
    const stream = await stage.talk();
    await stage.leadSays('What does it cost?');
    stage.session.begins();
    stage.session.utters('It is free of charge for you and for all of your neighbours.', 3_000, { whole: false });
    await stage.pass(1_500);
    stage.session.fail();
    await stage.pass(200);
    expect(stream.closedBecause).toBeNull();
    const history = stage.live.session.request.history ?? [];
    expect(history[0]).toMatchObject({ role: 'context' });
    expect(history.map(({ text }) => text)).toContain('What does it cost?');
    const cut = history.at(-1);
    expect(cut?.role).toBe('ai');
    expect('It is free of charge for you and for all of your neighbours.').toContain(cut?.text);
    expect(cut?.text.length).toBeLessThan(50);
    // It was cut off in the middle: it is asked to go on.
    expect(stage.live.session.all('answer')).toEqual([{ what: 'answer', instructions: null }]);
    expect(stage.live.session.all('auto').at(-1)).toEqual({ what: 'auto', on: true });
    expect(stage.view).toMatchObject({ rung: 'live', rungChanges: [{ from: 'realtime', to: 'live', because: 'the socket was cut' }] });
    expect(stage.view.transcript.filter(({ speaker }) => speaker === 'system')).toHaveLength(1);
    expect(stage.view.attention).toMatchObject({ level: 'look' });
  });

  it('say a short phrase in the gap, from a clip', async () => {
    await using stage = await open();
    await stage.talk();
    stage.live.opening = { readyAfterMs: 1_500 };
    await stage.leadSays('What does it cost?');
    stage.session.fail();
    await stage.pass(1_000);
    expect(stage.view.transcript.at(-1)).toMatchObject({ speaker: 'ai', text: 'One moment, please.' });
    await stage.pass(800);
    expect(stage.live.session.all('answer')).toHaveLength(1);
  });

  it('say the phrase although an answer is written whose sound does not come', async () => {
    await using stage = await open();
    await stage.talk();
    await stage.leadSays('What does it cost?');
    stage.session.begins();
    stage.session.on.utteranceText('item-9', 'It is free of charge.', false);
    await stage.pass(3_000);
    const phrase = stage.view.transcript.find(({ text }) => text === 'One moment, please.');
    expect(phrase).toBeDefined();
    expect(phrase?.interrupted).toBeUndefined();
  });

  it('say the phrase as soon after the last word, when the turn is put into words late', async () => {
    await using stage = await CallStage.open({ attempt: { ladder: ['live', 'cascade', 'announcement'] } });
    await stage.connect();
    await stage.pass(clipMs.disclosure + clipMs.greeting + 400);
    const { session } = stage.live;
    const turn = session.hears();
    await stage.pass(800);
    session.heardEnd(turn);
    await stage.pass(1_500);
    session.understands(turn, 'What does that cost me?');
    await stage.pass(1_600);
    const lead = stage.view.transcript.find(({ speaker }) => speaker === 'lead');
    const phrase = stage.view.transcript.find(({ text }) => text === 'One moment, please.');
    expect((phrase?.startMs ?? 0) - (lead?.endMs ?? 0)).toBeGreaterThan(1_800);
    expect((phrase?.startMs ?? 0) - (lead?.endMs ?? 0)).toBeLessThan(2_100);
  });

  it('hear again what the lead was saying', async () => {
    await using stage = await open();
    await stage.talk();
    const turn = stage.session.hears();
    await stage.pass(900);
    stage.session.fail();
    await stage.pass(200);
    expect(stage.live.session.heardMs).toBeGreaterThan(1_000);
    expect(stage.live.session.all('answer')).toEqual([]);
    const again = stage.live.session.hears();
    await stage.pass(300);
    stage.live.session.heardEnd(again);
    stage.live.session.understands(again, 'And what does it cost?');
    expect(stage.view.transcript.filter(({ speaker }) => speaker === 'lead')).toMatchObject([{ text: 'And what does it cost?' }]);
    expect(turn).toBe(again);
  });

  it('go on to the next but one when the next cannot be had', async () => {
    await using stage = await open();
    stage.live.missing = 'no key';
    await stage.talk();
    await stage.leadSays('What does it cost?');
    stage.session.fail();
    await stage.pass(200);
    expect(stage.live.sessions).toEqual([]);
    expect(stage.view).toMatchObject({ rung: 'cascade' });
    expect(stage.cascade.session.all('answer')).toHaveLength(1);
  });

  it('begin with the next one when the first is not ready while the phone rings', async () => {
    await using stage = await open({ clips: [] });
    stage.engine.opening = 'hangs';
    stage.ring();
    await stage.pass(6_000);
    expect(stage.answer().kind).toBe('stream');
    await stage.pass(100);
    stage.openMedia();
    await stage.pass(300);
    expect(stage.view).toMatchObject({ rung: 'live' });
    expect(stage.live.session.all('answer')[0]?.instructions).toContain('<<<');
  });

  it('say a disclosure anew that was cut off', async () => {
    await using stage = await open({ clips: [] });
    await stage.connect();
    await stage.pass(200);
    const asked = stage.session.all('answer').at(-1)?.instructions ?? '';
    stage.session.begins(asked);
    stage.session.utters('Hello, this is Mia', 800, { whole: false });
    await stage.pass(400);
    stage.session.fail();
    await stage.pass(400);
    expect(stage.live.session.all('answer').at(-1)?.instructions).toBe(asked);
  });

  it('change in silence while a person has the call, and the new one gets it back', async () => {
    await using stage = await open();
    await stage.talk();
    await stage.leadSays('Who is there?');
    stage.call.people.takeOver(session);
    await stage.pass(300);
    stage.session.fail();
    await stage.pass(2_500);
    expect(stage.view).toMatchObject({ rung: 'live', heldBy: 'Sam' });
    expect(stage.live.session.all('answer')).toEqual([]);
    expect(stage.view.transcript.some(({ text }) => text === 'One moment, please.')).toBe(false);
    stage.call.people.giveBack(session, { note: null, open: 'bridge' });
    await stage.pass(2_500);
    expect(stage.live.session.all('answer')).toHaveLength(1);
    expect(stage.view.heldBy).toBeNull();
  });

  it('do not lose what the one before them was asked for and never began to say', async () => {
    await using stage = await open();
    await stage.talk();
    await stage.leadSays('Who is there?');
    stage.call.people.takeOver(session);
    await stage.pass(300);
    stage.call.people.giveBack(session, { note: null, open: 'bridge' });
    await stage.pass(300);
    const asked = stage.session.all('answer').at(-1)?.instructions;
    expect(asked).toContain('You have the call again.');
    await stage.pass(5_500);
    expect(stage.view.rung).toBe('live');
    expect(stage.live.session.all('answer')).toEqual([{ what: 'answer', instructions: asked }]);
  });

  it('leave what was asked for before to the conversation, and not to a session that never asked', async () => {
    await using stage = await open({ agent: { tools: { endCall: true, callback: true, optOut: true, transferTo: [] } } });
    await stage.talk();
    await stage.leadSays('Call me tomorrow.');
    stage.session.callsTool('schedule_callback', { when_text: 'tomorrow' });
    await stage.pass(100);
    stage.session.fail();
    await stage.pass(200);
    expect(stage.live.session.request.history?.[0]?.text).toContain('schedule_callback');
    expect(stage.live.session.all('tool-result')).toEqual([]);
  });

  it('climb back when the better one can be had again, and never in mid-sentence', async () => {
    await using stage = await open();
    await fallsToLive(stage);
    await stage.pass(8_000);
    await stage.leadSays('Really?');
    stage.live.session.begins();
    const utterance = stage.live.session.utters('Really, nothing at all, and there is no catch in it.', 6_000);
    stage.live.session.ends();
    await stage.pass(5_000);
    expect(utterance).toBeDefined();
    expect(stage.view.rung).toBe('live');
    await stage.pass(9_000);
    expect(stage.engine.sessions.length).toBeGreaterThan(1);
    expect(stage.view).toMatchObject({ rung: 'realtime' });
    expect(stage.view.rungChanges).toHaveLength(2);
    expect(stage.live.session.closed).toBe(true);
  });

  it('have the better one hear again a turn that nobody had found to be over when it came', async () => {
    await using stage = await open();
    await fallsToLive(stage);
    stage.engine.opening = { readyAfterMs: 1_000 };
    await stage.pass(8_000);
    await stage.leadSays('Really?');
    stage.live.session.answers('Really.', 1_000);
    for (let waits = 0; waits < 120 && stage.engine.sessions.length === 1; waits += 1) await stage.pass(100);
    expect(stage.engine.sessions).toHaveLength(2);
    const turn = stage.live.session.hears();
    await stage.pass(600);
    stage.live.session.heardEnd(turn);
    await stage.pass(600);
    expect(stage.view).toMatchObject({ rung: 'realtime' });
    const { session } = stage.engine;
    expect(session.heardMs).toBeGreaterThan(1_000);
    const again = session.hears();
    session.heardEnd(again);
    session.understands(again, 'Tomorrow at three.');
    session.answers('That works.', 500);
    await stage.pass(1_000);
    const said = stage.view.transcript.filter(({ speaker }) => speaker !== 'system').slice(-2);
    expect(said).toMatchObject([{ text: 'Tomorrow at three.' }, { text: 'That works.' }]);
  });

  it('fall on the better one that is there already, which hears again what nobody understood', async () => {
    await using stage = await open();
    await fallsToLive(stage);
    await stage.pass(8_000);
    await stage.leadSays('Really?');
    stage.live.session.begins();
    stage.live.session.utters('Really, nothing at all, and there is no catch in it, as I have said before.', 20_000, { whole: false });
    while (stage.engine.sessions.length === 1) await stage.pass(100);
    await stage.pass(500);
    expect(stage.view.rung).toBe('live');
    stage.live.session.hears();
    await stage.pass(600);
    stage.live.session.fail();
    await stage.pass(100);
    expect(stage.view).toMatchObject({ rung: 'realtime' });
    expect(stage.engine.sessions).toHaveLength(2);
    expect(stage.engine.session.heardMs).toBeGreaterThan(500);
    expect(stage.engine.session.all('auto').at(-1)).toEqual({ what: 'auto', on: true });
    expect(JSON.stringify(stage.engine.session.all('context'))).toContain('Really, nothing at all');
  });

  it('end with the announcement when nobody is left', async () => {
    await using stage = await open();
    const stream = await stage.talk();
    for (const engine of [stage.live, stage.cascade]) engine.missing = 'no key';
    stage.session.fail();
    while (stream.closedBecause === null) await stage.pass(20);
    expect(stage.afterStream()).toMatchObject({ kind: 'say-and-hang-up' });
    expect(clipMs.disclosure).toBeGreaterThan(0);
  });
});

describe('a voice that tells when it says what', () => {
  it('is believed about what was heard of it, and about where a reply took its time', async () => {
    await using stage = await open();
    await stage.talk();
    Object.assign(stage.session, { heardWords: (_utterance: string, heardMs: number) => (heardMs > 500 ? 'It is' : '') });
    const turn = await stage.leadSays('What does it cost?');
    const nowMs = stage.clock.monotonicMs();
    stage.session.begins();
    await stage.pass(600);
    stage.session.on.turnTimes?.({ turn, turnOverAtMs: nowMs - 100, firstTextAtMs: nowMs + 300, firstAudioAtMs: nowMs + 600 });
    stage.session.utters('It is free of charge for you and for all of your neighbours.', 4_000, { whole: false });
    await stage.pass(2_000);
    stage.session.hears();
    await stage.pass(100);
    expect(stage.view.transcript.find(({ interrupted }) => interrupted)).toMatchObject({ heardText: 'It is' });
    const [reply] = stage.view.turns;
    expect(reply?.parts?.thinkMs).toBe(700);
  });
});
