import { describe, expect, it } from 'vitest';
import type { OpenVoiceDetector } from '#bridge/calls/call-ear.ts';
import type { VoiceHandlers } from '#bridge/media/voice-activity.ts';
import { CallStage, clipBytes, clipMs, type StageOptions } from '../../support/call-stage.ts';

const operator = { id: 'ses_1', name: 'Dana', role: 'owner' } as const;

/** A detector that hears what the test says. */
function scriptedDetector() {
  let on: VoiceHandlers | null = null;
  let speaking = false;
  let closed = 0;
  const openDetector: OpenVoiceDetector = (handlers) => {
    on = handlers;
    return {
      hear: () => undefined,
      close: () => {
        closed += 1;
      },
      get speaking() {
        return speaking;
      },
    };
  };
  return {
    openDetector,
    closed: () => closed,
    begins: () => {
      speaking = true;
      on?.started(0);
    },
    stops: () => {
      speaking = false;
      on?.stopped(0);
    },
  };
}

async function open(options: StageOptions = {}) {
  const detector = scriptedDetector();
  const stage = await CallStage.open({ openDetector: detector.openDetector, ...options });
  return { stage, detector };
}

describe('a voice that this machine hears before the service does', () => {
  it('is listened to at once, and the answer goes on where the ear was when it was a cough', async () => {
    const { stage, detector } = await open();
    await using _ = stage;
    const stream = await stage.talk();
    const utterance = stage.session.answers('One of our plumbers could come by for a free check.', 2_000);
    await stage.pass(1_000);
    const atMs = stage.clock.monotonicMs();
    detector.begins();
    expect(stream.clears).toContain(atMs);
    await stage.pass(100);
    detector.stops();
    await stage.pass(140);
    expect(stream.heardMs(atMs)).toBe(0);
    await stage.pass(2_000);
    // Not a word was lost, and the service was told nothing.
    expect(stream.heardMs(atMs)).toBe(1_000);
    expect(stage.session.all('interrupt')).toEqual([]);
    expect(stage.view.transcript.at(-1)).toMatchObject({ text: 'One of our plumbers could come by for a free check.', final: true });
    expect(stage.view.transcript.at(-1)?.heardText).toBeUndefined();
    expect(utterance).not.toBe('');
  });

  it('is made final by the service, with what was heard until the first silence', async () => {
    const { stage, detector } = await open();
    await using _ = stage;
    const stream = await stage.talk();
    const utterance = stage.session.answers('One of our plumbers could come by for a free check.', 2_000);
    await stage.pass(1_000);
    const atMs = stage.clock.monotonicMs();
    detector.begins();
    await stage.pass(200);
    stage.session.hears();
    expect(stage.session.all('interrupt')).toEqual([{ what: 'interrupt', utterance, heardMs: 1_000 }]);
    await stage.pass(3_000);
    expect(stream.heardMs(atMs)).toBe(0);
  });

  it('does not take a sentence to pieces, however often they cough', async () => {
    const { stage, detector } = await open();
    await using _ = stage;
    const stream = await stage.talk();
    stage.session.answers('One of our plumbers could come by for a free check.', 2_000);
    await stage.pass(500);
    const { length } = stream.clears;
    for (let cough = 0; cough < 4; cough += 1) {
      detector.begins();
      await stage.pass(300);
      detector.stops();
      await stage.pass(100);
    }
    expect(stream.clears).toHaveLength(length + 1);
  });

  it('does not cut the disclosure off, nor a goodbye', async () => {
    const { stage, detector } = await open();
    await using _ = stage;
    const stream = await stage.connect();
    await stage.pass(500);
    detector.begins();
    expect(stream.clears).toEqual([]);
    expect(stream.heardAt(stage.clock.monotonicMs())).toBe(clipBytes.disclosure);
  });

  it('is counted, and the detector given back at the end', async () => {
    const { stage, detector } = await open();
    await using _ = stage;
    await stage.talk();
    detector.begins();
    await stage.pass(1_000);
    detector.stops();
    await stage.pass(1_000);
    stage.end();
    const { talk } = stage.view;
    expect(talk?.leadMs).toBeGreaterThanOrEqual(900);
    expect(talk?.ourMs).toBeGreaterThanOrEqual(clipMs.disclosure - 500);
    expect(detector.closed()).toBe(1);
  });
});

describe('who picked up', () => {
  const leaves = { attempt: { answeringMachine: 'leave-message' } } as const;

  it('is a machine by its own words, and gets its message when it is silent', async () => {
    const { stage } = await open(leaves);
    await using _ = stage;
    const stream = await stage.connect();
    await stage.leadSays('You have reached Bob. Please leave a message after the tone.', 3_000);
    expect(stage.view).toMatchObject({ answerType: 'machine' });
    expect(stage.view.answerReason).toContain('after the tone');
    await stage.pass(2_100);
    expect(stream.heardAt(stage.clock.monotonicMs())).toBe(clipBytes.voicemail);
    await stage.pass(clipMs.voicemail);
    stage.end();
    expect(stage.view.disposition).toBe('voicemail-left');
  });

  it('is a person who comes while the message is spoken: then nothing was left, and they hear who is calling', async () => {
    const { stage } = await open(leaves);
    await using _ = stage;
    const stream = await stage.connect();
    await stage.leadSays('You have reached Bob. Please leave a message after the tone.', 3_000);
    await stage.pass(2_500);
    expect(stream.heardAt(stage.clock.monotonicMs())).toBe(clipBytes.voicemail);
    await stage.leadSays('Hello? I am here.', 800);
    await stage.pass(200);
    expect(stream.heardAt(stage.clock.monotonicMs())).toBe(clipBytes.disclosure);
    await stage.pass(clipMs.disclosure + clipMs.greeting + 200);
    expect(stage.view.answerType).toBe('human');
    await stage.leadSays('What is it about?', 800);
    stage.session.answers('A free check of your pipes.', 1_000);
    await stage.pass(500);
    expect(stream.heardMs(stage.clock.monotonicMs() - 400)).toBeGreaterThan(0);
    stage.end();
    expect(stage.view.disposition).not.toBe('voicemail-left');
  });

  it('is a screener that is told in one sentence who calls, and then waited for', async () => {
    const { stage } = await open();
    await using _ = stage;
    await stage.connect();
    await stage.leadSays('Please record your name and reason for calling.', 2_000);
    expect(stage.view.answerType).toBe('screener');
    const before = stage.session.all('answer').length;
    await stage.pass(800);
    expect(stage.session.all('answer').slice(before)).toMatchObject([{ instructions: expect.stringContaining('asks who calls and why') }]);
    stage.session.answers('AI assistant of Roofers, about your roof.', 2_000);
    await stage.pass(30_000);
    expect(stage.session.all('answer').slice(before)).toHaveLength(1);
    await stage.pass(16_000);
    expect(stage.carrier.hangUps).toHaveLength(1);
    stage.end();
    expect(stage.view).toMatchObject({ answerType: 'screener', endedReason: 'a call screener did not put it through' });
  });

  it('is what an operator says, live', async () => {
    const { stage } = await open(leaves);
    await using _ = stage;
    const stream = await stage.connect();
    await stage.pass(1_000);
    stage.machine('machine');
    expect(stage.view.answerType).toBe('machine');
    stage.call.correctVerdict('human', operator);
    expect(stage.view).toMatchObject({
      answerType: 'human',
      answerReason: 'corrected by an operator',
      involvements: [{ who: 'Dana', action: 'corrected', detail: 'human' }],
    });
    await stage.pass(500);
    expect(stream.heardAt(stage.clock.monotonicMs())).toBe(clipBytes.disclosure);
    stage.machine('machine');
    expect(stage.view.answerType).toBe('human');
  });
});
