import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startDeepgramSim } from '#bridge/rehearsal/deepgram/deepgram-sim.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import type { ServiceSim } from '#bridge/rehearsal/services/service-sim.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { SocketClient } from '#test/support/socket-client.ts';

let voices: Voices;
let sim: ServiceSim;
let client: SocketClient | null = null;
/** Idle for longer than a busy machine holds up a message that keeps the connection alive. */
const quick = { textMs: 2, firstAudioMs: 5, burst: 30, idleMs: 1_200 };
const lines = ['Please take me off your list, I do not want any calls.', 'Hello.', 'Who is this?', 'Hello, who is this?'];

beforeAll(async () => {
  voices = await createVoices();
  // A service that hears nothing closes the connection: nobody shall wait for a voice in the middle of a test.
  for (const text of lines) await voices.render(text, 'rms');
});
afterAll(() => voices.close());
beforeEach(async () => {
  sim = await startDeepgramSim({ voices, ...quick });
});
afterEach(async () => {
  client?.close();
  await sim.close();
});

const silence = (ms: number) => new Uint8Array(ms * 8).fill(0xff);
const nova = '/v1/listen?model=nova-3&encoding=mulaw&sample_rate=8000';
const flux = '/v2/listen?model=flux-general-en&encoding=mulaw&sample_rate=8000';
const aura = '/v1/speak?model=aura-2-thalia-en&encoding=mulaw&sample_rate=8000';

function connect(path: string, key = sim.apiKey): SocketClient {
  client = new SocketClient(`${sim.baseUrl}${path}`, { authorization: `Token ${key}` });
  return client;
}

const transcripts = (type: string) =>
  (client?.ofType(type) ?? []).map(
    (message) => (message as { channel: { alternatives: { transcript: string }[] } }).channel.alternatives[0]?.transcript,
  );

describe('the simulated Deepgram at its door', () => {
  it.each([
    [nova.replace('nova-3', 'whisper'), 400],
    ['/v1/listen?model=nova-3&encoding=mulaw', 400],
    [`${nova}&endpoint=300`, 400],
    [`${nova}&utterance_end_ms=1000`, 400],
    [`${nova}&utterance_end_ms=500&interim_results=true`, 400],
    [`${flux}&eager_eot_threshold=0.95`, 400],
    [`${flux}&eot_threshold=0.6&eager_eot_threshold=0.8`, 400],
    [`${flux}&language_hint=es`, 400],
    [`${aura}&container=none`, 400],
    ['/v3/listen', 404],
  ])('refuses %s with %i', async (path, status) => {
    await connect(path).until(() => client?.refused !== null);
    expect(client?.refused).toBe(status);
  });

  it('refuses a wrong key, and as many calls as it is told to', async () => {
    await connect(nova, 'wrong').until(() => client?.refused === 401);
    sim.fault({ fault: { kind: 'status', status: 429, code: 'TOO_MANY_REQUESTS' }, times: 1 });
    await connect(nova).until(() => client?.refused === 429);
    await connect(nova).open();
  });
});

describe('the simulated Nova', () => {
  it('tells onset, interims, a final at the silence, and the end of the utterance', async () => {
    await connect(`${nova}&interim_results=true&endpointing=300&utterance_end_ms=1000&vad_events=true`).open();
    client?.hear(await voices.render('Please take me off your list, I do not want any calls.', 'rms'));
    client?.hear(silence(1_500));
    await client?.until(() => client?.ofType('UtteranceEnd').length === 1);
    expect(client?.ofType('SpeechStarted')).toHaveLength(1);
    const results = client?.ofType('Results') ?? [];
    expect(results.some(({ is_final }) => is_final === false)).toBe(true);
    const finals = transcripts('Results').filter((_, index) => results[index]?.is_final === true);
    expect(finals.join(' ').trim()).toBe('Please take me off your list, I do not want any calls.');
    expect(results.filter(({ speech_final }) => speech_final === true)).toHaveLength(1);
  });

  it('closes with 1011 behind a summary when it hears nothing, unless it is kept alive', async () => {
    await connect(nova).open();
    const beganAtMs = performance.now();
    while (performance.now() - beganAtMs < quick.idleMs * 1.2) {
      client?.send({ type: 'KeepAlive' });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(client?.closed).toBeNull();
    await client?.until(() => client?.closed !== null);
    expect(client?.closed).toBe(1011);
    expect(client?.messages.at(-1)?.type).toBe('Metadata');
  });

  it('says what it has at the end of the stream, then closes in good order', async () => {
    await connect(nova).open();
    client?.hear(await voices.render('Hello.', 'rms'));
    client?.send({ type: 'CloseStream' });
    await client?.until(() => client?.closed === 1_000);
    expect(transcripts('Results')).toContain('Hello.');
    expect(client?.messages.at(-1)?.type).toBe('Metadata');
  });

  it('counts what a careful client does not send', async () => {
    await connect(nova).open();
    client?.send({ type: 'Configure' });
    await client?.until(() => client?.closed === 1008);
    expect(sim.violations()).toHaveLength(1);
  });
});

describe('the simulated Flux', () => {
  it('guesses, takes the guess back, and is sure', async () => {
    await connect(`${flux}&eager_eot_threshold=0.5&eot_threshold=0.7`).open();
    client?.hear(await voices.render('Hello.', 'rms'));
    client?.hear(silence(180));
    client?.hear(await voices.render('Who is this?', 'rms'));
    client?.hear(silence(800));
    await client?.until(() => (client?.ofType('TurnInfo') ?? []).some(({ event }) => event === 'EndOfTurn'));
    const turns = client?.ofType('TurnInfo') ?? [];
    const events = turns.map(({ event }) => event).filter((event) => event !== 'Update');
    expect(events).toEqual(['StartOfTurn', 'EagerEndOfTurn', 'TurnResumed', 'EagerEndOfTurn', 'EndOfTurn']);
    expect(turns.at(-1)).toMatchObject({ transcript: 'Hello. Who is this?', turn_index: 0, trigger: 'model' });
    expect(client?.messages.map(({ sequence_id }) => sequence_id)).toEqual(client?.messages.map((_, index) => index));
  });

  it('tells no guesses unless it is asked for them, ends a turn when it is told to, and knows no KeepAlive', async () => {
    await connect(flux).open();
    client?.hear(await voices.render('Hello, who is this?', 'rms'));
    client?.send({ type: 'ForceEndTurn' });
    await client?.until(() => (client?.ofType('TurnInfo') ?? []).some(({ trigger }) => trigger === 'manual'));
    expect((client?.ofType('TurnInfo') ?? []).some(({ event }) => event === 'EagerEndOfTurn')).toBe(false);
    client?.send({ type: 'KeepAlive' });
    await client?.until(() => client?.closed === 1011);
    expect(client?.ofType('Error')).toHaveLength(1);
  });
});

describe('the simulated Aura', () => {
  it('speaks what is flushed, and nothing before', async () => {
    await connect(aura).open();
    client?.send({ type: 'Speak', text: 'Good morning. ' });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(client?.audioBytes).toBe(0);
    client?.send({ type: 'Flush' });
    await client?.until(() => client?.ofType('Flushed').length === 1);
    expect(client?.audioBytes).toBeGreaterThan(4_000);
  });

  it('falls silent when it is cleared', async () => {
    await sim.close();
    // So slow that the clear comes in the midst of it.
    sim = await startDeepgramSim({ voices, ...quick, burst: 2 });
    await connect(aura).open();
    client?.send({ type: 'Speak', text: 'We offer a free check of your pipes and your boiler, on any day of the week.' });
    client?.send({ type: 'Flush' });
    await client?.until(() => (client?.audioBytes ?? 0) > 0);
    client?.send({ type: 'Clear' });
    await client?.until(() => client?.ofType('Cleared').length === 1);
    const bytes = client?.audioBytes;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(client?.audioBytes).toBe(bytes);
    expect(client?.ofType('Flushed')).toHaveLength(0);
  });

  it('ignores the flushes beyond twenty a minute', async () => {
    await connect(aura).open();
    for (let count = 0; count < 21; count += 1) client?.send({ type: 'Flush' });
    await client?.until(() => client?.ofType('Warning').length === 1);
    expect(sim.violations()).toHaveLength(1);
  });
});
