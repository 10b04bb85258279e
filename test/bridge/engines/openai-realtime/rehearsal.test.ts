import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineSession } from '#bridge/engines/engine.ts';
import { OpenAiRealtimeEngine } from '#bridge/engines/openai-realtime/openai-realtime-engine.ts';
import { toolsFor } from '#bridge/engines/openai-realtime/tools.ts';
import type { Fault } from '#bridge/rehearsal/openai/faults.ts';
import { type OpenAiSim, type OpenAiSimOptions, startOpenAiSim } from '#bridge/rehearsal/openai/realtime-sim.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { systemClock } from '#bridge/system-clock.ts';
import { EngineRecorder } from '#test/support/engine-recorder.ts';
import { someRequest } from '#test/support/realtime-talk.ts';

let voices: Voices;
let sim: OpenAiSim;
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

async function open(options: Partial<OpenAiSimOptions> = {}): Promise<EngineSession> {
  sim = await startOpenAiSim({ voices, firstAudioMs: [5, 15], burst: 40, transcripts: 'prompt', ...options });
  heard = new EngineRecorder();
  const engine = new OpenAiRealtimeEngine({
    apiKey: sim.apiKey,
    baseUrl: sim.baseUrl,
    clock: systemClock,
    log: pino({ level: 'silent' }),
  });
  session = engine.open({ ...someRequest, tools: toolsFor({ callback: true }) }, heard);
  return session;
}

const ready = () => heard.until(() => heard.log.includes('ready'));

/** The callee says something, then falls silent for as long as it takes to be heard out. */
async function say(text: string): Promise<void> {
  const clip = await voices.render(text, 'rms');
  const silence = new Uint8Array(160).fill(0xff);
  const give = (frame: Uint8Array) => session?.hear(frame);
  for (let at = 0; at + 160 <= clip.length; at += 160) give(clip.subarray(at, at + 160));
  for (let frames = 0; frames < 60; frames += 1) give(silence);
}

const strike = async (fault: Fault, test: () => boolean) => {
  sim.fault({ fault });
  await heard.until(test);
};

describe('the engine against the simulated service', () => {
  it('renders clips, speaks, listens and is answered without one wrong message', async () => {
    const talk = await open();
    const clip = await talk.render('Hello, this is an AI assistant.', new AbortController().signal);
    expect(clip.text).toBe('Hello, this is an AI assistant.');
    expect(clip.audio.length).toBeGreaterThan(8_000);
    expect(heard.utterances).toEqual([]);
    talk.noteSpoken(clip.text);
    talk.setAutoAnswer(true);
    await say('Hello, who is this?');
    await heard.until(() => heard.answers.length === 1 && [...heard.turns.values()].some(({ final }) => final));
    expect(heard.answers).toEqual([{ status: 'completed', detail: null }]);
    const [turn] = heard.turns.values();
    expect(turn?.text).toMatch(/who is this/i);
    const [utterance] = heard.utterances;
    expect(heard.audioOf(utterance ?? '').length).toBeGreaterThan(8_000);
    expect(heard.texts.get(utterance ?? '')?.final).toBe(true);
    expect(sim.sessions()[0]?.said.map(({ by }) => by)).toEqual(['ai', 'callee', 'ai']);
    expect(sim.violations()).toEqual([]);
    expect(heard.costs.every(({ estimated }) => !estimated)).toBe(true);
    expect(new Set(heard.costs.map(({ kind }) => kind))).toEqual(
      new Set(['realtime-clip-in', 'realtime-clip-out', 'transcription', 'realtime-in', 'realtime-out']),
    );
  });

  it('says exact words on request and stays silent afterwards until it is allowed to speak', async () => {
    const talk = await open();
    talk.answer('Say exactly the words between <<< and >>>: <<<Thank you for your time. Goodbye.>>>');
    await heard.until(() => heard.answers.length === 1);
    expect(heard.texts.get(heard.utterances[0] ?? '')?.text).toBe('Thank you for your time. Goodbye.');
    await say('Hello, who is this?');
    await heard.until(() => heard.speech.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(heard.answers).toHaveLength(1);
    expect(sim.violations()).toEqual([]);
  });

  it('is cut where the callee’s ear was, and the conversation holds no more', async () => {
    const talk = await open({ burst: 8 });
    talk.setAutoAnswer(true);
    talk.answer('Say exactly: <<<We offer a free check of your pipes and your boiler, on any day of the week that suits you.>>>');
    await heard.until(() => heard.utterances.length === 1 && heard.audioOf(heard.utterances[0] ?? '').length > 9_600);
    const [utterance = ''] = heard.utterances;
    heard.onSpeech = () => talk.interrupt(utterance, 1_000);
    await say('Hello, who is this?');
    await heard.until(() => heard.answers.length >= 2);
    const [cut] = sim.sessions()[0]?.said ?? [];
    expect(cut?.by).toBe('ai');
    expect(cut?.text.length).toBeLessThan(40);
    expect(cut?.text).not.toContain('boiler');
    expect(sim.violations()).toEqual([]);
  });

  it('calls a tool once, is answered, and goes on', async () => {
    const talk = await open();
    heard.onTool = ({ id }) => talk.toolResult(id, '{"ok":true}', true);
    talk.noteSpoken('Hello, this is an AI assistant of Northside Plumbing.');
    talk.setAutoAnswer(true);
    await say('Please take me off your list.');
    await heard.until(() => heard.answers.length === 2);
    expect(heard.calls.map(({ name }) => name)).toContain('mark_opt_out');
    expect(new Set(heard.calls.map(({ id }) => id)).size).toBe(heard.calls.length);
    expect(sim.violations()).toEqual([]);
  });

  it.each([
    [{ kind: 'refuse' }, 'retryable'],
    [{ kind: 'upgrade-status', status: 401 }, 'fatal'],
    [{ kind: 'upgrade-status', status: 503 }, 'retryable'],
    [{ kind: 'error', code: 'insufficient_quota', close: 1008 }, 'fatal'],
    [{ kind: 'error', code: 'model_not_found' }, 'fatal'],
  ] as const)('fails as it should when opening meets %o', async (fault, kind) => {
    await open({ faults: [{ fault }] });
    await heard.until(() => heard.failure !== null);
    expect(heard.failure?.kind).toBe(kind);
    expect(heard.failures).toHaveLength(1);
  });

  it('goes on through garbage and unknown events, and fails once when it is dropped in mid-answer', async () => {
    const talk = await open();
    await ready();
    await strike({ kind: 'garbage-frame', afterMs: 0 }, () => heard.troubles.length > 0);
    sim.fault({ fault: { kind: 'unknown-event', afterMs: 0 } });
    sim.fault({ fault: { kind: 'drop-in-answer', afterDeltas: 2 } });
    talk.answer('Say exactly: <<<We offer a free check of your pipes and your boiler.>>>');
    await heard.until(() => heard.failure !== null);
    expect(heard.failures).toEqual([{ kind: 'retryable', cause: 'the connection to OpenAI was cut (1006)', cure: null }]);
    expect(heard.costs.some(({ estimated }) => estimated)).toBe(true);
  });

  it('answers again when an answer failed at the service', async () => {
    const talk = await open({ faults: [{ fault: { kind: 'response-failed', code: 'server_error', type: 'server_error' }, times: 1 }] });
    talk.answer('Say exactly: <<<Goodbye.>>>');
    await heard.until(() => heard.answers.length === 2);
    expect(heard.answers.map(({ status }) => status)).toEqual(['failed', 'completed']);
    expect(sim.violations()).toEqual([]);
  });

  it('moves to a second session before the first one ends, and goes on talking', async () => {
    const talk = await open({ sessionMs: 6_000 });
    talk.noteSpoken('Hello, this is an AI assistant of Northside Plumbing.');
    talk.setAutoAnswer(true);
    await ready();
    for (let waits = 0; waits < 100 && sim.sessions().length < 2; waits += 1) await new Promise((resolve) => setTimeout(resolve, 100));
    for (let waits = 0; waits < 50 && !sim.sessions()[0]?.closed; waits += 1) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sim.sessions()[0]?.closed?.code).toBe(1000);
    await say('Hello, who is this?');
    await heard.until(() => heard.answers.length === 1);
    expect(sim.sessions()[1]?.said.map(({ by }) => by)).toEqual(['system', 'ai', 'callee', 'ai']);
    expect(sim.violations()).toEqual([]);
    expect(heard.failure).toBeNull();
  });
});
