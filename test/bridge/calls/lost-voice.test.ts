import { describe, expect, it } from 'vitest';
import type { EngineFailure } from '#bridge/engines/engine.ts';
import { CallStage, clipBytes, clipMs } from '../../support/call-stage.ts';
import type { ScriptedEngine } from '../../support/scripted-engine.ts';

const refused: EngineFailure = { kind: 'retryable', cause: 'the OpenAI server refuses the connection', cure: null };
const unauthorised: EngineFailure = { kind: 'fatal', cause: 'OpenAI does not accept the key (401)', cure: 'Check the key.' };
const tooMany: EngineFailure = { kind: 'retryable', cause: 'OpenAI answered 429', cure: null };

type Opening = ScriptedEngine['opening'];
const ways: readonly (readonly [string, Opening])[] = [
  ['refused at once', { failsAfterMs: 10, failure: refused }],
  ['refused after a second', { failsAfterMs: 1_000, failure: refused }],
  ['refused just before the limit', { failsAfterMs: 2_900, failure: refused }],
  ['hanging', 'hangs'],
  ['not authorised', { failsAfterMs: 200, failure: unauthorised }],
  ['too many requests', { failsAfterMs: 200, failure: tooMany }],
];

describe('an AI that cannot be had', () => {
  describe.each(ways)('%s', (_name, opening) => {
    it.each([
      ['while the phone rings', 5_000],
      ['when the phone is picked up at once', 0],
    ])('gives the call to the voice of the carrier within three seconds of the answer: %s', async (_moment, ringMs) => {
      await using stage = await CallStage.open({ clips: [] });
      stage.engine.opening = opening;
      stage.ring();
      await stage.pass(ringMs);
      const answeredAtMs = stage.clock.monotonicMs();
      let document = stage.answer();
      if (document.kind === 'stream') {
        await stage.pass(100);
        const stream = stage.openMedia();
        while (stream.closedBecause === null && stage.clock.monotonicMs() - answeredAtMs <= 3_100) await stage.pass(20);
        expect(stream.closedBecause).not.toBeNull();
        document = stage.afterStream();
      }
      expect(stage.clock.monotonicMs() - answeredAtMs).toBeLessThanOrEqual(3_020);
      expect(document).toMatchObject({ kind: 'announce', optOutDigit: '9' });
      const { rung, rungChanges, transcript } = stage.view;
      expect(rung).toBe('announcement');
      expect(rungChanges).toMatchObject([{ from: 'realtime', to: 'announcement', because: expect.stringMatching(/OpenAI|not ready/) }]);
      const said = transcript.filter(({ speaker }) => speaker !== 'system').map(({ text }) => text);
      expect(said).toEqual([document.kind === 'announce' ? document.text : '']);
      // Nobody takes the announcement away from the lead.
      await stage.pass(20_000);
      expect(stage.carrier.hangUps).toEqual([]);
      stage.end();
      expect(stage.view).toMatchObject({ outcome: 'completed', disposition: 'announcement-heard' });
    });
  });

  it('is tried again while the phone rings, and speaks when it came in time', async () => {
    await using stage = await CallStage.open({ clips: [] });
    stage.engine.opening = { failsAfterMs: 50, failure: refused };
    stage.ring();
    await stage.pass(500);
    stage.engine.opening = { readyAfterMs: 200 };
    await stage.pass(2_000);
    expect(stage.engine.sessions).toHaveLength(2);
    expect(stage.answer().kind).toBe('stream');
  });

  it('is not tried again when no try would help', async () => {
    await using stage = await CallStage.open({ clips: [] });
    stage.engine.opening = { failsAfterMs: 50, failure: unauthorised };
    stage.ring();
    await stage.pass(10_000);
    expect(stage.engine.sessions).toHaveLength(1);
    expect(stage.answer().kind).toBe('announce');
    expect(stage.alerts).toEqual(['The AI voice cannot be used: OpenAI does not accept the key (401)']);
    stage.end();
    expect(stage.ended).toMatchObject([{ outcome: 'completed', stopsCampaign: 'OpenAI does not accept the key (401)' }]);
  });

  it('is not tried at all when other calls have found out that it cannot be had', async () => {
    await using stage = await CallStage.open();
    stage.health.failed('openai-realtime', 'OpenAI does not accept the key (401)', true);
    stage.ring();
    await stage.pass(2_000);
    expect(stage.engine.sessions).toHaveLength(0);
    expect(stage.answer().kind).toBe('announce');
    expect(stage.engine.sessions).toHaveLength(0);
  });

  it('tells other calls of its faults', async () => {
    await using stage = await CallStage.open();
    stage.ring();
    stage.session.fail({ kind: 'fatal' });
    expect(stage.health.look('realtime')).toMatchObject({ ok: false });
  });

  it('does not keep a session warm for longer than half a minute, and has another at the answer', async () => {
    await using stage = await CallStage.open();
    stage.ring();
    await stage.pass(29_000);
    expect(stage.session.closed).toBe(false);
    await stage.pass(2_000);
    expect(stage.session.closed).toBe(true);
    stage.answer();
    await stage.pass(100);
    const stream = stage.openMedia();
    await stage.pass(clipMs.disclosure + clipMs.greeting + 100);
    expect(stage.engine.sessions).toHaveLength(2);
    expect(stream.heardMs()).toBe(clipMs.disclosure + clipMs.greeting);
  });

  it('keeps the session of a call that is answered just before half a minute is over', async () => {
    await using stage = await CallStage.open();
    stage.ring();
    await stage.pass(29_900);
    stage.answer();
    await stage.pass(100);
    stage.openMedia();
    await stage.pass(1_000);
    expect(stage.engine.sessions).toHaveLength(1);
    expect(stage.session.closed).toBe(false);
  });

  it('makes the leg ask again when the media socket opens only after the AI was given up', async () => {
    await using stage = await CallStage.open({ clips: [] });
    stage.engine.opening = 'hangs';
    stage.ring();
    stage.answer();
    await stage.pass(3_200);
    const stream = stage.openMedia();
    expect(stream.closedBecause).not.toBeNull();
    expect(stage.afterStream().kind).toBe('announce');
  });

  it('gives the leg the announcement itself when the media socket never opens', async () => {
    await using stage = await CallStage.open({ clips: [] });
    stage.engine.opening = 'hangs';
    stage.ring();
    stage.answer();
    await stage.pass(4_000);
    expect(stage.carrier.redirects.map(({ document }) => document.kind)).toEqual(['announce']);
    await stage.pass(20_000);
    expect(stage.carrier.hangUps).toEqual([]);
  });
});

describe('an AI that dies in mid-call', () => {
  /** @returns how the lead is told */
  async function dies(stage: CallStage, disposition = 'talked'): Promise<void> {
    const { stream } = stage;
    stage.session.fail(refused);
    expect(stream.closedBecause).not.toBeNull();
    expect(stage.afterStream()).toMatchObject({ kind: 'say-and-hang-up', text: expect.stringContaining('technical problem') });
    await stage.pass(15_000);
    expect(stage.carrier.hangUps).toEqual([]);
    stage.end();
    expect(stage.view).toMatchObject({
      endedBy: 'ai-provider',
      endedReason: 'the OpenAI server refuses the connection; the lead heard an apology',
      disposition,
      rung: 'announcement',
      rungChanges: [{ from: 'realtime', to: 'announcement', because: 'the OpenAI server refuses the connection' }],
    });
    expect(stage.view.transcript.at(-1)).toMatchObject({ speaker: 'ai', text: expect.stringContaining('technical problem') });
  }

  it('leaves the lead with an apology: in mid-sentence', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.session.begins();
    stage.session.utters('We could come by on Tuesday at ten, or on Wednesday if that is better.', 4_000, { whole: false });
    await stage.pass(1_000);
    await dies(stage);
    expect(stage.view.transcript.find(({ interrupted }) => interrupted)).toMatchObject({
      text: 'We could come by on Tuesday at ten, or on Wednesday if that is better.',
      heardText: 'We could come',
    });
  });

  it('leaves the lead with an apology: while the lead speaks', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.session.hears();
    await stage.pass(700);
    await dies(stage);
  });

  it('leaves the lead with an apology: during a tool call', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.session.begins();
    stage.session.callsTool('schedule_callback', { when_text: 'tomorrow', confirmed: true });
    await dies(stage, 'callback-requested');
  });

  it('leaves the lead with the announcement when it dies before they had the word', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.connect();
    await stage.pass(1_000);
    stage.session.fail(refused);
    expect(stream.closedBecause).not.toBeNull();
    expect(stage.afterStream().kind).toBe('announce');
    expect(stage.view.disclosurePlayedAt).toBeNull();
  });

  it('ends a goodbye that it cannot finish', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.session.begins();
    stage.session.utters('Thank you, goodbye.', 1_500);
    stage.session.callsTool('end_call', { reason: 'goal_met' });
    stage.session.fail(refused);
    expect(stage.carrier.hangUps).toHaveLength(1);
    stage.end();
    expect(stage.view).toMatchObject({ endedBy: 'ai', disposition: 'interested' });
  });

  it('asks the records of a carrier that does not ask what comes next', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.session.fail(refused);
    stage.carrier.lookUpFinds = {
      carrierCallId: 'leg',
      requestId: null,
      phase: 'live',
      outcome: null,
      cause: null,
      createdAtMs: null,
      answeredAtMs: null,
      endedAtMs: null,
      durationMs: null,
      priceMicros: null,
    };
    await stage.pass(8_100);
    expect(stage.carrier.lookUps).toBe(1);
    expect(stage.carrier.hangUps).toHaveLength(1);
  });
});

describe('an AI that is there and says nothing', () => {
  /** @returns after how long the call was given up */
  async function givenUp(stage: CallStage): Promise<number> {
    const fromMs = stage.clock.monotonicMs();
    while (stage.stream.closedBecause === null && stage.clock.monotonicMs() - fromMs < 20_000) await stage.pass(20);
    return stage.clock.monotonicMs() - fromMs;
  }
  const silent = 'realtime speech was silent when it was due to speak';

  it('is given up when the lead waits for an answer, and a short phrase comes before that', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    await stage.leadSays('Who is this?');
    await stage.pass(2_800);
    expect(stage.view.transcript.at(-1)).toMatchObject({ speaker: 'ai', text: 'One moment, please.' });
    expect(stage.stream.closedBecause).toBeNull();
    expect(await givenUp(stage)).toBeLessThan(5_500);
    expect(stage.afterStream()).toMatchObject({ kind: 'say-and-hang-up', text: expect.stringContaining('technical problem') });
    expect(stage.view).toMatchObject({ rungChanges: [{ from: 'realtime', to: 'announcement', because: silent }] });
  });

  it('is timed to its answer, not to the phrase that comes before it', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    await stage.leadSays('Who is this?');
    await stage.pass(2_800);
    expect(stage.view.transcript.at(-1)).toMatchObject({ text: 'One moment, please.' });
    expect(stage.view.turns).toEqual([]);
    stage.session.answers('This is Mia.', 1_000);
    await stage.pass(3_000);
    expect(stage.view.turns).toMatchObject([{ latencyMs: expect.any(Number) }]);
    expect(stage.view.turns[0]?.latencyMs).toBeGreaterThan(2_800);
  });

  it('is given up sooner, but not at once, when the lead speaks again before any word', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    await stage.leadSays('Who is this?');
    await stage.pass(2_400);
    await stage.leadSays('All right.');
    await stage.pass(1_200);
    expect(stage.stream.closedBecause).toBeNull();
    expect(await givenUp(stage)).toBeLessThan(2_000);
    expect(stage.view.transcript.filter(({ text }) => text === 'One moment, please.')).toHaveLength(1);
  });

  it('is given up when its first words never come', async () => {
    await using stage = await CallStage.open({ agent: { disclosure: '' }, clips: ['one-moment'] });
    await stage.connect();
    await stage.pass(3_000);
    expect(stage.view.transcript.at(-1)).toMatchObject({ text: 'One moment, please.' });
    expect(await givenUp(stage)).toBeLessThan(5_500);
    expect(stage.afterStream().kind).toBe('announce');
    expect(stage.view).toMatchObject({
      rungChanges: [{ from: 'realtime', to: 'announcement', because: 'the AI did not say what it was asked to say' }],
    });
  });

  it('is given up when it does not ask a silent lead whether they are there', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    await stage.pass(9_000);
    expect(await givenUp(stage)).toBeLessThan(8_500);
  });

  it('has time for a tool', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    await stage.leadSays('Call me back tomorrow.');
    stage.session.callsTool('schedule_callback', { when_text: 'tomorrow' });
    await stage.pass(7_000);
    expect(stage.stream.closedBecause).toBeNull();
    stage.session.answers('Tomorrow it is.', 1_000);
    await stage.pass(3_000);
    expect(stage.stream.closedBecause).toBeNull();
  });

  it('has a tool done once for a lead who speaks again before they hear of it', async () => {
    await using stage = await CallStage.open();
    const wish = { when_text: 'tomorrow' };
    await stage.talk();
    await stage.leadSays('Call me back tomorrow.');
    stage.session.callsTool('schedule_callback', wish);
    await stage.pass(2_800);
    expect(stage.view.transcript.at(-1)).toMatchObject({ speaker: 'ai', text: 'One moment, please.' });
    await stage.leadSays('Yes, please.');
    stage.session.callsTool('schedule_callback', wish);
    const [first, second, ...more] = stage.session.all('tool-result');
    expect(second).toMatchObject({ result: first?.result, thenAnswer: true });
    expect(more).toEqual([]);
    expect(stage.view.toolCalls).toHaveLength(1);
    stage.session.answers('Tomorrow it is.', 1_000);
    await stage.pass(1_500);
    await stage.leadSays('No, wait. Yes, tomorrow.');
    stage.session.callsTool('schedule_callback', wish);
    expect(stage.view.toolCalls).toHaveLength(2);
  });

  it.each([
    ['what was heard was no word', (stage: CallStage, turn: string) => stage.session.understands(turn, '')],
    ['it has answered', (stage: CallStage) => void stage.session.answers('It is free.', 800)],
    ['the lead goes on', (stage: CallStage) => void stage.session.hears()],
    ['a person takes the call', (stage: CallStage) => stage.call.people.takeOver({ id: 'console', name: 'Sam', role: 'owner' })],
    ['a machine has picked up', (stage: CallStage) => stage.machine('machine')],
  ])('is not taken for dead when %s', async (_, happens) => {
    await using stage = await CallStage.open({ attempt: { answeringMachine: 'leave-message' } });
    await stage.talk();
    const turn = stage.session.hears();
    await stage.pass(500);
    stage.session.heardEnd(turn);
    await stage.pass(300);
    happens(stage, turn);
    await stage.pass(6_500);
    expect(stage.view.rungChanges ?? []).toEqual([]);
  });
});

describe('a call without realtime speech', () => {
  it.each([
    ['switched off', (stage: CallStage) => void stage, ['announcement'] as const, 'announce'],
    [
      'not set up',
      (stage: CallStage) => {
        stage.engine.missing = 'OPENAI_API_KEY is not set';
      },
      ['realtime', 'announcement'] as const,
      'announce',
    ],
  ])('is an announcement from the start, with a key to opt out: %s', async (_name, prepare, ladder, kind) => {
    await using stage = await CallStage.open({ attempt: { ladder: [...ladder] } });
    prepare(stage);
    stage.ring();
    await stage.pass(1_000);
    expect(stage.engine.sessions).toEqual([]);
    expect(stage.answer()).toMatchObject({ kind, optOutDigit: '9' });
    await stage.pass(3_000);
    expect(stage.press('9')).toMatchObject({ kind: 'say-and-hang-up' });
    expect(stage.store.suppressions.has(stage.call.record.to, 'rehearsal')).not.toBeNull();
    stage.end();
    expect(stage.view).toMatchObject({
      disposition: 'do-not-call',
      endedBy: 'lead',
      endedReason: 'the lead asked not to be called again',
    });
    expect(stage.view.costs.map((line) => line.kind)).toEqual(['carrier']);
  });

  it('says it again at any other key, and ends when such keys go on', async () => {
    await using stage = await CallStage.open({ attempt: { ladder: ['announcement'] } });
    stage.ring();
    const said = stage.answer();
    await stage.pass(2_000);
    expect(stage.press('1')).toEqual(said);
    expect(stage.press('8')).toEqual(said);
    expect(stage.press('#')).toEqual({ kind: 'hang-up' });
    expect(stage.store.suppressions.has(stage.call.record.to, 'rehearsal')).toBeNull();
    stage.end();
    expect(stage.view).toMatchObject({
      disposition: 'announcement-heard',
      endedBy: 'bridge',
      endedReason: 'keys were pressed again and again that stand for nothing',
      disclosurePlayedAt: null,
    });
    expect(stage.view.transcript.filter(({ speaker }) => speaker === 'ai')).toHaveLength(1);
  });

  it('opts out of it by the right key after a wrong one', async () => {
    await using stage = await CallStage.open({ attempt: { ladder: ['announcement'] } });
    stage.ring();
    stage.answer();
    stage.press('8');
    expect(stage.press('9')).toMatchObject({ kind: 'say-and-hang-up' });
    stage.end();
    expect(stage.view).toMatchObject({ disposition: 'do-not-call' });
  });

  it.each([
    [{}, expect.any(String)],
    [{ disclosure: ' An AI\n of  {{company}}' }, expect.any(String)],
    [{ disclosure: '' }, null],
  ])('has told who calls when the carrier says that nobody has pressed a key until its end: %o', async (agent, disclosurePlayedAt) => {
    await using stage = await CallStage.open({ agent, attempt: { ladder: ['announcement'] } });
    stage.ring();
    stage.answer();
    await stage.pass(25_000);
    expect(stage.ask({ kind: 'digits', digits: '' })).toEqual({ kind: 'hang-up' });
    stage.end();
    expect(stage.view).toMatchObject({
      disposition: 'announcement-heard',
      endedBy: 'bridge',
      endedReason: 'the announcement was over',
      disclosurePlayedAt,
    });
    // Nobody of ours has listened.
    expect(stage.view.answerType).not.toBe('silence');
  });

  it.each([
    [3_000, 'hung-up-early', 'lead-hung-up'],
    [12_000, 'announcement-heard', 'talked-out'],
  ] as const)('does not count as having told who calls when the lead leaves after %i ms: %s', async (ms, disposition, cause) => {
    await using stage = await CallStage.open({ attempt: { ladder: ['announcement'] } });
    stage.ring();
    stage.answer();
    await stage.pass(ms);
    stage.end();
    expect(stage.view).toMatchObject({
      disposition,
      endedBy: 'lead',
      endedReason: 'the lead hung up before the announcement was over',
      disclosurePlayedAt: null,
    });
    expect(stage.store.attempts.summary({ id: stage.call.record.id }).end).toMatchObject({ cause });
  });

  it('says so in the carrier’s own voice when the answer document could not be fetched', async () => {
    await using stage = await CallStage.open();
    stage.ring();
    stage.answer();
    expect(stage.ask({ kind: 'fallback' })).toMatchObject({ kind: 'say-and-hang-up', text: expect.stringContaining('technical problem') });
    await stage.pass(20_000);
    expect(stage.carrier.redirects).toEqual([]);
    expect(stage.carrier.hangUps).toEqual([]);
    stage.end();
    expect(stage.view).toMatchObject({ endedBy: 'network', endedReason: expect.stringContaining('apology') });
  });

  it('and that call has failed by our fault: its lead is called again', async () => {
    await using stage = await CallStage.open({ inCampaign: true });
    stage.ring();
    stage.tell({ type: 'leg.answered' });
    stage.ask({ kind: 'fallback' });
    await stage.pass(6_000);
    stage.end();
    expect(stage.view).toMatchObject({ outcome: 'our-error', disposition: 'failed' });
    expect(stage.ended).toMatchObject([{ outcome: 'our-error' }]);
    const lead = stage.call.record.leadId === null ? null : stage.store.leads.get(stage.call.record.leadId);
    expect(lead).toMatchObject({ state: 'waiting', stateReason: 'abandoned', nextAttemptAtMs: expect.any(Number) });
  });

  it('and a conversation that ends with an apology was a conversation all the same', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.stream.cut();
    stage.ask({ kind: 'fallback' });
    await stage.pass(6_000);
    stage.end();
    expect(stage.view).toMatchObject({ outcome: 'completed', disposition: 'talked' });
  });
});

describe('a fixed sentence that is not rendered', () => {
  it('is spoken by the AI itself, word for word, and takes the same way', async () => {
    await using stage = await CallStage.open({ clips: ['greeting'] });
    const stream = await stage.connect();
    const [asked] = stage.session.all('answer');
    expect(asked?.instructions).toContain('<<<This is an automated call by an AI of Roofers.>>>');
    stage.session.answers('This is an automated call by an AI of Roofers.', 3_000, asked?.instructions ?? null);
    // Neither may it be talked over.
    stage.session.hears();
    await stage.pass(3_100);
    expect(stream.heardMs()).toBeGreaterThanOrEqual(3_000);
    expect(stage.view.disclosurePlayedAt).not.toBeNull();
    expect(stream.firstMs(clipBytes.greeting)).not.toBeNull();
  });

  it('leaves the call to the carrier when the AI does not say the disclosure', async () => {
    for (const silence of ['says nothing', 'ends without a word'] as const) {
      await using stage = await CallStage.open({ clips: ['greeting'] });
      const stream = await stage.connect();
      if (silence === 'ends without a word') {
        stage.session.begins(stage.session.all('answer')[0]?.instructions ?? null);
        stage.session.ends('completed');
      } else await stage.pass(5_100);
      expect(stream.closedBecause).not.toBeNull();
      expect(stage.afterStream().kind).toBe('announce');
    }
  });
});
