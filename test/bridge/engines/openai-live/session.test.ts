import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineSession, SessionRequest } from '#bridge/engines/engine.ts';
import { OpenAiLiveEngine, type OpenAiLiveOptions } from '#bridge/engines/openai-live/openai-live-engine.ts';
import { piecesOf } from '#bridge/engines/openai-live/pieces.ts';
import { type LiveServiceOptions, type LiveSim, startLiveSim } from '#bridge/rehearsal/openai-live/live-sim.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { systemClock } from '#bridge/system-clock.ts';
import { until } from '#test/support/bridge-rig.ts';
import { EngineRecorder } from '#test/support/engine-recorder.ts';
import { someRequest } from '#test/support/realtime-talk.ts';

let voices: Voices;
let sim: LiveSim;
let session: EngineSession | null = null;
let heard: EngineRecorder;

beforeAll(async () => {
  voices = await createVoices();
});
afterAll(() => voices.close());
afterEach(async () => {
  session?.close();
  session = null;
  await sim.close();
});

const exactly = (words: string) => `Say exactly the words between <<< and >>>: <<<${words}>>>`;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const silence = new Uint8Array(160).fill(0xff);
const longSentence = 'We offer a free check of your pipes and your boiler, on any day of the week that suits you.';

interface Setup extends Partial<LiveServiceOptions> {
  readonly engine?: Partial<OpenAiLiveOptions>;
  readonly request?: Partial<SessionRequest>;
  readonly before?: (sim: LiveSim) => void;
}

async function open({ engine, request, before, ...options }: Setup = {}): Promise<EngineSession> {
  sim = await startLiveSim({ voices, delivery: 'paced', thinkMs: [300, 350], yieldMs: 200, ...options });
  before?.(sim);
  heard = new EngineRecorder();
  session = new OpenAiLiveEngine({
    apiKey: sim.service.apiKey,
    baseUrl: sim.baseUrl,
    clock: systemClock,
    log: pino({ level: 'silent' }),
    testCredentials: () => Promise.resolve({ detail: '' }),
    ...engine,
  }).open({ ...someRequest, ...request }, heard);
  return session;
}

async function ready(setup: Setup = {}): Promise<EngineSession> {
  const opened = await open(setup);
  await heard.until(() => heard.log.includes('ready'));
  return opened;
}

/** In the time that it takes to say it. */
async function say(text: string): Promise<void> {
  const clip = await voices.render(text, 'rms');
  const beganAt = performance.now();
  for (let at = 0; at + 160 <= clip.length; at += 160) {
    const frame = clip.subarray(at, at + 160);
    session?.hear(frame);
    const aheadMs = at / 8 - (performance.now() - beganAt);
    if (aheadMs > 20) await pause(aheadMs);
  }
}

const sent = (type: string) => (sim.service.sessions()[0]?.events ?? []).filter((event) => event.from === 'client' && event.type === type);
const appended = (kind: string) => sent(`session.${kind}.append`).map(({ content }) => String(content));

describe('a Live session', () => {
  it('starts with mu-law both ways, our tools behind it, and what was said before', async () => {
    await ready({
      request: {
        tools: [{ name: 'end_call', description: 'Hang up.', parameters: { type: 'object' } }],
        history: [
          { role: 'context', text: 'The call is going on.' },
          { role: 'ai', text: 'Hello.' },
          { role: 'callee', text: 'Who is this?' },
        ],
      },
    });
    const config = sim.service.sessions()[0]?.config;
    expect(config?.audio?.format).toEqual({ type: 'audio/pcmu', rate: 8_000 });
    expect(config?.delegation).toMatchObject({
      type: 'responses',
      responses: { parallel_tool_calls: false, tools: [{ name: 'end_call' }] },
    });
    expect(sim.service.sessions()[0]?.said).toEqual([
      { by: 'system', text: 'The call is going on.' },
      { by: 'ai', text: 'Hello.' },
      { by: 'callee', text: 'Who is this?' },
    ]);
    expect(sim.service.violations()).toEqual([]);
  });

  it('keeps the time of the service going when the carrier is silent', async () => {
    await ready();
    await until('time passes', () => (sim.service.sessions()[0]?.heardMs ?? 0) > 400);
  });

  it('makes utterances of sound that never stops, without the silence around them', async () => {
    const talk = await ready();
    talk.answer(exactly('Thank you for your time. Goodbye.'));
    await heard.until(() => heard.answers.length === 1);
    const clip = await voices.render('Goodbye.', 'slt');
    const spokenMs = heard.utterances.reduce((sum, utterance) => sum + heard.audioOf(utterance).length / 8, 0);
    expect(spokenMs).toBeGreaterThan(clip.length / 8);
    expect(spokenMs).toBeLessThan(6_000);
    await pause(700);
    expect(heard.answers).toHaveLength(1);
  });

  it('lets the callee cut in: nothing stale is heard, the model is told what was, and its next answer is whole', async () => {
    const talk = await ready();
    talk.setAutoAnswer(true);
    talk.answer(exactly(longSentence));
    await heard.until(() => heard.utterances.length === 1 && heard.audioOf(heard.utterances[0] ?? '').length > 9_600);
    const [utterance = ''] = heard.utterances;
    let atCut = 0;
    heard.onSpeech = () => {
      if (atCut > 0) return;
      talk.interrupt(utterance, 900);
      atCut = heard.audioOf(utterance).length;
    };
    await say('Hello, who is this?');
    await heard.until(() => heard.answers.length === 2);
    expect(heard.audioOf(utterance)).toHaveLength(atCut);
    expect(heard.answers[0]?.status).toBe('cancelled');
    expect(heard.answers[1]?.status).toBe('completed');
    expect(appended('thinking').some((text) => /^Of your last words the person heard only: We\b/.test(text))).toBe(true);
    expect(heard.texts.get(heard.utterances.at(-1) ?? '')?.text).toMatch(/plumbing/i);
    expect(sim.service.violations()).toEqual([]);
  });

  it('drops what the model says while it is held back, and tells it so when it may speak', async () => {
    const brain = () => ({ say: 'I was not asked.', calls: [] });
    const talk = await ready({ brain, before: ({ service }) => service.fault({ fault: { kind: 'unknown-event', afterMs: 10 } }) });
    talk.setAutoAnswer(true);
    talk.setAutoAnswer(false);
    await say('Hello, who is this?');
    await heard.until(() => [...heard.turns.values()].some(({ final }) => final));
    expect(heard.utterances).toEqual([]);
    expect(appended('instructions').at(-1)).toMatch(/^Stay silent/);
    talk.setAutoAnswer(true);
    await until('the leave to speak', () => appended('instructions').at(-1)?.startsWith('You may speak'));
  });

  it('answers a turn that was over before it was ready, when it was let speak meanwhile', async () => {
    const talk = await open({ before: ({ service }) => service.fault({ fault: { kind: 'slow-start', ms: 2_500 } }) });
    await heard.until(() => heard.log.includes('connected'));
    talk.setAutoAnswer(true);
    await say('What does it cost?');
    for (let frames = 0; frames < 40; frames += 1) talk.hear(silence);
    expect(heard.log).not.toContain('ready');
    await heard.until(() => heard.answers.length === 1);
    expect(sim.service.sessions()[0]?.said.at(-1)).toMatchObject({ by: 'ai', text: expect.stringContaining('The check is free.') });
  });

  it('can be made deaf while it is held back', async () => {
    const talk = await ready({ engine: { whileHeld: 'mute' } });
    talk.setAutoAnswer(true);
    talk.setAutoAnswer(false);
    await say('Hello, who is this?');
    await until('the mute', () => sent('session.input_audio.mute').length > 0);
    await pause(300);
    expect(sent('session.input_audio.mute')).toHaveLength(1);
    expect([...heard.turns.values()].every(({ text }) => text === '')).toBe(true);
    talk.setAutoAnswer(true);
    await until('the end of it', () => sent('session.input_audio.unmute').length === 2);
  });

  it('says when it holds a hint', async () => {
    const talk = await ready();
    const nudged: string[] = [];
    Object.assign(heard, { nudged: (id: string) => nudged.push(id) });
    talk.nudge?.('hint-1', 'Offer Tuesday.');
    await until('the hint is held', () => nudged.length > 0);
    await pause(100);
    expect(nudged).toEqual(['hint-1']);
    expect(sim.service.sessions()[0]?.said).toContainEqual({ by: 'system', text: 'Offer Tuesday.' });
  });

  it('reminds a model that does not begin, and gives up in the end', async () => {
    const talk = await ready({ before: ({ service }) => service.fault({ fault: { kind: 'silent' } }) });
    talk.answer(exactly('Hello.'));
    await heard.until(() => heard.answers.length === 1);
    expect(appended('commentary')).toHaveLength(1);
    expect(heard.answers[0]?.status).toBe('incomplete');
  });

  it('goes on when its words were stopped by moderation', async () => {
    const talk = await ready({ before: ({ service }) => service.fault({ fault: { kind: 'moderation', afterDeltas: 3 }, times: 1 }) });
    talk.answer(exactly(longSentence));
    await heard.until(() => heard.answers.length === 1);
    expect(heard.answers[0]?.status).toBe('failed');
    talk.answer(exactly('Goodbye.'));
    await heard.until(() => heard.answers.length === 2);
    expect(heard.answers[1]?.status).toBe('completed');
  });

  it('goes on when the model behind it fails', async () => {
    const talk = await ready({
      request: { tools: [{ name: 'mark_opt_out', description: 'Take off the list.', parameters: { type: 'object', properties: {} } }] },
      before: ({ service }) => service.fault({ fault: { kind: 'delegation-failed' } }),
    });
    talk.setAutoAnswer(true);
    await say('Please take me off your list.');
    await heard.until(() => heard.troubles.length > 0);
    await until('the model is told', () => appended('thinking').some((text) => text.includes('has failed')));
    expect(heard.failure).toBeNull();
  });

  it.each([
    ['expired', 'longest duration'],
    ['content', 'what was said'],
    ['connection_lost', 'lost the connection'],
  ] as const)('fails once when the service ends it: %s', async (reason, words) => {
    await ready({ before: ({ service }) => service.fault({ fault: { kind: 'closed', reason, afterMs: 100 } }) });
    await heard.until(() => heard.failure !== null);
    expect(heard.failure).toMatchObject({ kind: 'retryable', cause: expect.stringContaining(words) });
  });

  it('opens no second session when its socket is gone', async () => {
    await ready({ before: ({ service }) => service.fault({ fault: { kind: 'drop', afterMs: 100 } }) });
    await heard.until(() => heard.failure !== null);
    await pause(600);
    expect(sim.service.sessions()).toHaveLength(1);
    expect(heard.failures).toHaveLength(1);
  });

  it('stays calm over what it cannot read', async () => {
    await ready({
      before: ({ service }) => {
        service.fault({ fault: { kind: 'garbage-frame', afterMs: 10 } });
        service.fault({ fault: { kind: 'unknown-event', afterMs: 20 } });
      },
    });
    await heard.until(() => heard.troubles.length > 0);
    expect(heard.failure).toBeNull();
  });

  it('costs by the second, counts what it was told once, and settles the rest by its own clock', async () => {
    const openedAtMs = performance.now();
    const talk = await ready({ usageEveryMs: 100 });
    await Promise.all([pause(450), heard.until(() => heard.costs.length > 2)]);
    talk.close();
    const lastedMs = performance.now() - openedAtMs;
    const micros = heard.costs.reduce((sum, cost) => sum + cost.micros, 0);
    expect(micros / 833.3).toBeGreaterThan(0.4);
    expect(micros / 833.3).toBeLessThanOrEqual(lastedMs / 1_000 + 0.1);
  });

  it('says goodbye to the service, which then tells the true length', async () => {
    const talk = await ready();
    talk.close();
    await until('the goodbye', () => sim.service.sessions()[0]?.closed);
    expect(sent('session.close')).toHaveLength(1);
  });
});

describe('long texts', () => {
  it('go in pieces that the service takes, cut between sentences', () => {
    const pieces = piecesOf('One sentence of some length is here. '.repeat(100));
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.every((piece) => piece.length <= 1_600 && piece.endsWith('.'))).toBe(true);
    expect(piecesOf('नमस्ते '.repeat(200)).every((piece) => piece.length <= 550)).toBe(true);
    expect(piecesOf('  ')).toEqual([]);
  });
});
