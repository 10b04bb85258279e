import { describe, expect, it } from 'vitest';
import { BridgeError } from '#bridge/contract/errors.ts';
import { CallStage, clipBytes, clipMs } from '../../support/call-stage.ts';
import { addCampaign, addLead } from '../../support/store.ts';

const suppressed = (stage: CallStage) => stage.store.suppressions.has(stage.call.record.to, 'rehearsal');
const words = 'Please take me off your list.';

describe('a lead who wants no more calls', () => {
  it('is suppressed at the words, hears a fixed goodbye and is let go', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    let suppressedAtHangUp: unknown = null;
    stage.carrier.onHangUp = () => {
      suppressedAtHangUp = suppressed(stage);
    };
    await stage.leadSays(words);
    expect(suppressed(stage)).toMatchObject({ reason: 'opt-out' });
    const atMs = stage.clock.monotonicMs();
    await stage.pass(clipMs['opt-out-farewell'] + 100);
    expect(stream.firstMs(clipBytes['opt-out-farewell'])).toBe(atMs);
    expect(stream.heardMs(atMs)).toBe(clipMs['opt-out-farewell']);
    expect(stage.carrier.hangUps).toHaveLength(1);
    expect(suppressedAtHangUp).toMatchObject({ reason: 'opt-out' });
    stage.end();
    expect(stage.view).toMatchObject({
      disposition: 'do-not-call',
      endedBy: 'lead',
      endedReason: 'the lead asked not to be called again',
    });
    expect(stage.view.transcript.map(({ speaker, text }) => [speaker, text]).slice(-2)).toEqual([
      ['lead', words],
      ['ai', "Understood, you're removed. Goodbye."],
    ]);
  });

  it('is heard over an answer that the AI had begun, and hears no more of it', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    const turn = stage.session.hears();
    await stage.pass(800);
    stage.session.heardEnd(turn);
    stage.session.begins();
    const utterance = stage.session.utters('I am sorry to hear that, but let me tell you', 5_000, { whole: false, byte: 0x33 });
    await stage.pass(300);
    stage.session.understands(turn, words);
    stage.session.moreAudio(utterance, 2_000, 0x33);
    stage.session.ends('cancelled');
    const atMs = stage.clock.monotonicMs();
    await stage.pass(clipMs['opt-out-farewell'] + 100);
    expect(stream.clears.at(-1)).toBe(atMs);
    expect(stage.session.all('interrupt').at(-1)).toMatchObject({ utterance });
    expect(stream.firstMs(clipBytes['opt-out-farewell'])).toBe(atMs);
    expect(stream.heardMs(atMs)).toBe(clipMs['opt-out-farewell']);
    expect(stage.carrier.hangUps).toHaveLength(1);
  });

  it('hears the fixed goodbye from the AI itself when there is no clip, not what the AI would have said', async () => {
    await using stage = await CallStage.open({ clips: ['disclosure', 'greeting'] });
    const stream = await stage.talk();
    const turn = stage.session.hears();
    await stage.pass(800);
    stage.session.heardEnd(turn);
    stage.session.begins();
    stage.session.utters('I am sorry to hear that', 2_000, { whole: false, byte: 0x33 });
    await stage.pass(200);
    stage.session.understands(turn, words);
    // The answer that was cancelled is over before the goodbye begins ...
    stage.session.ends('cancelled');
    await stage.pass(60);
    expect(stage.carrier.hangUps).toEqual([]);
    // ... and another one of its own, which the service had begun meanwhile, is not taken for the goodbye.
    const atMs = stage.clock.monotonicMs();
    stage.session.begins();
    const stray = stage.session.utters('But what if', 1_000, { byte: 0x44 });
    expect(stage.session.all('interrupt').at(-1)).toEqual({ what: 'interrupt', utterance: stray, heardMs: 0 });
    stage.session.ends('cancelled');
    const asked = stage.session.all('answer').at(-1)?.instructions ?? null;
    expect(asked).toContain("<<<Understood, you're removed. Goodbye.>>>");
    stage.session.begins(asked);
    stage.session.utters("Understood, you're removed. Goodbye.", 1_500, { byte: 0x55 });
    stage.session.ends();
    await stage.pass(1_600);
    expect(stream.firstMs(0x44)).toBeNull();
    expect(stream.heardMs(atMs)).toBe(1_500);
    expect(stage.carrier.hangUps).toHaveLength(1);
  });

  it('is let go within five seconds even if nobody says goodbye', async () => {
    await using stage = await CallStage.open({ clips: ['disclosure', 'greeting'] });
    await stage.talk();
    await stage.leadSays(words);
    await stage.pass(4_600);
    expect(stage.carrier.hangUps).toHaveLength(1);
  });

  it('counts once, by whichever ears it was heard', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    const turn = stage.session.hears();
    await stage.pass(800);
    stage.session.heardEnd(turn);
    stage.session.understands(turn, 'Please take me', false);
    expect(suppressed(stage)).toBeNull();
    stage.session.understands(turn, words);
    stage.session.callsTool('mark_opt_out', { scope: 'all', quote: words });
    stage.stream.handlers.digit('9');
    await stage.pass(3_000);
    expect(stage.store.suppressions.list({ limit: 10 })).toHaveLength(1);
    expect(stage.carrier.hangUps).toHaveLength(1);
    expect(stage.stream.heardMs(stage.clock.monotonicMs() - 3_000)).toBe(clipMs['opt-out-farewell']);
  });

  it.each([
    ['by the model’s tool', (stage: CallStage) => void stage.session.callsTool('mark_opt_out', { quote: words })],
    [
      'by the model’s tool with broken arguments',
      (stage: CallStage) => void stage.session.callsTool('mark_opt_out', '{"quote": "take me o'),
    ],
    ['by key', (stage: CallStage) => stage.stream.handlers.digit('9')],
  ])('is heard %s', async (_name, does) => {
    await using stage = await CallStage.open();
    await stage.talk();
    does(stage);
    expect(suppressed(stage)).not.toBeNull();
    await stage.pass(2_000);
    expect(stage.carrier.hangUps).toHaveLength(1);
    stage.end();
    expect(stage.view.disposition).toBe('do-not-call');
  });

  it('is suppressed when the model ends the call because of it, and hears the model’s own goodbye', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    const atMs = stage.clock.monotonicMs();
    stage.session.begins();
    stage.session.utters('I will not call again. Goodbye.', 2_000, { byte: 0x33 });
    stage.session.callsTool('end_call', { reason: 'opt_out' });
    stage.session.ends();
    expect(suppressed(stage)).not.toBeNull();
    await stage.pass(2_100);
    expect(stream.heardMs(atMs)).toBe(2_000);
    expect(stage.carrier.hangUps).toHaveLength(1);
  });

  it('is heard during the disclosure, which then ends and does not count', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.connect();
    await stage.pass(500);
    await stage.leadSays('Stop calling me.');
    const atMs = stage.clock.monotonicMs();
    await stage.pass(2_000);
    expect(stream.heardMs(atMs)).toBe(clipMs['opt-out-farewell']);
    expect(stream.firstMs(clipBytes.greeting)).toBeNull();
    expect(stage.view.disclosurePlayedAt).toBeNull();
    expect(stage.view.transcript[0]).toMatchObject({ interrupted: true });
    expect(suppressed(stage)).not.toBeNull();
  });

  it('is suppressed by words that come after the end, its lead as well', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    const turn = stage.session.hears();
    await stage.pass(900);
    const heardMs = stage.session.heardMs;
    // Hung up right behind the last word: the service has not even seen the end of the turn.
    stage.end();
    expect(stage.view).toMatchObject({ state: 'ended', disposition: 'hung-up-early' });
    expect(stage.session.heardMs).toBeGreaterThan(heardMs + 600);
    expect(stage.session.all('auto').at(-1)).toEqual({ what: 'auto', on: false });
    stage.session.heardEnd(turn);
    await stage.pass(500);
    stage.session.understands(turn, 'Do not call me again!');
    expect(suppressed(stage)).not.toBeNull();
    expect(stage.view.disposition).toBe('do-not-call');
    expect(stage.events.at(-1)).toMatchObject({ type: 'call.changed', call: { disposition: 'do-not-call' } });
    // Nothing more is awaited.
    await stage.gone();
    expect(stage.desk.all).toEqual([]);
    expect(stage.session.closed).toBe(true);
  });

  it('is suppressed by words that came in part before they were given up, or before the call was', async () => {
    for (const end of ['words', 'call'] as const) {
      await using stage = await CallStage.open();
      await stage.talk();
      const turn = stage.session.hears();
      await stage.pass(900);
      stage.session.understands(turn, 'Never call me again', false);
      expect(suppressed(stage)).toBeNull();
      if (end === 'words') stage.session.understands(turn, '', true);
      else {
        stage.end();
        expect(stage.view.end?.cause).toBe('lead-hung-up');
        await stage.pass(3_100);
        await stage.gone();
        // What is kept of its end is not what was thought of it before.
        expect(stage.view).toMatchObject({ disposition: 'do-not-call', end: { cause: 'opted-out' } });
      }
      expect(suppressed(stage)).not.toBeNull();
      expect(stage.view.transcript.map(({ text }) => text)).toContain('Never call me again');
    }
  });

  it('is taken out of the campaign, whose other calls go on', async () => {
    await using stage = await CallStage.open({ inCampaign: true });
    await stage.talk();
    await stage.leadSays(words);
    await stage.pass(2_000);
    stage.end();
    const { campaignId, leadId } = stage.call.record;
    expect(stage.store.leads.get(leadId ?? ('' as never))).toMatchObject({ disposition: 'do-not-call' });
    const other = addCampaign(stage.store);
    addLead(stage.store, other, stage.call.record.to);
    expect(stage.store.campaigns.get(campaignId ?? ('' as never))).not.toBeNull();
  });

  it('is not taken for one when our own words come back through the line', async () => {
    await using stage = await CallStage.open({
      agent: { disclosure: 'This is an AI of Roofers. To end this, say stop calling me or press nine.' },
    });
    await stage.connect();
    await stage.pass(2_000);
    // While the sentence is still being said.
    const turn = stage.session.hears();
    await stage.pass(800);
    stage.session.heardEnd(turn);
    stage.session.understands(turn, 'say stop calling me or press');
    expect(suppressed(stage)).toBeNull();
    await stage.pass(1_000);
    // The lead's own words, a while later, are.
    await stage.pass(6_000);
    await stage.leadSays('Stop calling me.');
    expect(suppressed(stage)).not.toBeNull();
  });

  it('is suppressed at the latest when the disk takes it again', async () => {
    let isFull = false;
    await using stage = await CallStage.open({
      store: (store) => ({
        ...store,
        suppressions: {
          ...store.suppressions,
          add: (...args) => {
            if (isFull) throw new BridgeError('store/unavailable', 'The disk is full.');
            return store.suppressions.add(...args);
          },
        },
      }),
    });
    await stage.talk();
    isFull = true;
    await stage.leadSays(words);
    expect(stage.alerts).toEqual(['The disk is full.']);
    await stage.pass(2_000);
    isFull = false;
    stage.end();
    expect(suppressed(stage)).not.toBeNull();
  });
});
