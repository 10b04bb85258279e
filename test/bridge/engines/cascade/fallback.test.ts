import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineSession } from '#bridge/engines/engine.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { type CascadeStage, type CascadeStageOptions, openCascade } from '#test/support/cascade-stage.ts';
import { CountingClock } from '#test/support/counting-clock.ts';
import { EngineRecorder } from '#test/support/engine-recorder.ts';
import { someRequest } from '#test/support/realtime-talk.ts';

let voices: Voices;
let clock: CountingClock;
let stage: CascadeStage;
let heard: EngineRecorder;
let session: EngineSession | null = null;

beforeAll(async () => {
  voices = await createVoices();
});
afterAll(() => voices.close());
afterEach(async () => {
  session?.close();
  session = null;
  await stage.close();
});

async function prepare(options: CascadeStageOptions = {}): Promise<void> {
  clock = new CountingClock();
  stage = await openCascade(voices, clock, options);
}

async function open(): Promise<EngineSession> {
  heard = new EngineRecorder();
  const opened = stage.engine.open({ ...someRequest, tools: [] }, heard);
  session = opened;
  await heard.until(() => heard.log.includes('ready'));
  return opened;
}

const silent = (frames: number) => new Uint8Array(160 * frames).fill(0xff);

function hear(...pieces: readonly Uint8Array[]): void {
  for (const piece of pieces) {
    for (let at = 0; at + 160 <= piece.length; at += 160) {
      const frame = piece.subarray(at, at + 160);
      session?.hear(frame);
    }
  }
}

const words = (text: string) => voices.render(text, 'rms');
const finalTurns = () => [...heard.turns.values()].filter(({ final }) => final).map(({ text }) => text);
const spoken = () => heard.utterances.map((utterance) => heard.texts.get(utterance)?.text ?? '').join(' ');
const exactly = (text: string) => `Say exactly: <<<${text}>>>`;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('hearing', () => {
  it.each([
    ['refuses', { kind: 'refuse' }],
    ['is not paid', { kind: 'status', status: 402, code: 'ASR_PAYMENT_REQUIRED' }],
    ['has too many calls', { kind: 'status', status: 429, code: 'TOO_MANY_REQUESTS' }],
    ['hangs', { kind: 'hang' }],
  ] as const)('goes to the second provider when the first one %s', async (_, fault) => {
    await prepare();
    stage.deepgram.fault({ fault, at: '/v2/listen' });
    await open();
    hear(await words('Hello, who is this?'), silent(75));
    await heard.until(() => finalTurns().length === 1);
    expect(finalTurns()).toEqual(['Hello, who is this?']);
    expect(heard.troubles.some((detail) => detail.startsWith('deepgram-flux cannot hear'))).toBe(true);
    expect(heard.failure).toBeNull();
  });

  it('gives the turn again from its beginning to who takes over in the middle of it', async () => {
    await prepare();
    await open();
    stage.deepgram.fault({ fault: { kind: 'cut', afterPieces: 3 }, at: '/v2/listen', times: 1 });
    const clip = await words('Please take me off your list, I do not want any calls.');
    hear(clip.subarray(0, 160 * 60));
    await heard.until(() => heard.troubles.length > 0);
    hear(clip.subarray(160 * 60), silent(90));
    await heard.until(() => finalTurns().length === 1);
    expect(finalTurns()[0]).toBe('Please take me off your list, I do not want any calls.');
    expect(heard.speech.filter(({ began }) => began)).toHaveLength(1);
    const [began, ended] = heard.speech;
    expect(ended?.atMs).toBeGreaterThan((began?.atMs ?? 0) + 1_500);
    expect(ended?.atMs).toBeLessThan(clip.length / 8 + 200);
  });

  it('says soon that nobody can hear any more, when all providers hang in the middle of a call', async () => {
    await prepare();
    await open();
    for (const at of ['/v1/listen', '/v2/listen'] as const) stage.deepgram.fault({ fault: { kind: 'hang' }, at });
    stage.deepgram.hangUp();
    const before = clock.ranOutMs.length;
    await heard.until(() => heard.failure !== null);
    expect(heard.failure?.kind).toBe('retryable');
    // One second for all of them together.
    const waitedMs = clock.ranOutMs.slice(before).reduce((sum, ms) => sum + ms, 0);
    expect(waitedMs).toBeLessThanOrEqual(1_000);
  });

  it('goes on through garbage', async () => {
    await prepare();
    await open();
    stage.deepgram.fault({ fault: { kind: 'garbage' }, times: 1 });
    hear(await words('Hello, who is this?'), silent(75));
    await heard.until(() => finalTurns().length === 1);
    expect(heard.troubles).toEqual(['Deepgram sent something that cannot be read']);
  });
});

describe('thinking', () => {
  it.each([
    ['is out of its rate', { kind: 'status', status: 429, code: 'rate_limit_exceeded' }],
    ['has no credit', { kind: 'status', status: 429, code: 'insufficient_quota' }],
    ['refuses', { kind: 'refuse' }],
    ['breaks off before the first word', { kind: 'cut', afterPieces: 0 }],
    ['sends garbage', { kind: 'garbage' }],
    ['hangs', { kind: 'hang' }],
    ['falls silent', { kind: 'stall', afterPieces: 1 }],
  ] as const)('goes to the second model when the first one %s', async (_, fault) => {
    await prepare();
    const talk = await open();
    stage.openai.httpFault({ fault, times: 1 });
    talk.answer('Say "Good morning."');
    await heard.until(() => heard.answers.length === 1);
    expect(heard.answers).toEqual([{ status: 'completed', detail: null }]);
    expect(spoken()).toMatch(/Good morning\.$/);
    expect(stage.openai.violations()).toEqual([]);
  });

  it('goes on where the first model broke off, and says so to the second', async () => {
    await prepare();
    const talk = await open();
    stage.openai.httpFault({ fault: { kind: 'cut', afterPieces: 6 }, times: 1 });
    talk.answer('Say "We offer a free check. It takes an hour."');
    await heard.until(() => heard.answers.length === 1);
    const [, second] = stage.openai.texts();
    expect(second?.model).toBe('gpt-6-luna');
    expect(second?.said.filter(({ by }) => by === 'ai')[0]?.text).toBe('We offer a free check. It ');
    expect(second?.said.find(({ by }) => by === 'system')?.text).toContain('Go on from there');
  });

  it('fails for good when no model may be used', async () => {
    await prepare();
    const talk = await open();
    stage.openai.httpFault({ fault: { kind: 'status', status: 401, code: 'invalid_api_key' } });
    talk.answer(null);
    await heard.until(() => heard.failure !== null);
    expect(heard.failure?.kind).toBe('fatal');
    expect(heard.failure?.cure).toContain('OPENAI_API_KEY');
    expect(stage.engine.availability()).toMatchObject({ ok: false });
  });
});

describe('speaking', () => {
  it.each([
    ['refuses', { kind: 'refuse' }],
    ['has no credit', { kind: 'status', status: 401, code: 'quota_exceeded' }],
    ['hangs', { kind: 'hang' }],
  ] as const)('goes to the second voice when the first one %s', async (_, fault) => {
    await prepare();
    stage.elevenlabs.fault({ fault });
    const talk = await open();
    talk.answer(exactly('Good morning.'));
    await heard.until(() => heard.answers.length === 1);
    expect(heard.audioOf(heard.utterances[0] ?? '').length).toBeGreaterThan(4_000);
    expect(heard.costs.find(({ kind }) => kind === 'cascade-voice')?.detail).toContain('cartesia');
    // The next call does not pay for what this one has found out.
    const troubles = heard.troubles.length;
    expect(troubles).toBe(1);
    session?.close();
    await open();
    expect(heard.troubles).toEqual([]);
  });

  it('goes to the second voice at once when the first one begins with what nobody can read', async () => {
    await prepare();
    const talk = await open();
    stage.elevenlabs.fault({ fault: { kind: 'garbage' } });
    stage.elevenlabs.fault({ fault: { kind: 'stall', afterPieces: 0 } });
    const before = clock.ranOutMs.length;
    talk.answer(exactly('Good morning.'));
    await heard.until(() => heard.answers.length === 1);
    // Nobody has waited for the first sound as long as one waits for a voice that is silent.
    expect(Math.max(0, ...clock.ranOutMs.slice(before))).toBeLessThan(2_000);
    expect(heard.costs.findLast(({ kind }) => kind === 'cascade-voice')?.detail).toContain('cartesia');
  });

  it('is not left to one voice after the other when two have fallen silent in the middle of a sentence', async () => {
    await prepare();
    const talk = await open();
    for (const sim of [stage.elevenlabs, stage.cartesia]) sim.fault({ fault: { kind: 'stall', afterPieces: 3 } });
    talk.answer(exactly('We have been repairing pipes and boilers in this town for more than twenty years by now.'));
    await heard.until(() => heard.failure !== null);
    expect(heard.failure?.kind).toBe('retryable');
  });

  it('is over when the first voice has said every word and forgets to tell of the end', async () => {
    await prepare();
    const talk = await open();
    stage.elevenlabs.fault({ fault: { kind: 'stall', afterPieces: 9 } });
    talk.answer(exactly('Good morning.'));
    await heard.until(() => heard.answers.length === 1);
    expect(spoken()).toBe('Good morning.');
    talk.answer(exactly('How are you?'));
    await heard.until(() => heard.answers.length === 2);
    expect(spoken()).toBe('Good morning. How are you?');
  });

  it('goes to the second voice when the first one falls silent in mid-sentence', async () => {
    await prepare();
    const talk = await open();
    stage.elevenlabs.fault({ fault: { kind: 'stall', afterPieces: 3 }, times: 1 });
    talk.answer(exactly('We offer a free check of your pipes.'));
    await heard.until(() => heard.answers.length === 1);
    expect(heard.answers[0]?.status).toBe('completed');
    expect(heard.troubles.join()).toContain('fell silent in mid-sentence');
    expect(new Set(heard.costs.map(({ detail }) => detail.split(':')[0]))).toEqual(new Set(['elevenlabs', 'cartesia']));
  });

  it('is one utterance although a second voice says the end of it', async () => {
    await prepare();
    const talk = await open();
    stage.elevenlabs.fault({ fault: { kind: 'cut', afterPieces: 8 }, times: 1 });
    const text = 'We offer a free check of your pipes. It takes about an hour, and it costs nothing.';
    talk.answer(exactly(text));
    await heard.until(() => heard.answers.length === 1);
    expect(heard.answers[0]?.status).toBe('completed');
    expect(heard.utterances).toHaveLength(1);
    expect(spoken()).toBe(text);
    const whole = (await Promise.all(text.split('. ').map((part) => voices.render(part.endsWith('.') ? part : `${part}.`, 'slt')))).reduce(
      (sum, clip) => sum + clip.length,
      0,
    );
    const made = heard.audioOf(heard.utterances[0] ?? '').length;
    expect(made).toBeGreaterThan(whole * 0.8);
    expect(made).toBeLessThan(whole * 1.5);
  });

  it('goes on through garbage', async () => {
    await prepare({ mouths: ['elevenlabs'] });
    const talk = await open();
    talk.answer(exactly('Good morning.'));
    await heard.until(() => heard.answers.length === 1);
    stage.elevenlabs.fault({ fault: { kind: 'garbage' }, times: 1 });
    talk.answer(exactly('Good evening.'));
    await heard.until(() => heard.answers.length === 2);
    expect(heard.failure).toBeNull();
  });
});

describe('a connection that is lost while nobody speaks', () => {
  it('is opened again before it is needed, and nothing is said about it', async () => {
    await prepare({ mouths: ['elevenlabs'] });
    const talk = await open();
    stage.elevenlabs.hangUp();
    for (let waits = 0; waits < 100 && stage.elevenlabs.openSockets() > 0; waits += 1) await pause(5);
    for (let waits = 0; waits < 100 && stage.elevenlabs.openSockets() === 0; waits += 1) await pause(20);
    expect(stage.elevenlabs.openSockets()).toBe(1);
    talk.answer(exactly('Good evening.'));
    await heard.until(() => heard.answers.length === 1);
    expect(heard.troubles).toEqual([]);
    expect(heard.failure).toBeNull();
  });

  it('costs the callee no word when it is the one that hears', async () => {
    await prepare({ ears: ['nova'] });
    await open();
    stage.deepgram.hangUp();
    hear(await words('Hello, who is this?'), silent(75));
    await heard.until(() => finalTurns().length === 1);
    expect(finalTurns()).toEqual(['Hello, who is this?']);
  });
});

describe('thinking on a guess', () => {
  it('asks the model once when the guess was right, and answers from it', async () => {
    await prepare();
    const talk = await open();
    talk.setAutoAnswer(true);
    hear(await words('Hello, who is this?'), silent(75));
    await heard.until(() => heard.answers.length === 1);
    expect(stage.openai.texts()).toHaveLength(1);
    expect(heard.answers).toEqual([{ status: 'completed', detail: null }]);
  });

  it('throws the guess away when the callee goes on', async () => {
    await prepare();
    const talk = await open();
    talk.setAutoAnswer(true);
    hear(await words('Hello.'), silent(10));
    await pause(60);
    hear(await words('Who is this?'), silent(75));
    await heard.until(() => heard.answers.length === 1);
    await pause(100);
    expect(finalTurns()).toEqual(['Hello. Who is this?']);
    expect(stage.openai.texts().at(-1)?.said[0]).toEqual({ by: 'callee', text: 'Hello. Who is this?' });
    expect(heard.answers).toHaveLength(1);
    expect(heard.utterances).toHaveLength(1);
  });
});

describe('a session that takes over a call', () => {
  it('knows what was said before it', async () => {
    await prepare();
    heard = new EngineRecorder();
    const history = [
      { role: 'ai', text: 'Hello, this is an AI assistant.' },
      { role: 'callee', text: 'Who is this?' },
    ] as const;
    session = stage.engine.open({ ...someRequest, tools: [], history }, heard);
    session.answer(null);
    await heard.until(() => heard.answers.length === 1);
    expect(stage.said().slice(0, 2)).toEqual([
      { by: 'ai', text: 'Hello, this is an AI assistant.' },
      { by: 'callee', text: 'Who is this?' },
    ]);
  });

  it('reads a hint until it is taken back', async () => {
    await prepare();
    const talk = await open();
    talk.nudge?.('one', 'Offer Tuesday.');
    talk.nudge?.('two', 'Offer Friday.');
    talk.withdraw?.('one');
    talk.answer(null);
    await heard.until(() => heard.answers.length === 1);
    const said = stage.openai.texts()[0]?.said.map(({ text }) => text);
    expect(said).toContain('Offer Friday.');
    expect(said).not.toContain('Offer Tuesday.');
  });
});
