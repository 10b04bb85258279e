import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startCartesiaSim } from '#bridge/rehearsal/cartesia/cartesia-sim.ts';
import { startElevenLabsSim } from '#bridge/rehearsal/elevenlabs/elevenlabs-sim.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import type { ServiceSim } from '#bridge/rehearsal/services/service-sim.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { SocketClient } from '#test/support/socket-client.ts';

let voices: Voices;
let sim: ServiceSim;
let client: SocketClient | null = null;

beforeAll(async () => {
  voices = await createVoices();
});
afterAll(() => voices.close());
afterEach(async () => {
  client?.close();
  client = null;
  await sim.close();
});

const sentence = 'We offer a free check. ';
const audioOf = (field: string) =>
  (client?.messages ?? []).reduce((sum, message) => sum + Buffer.from(String(message[field] ?? ''), 'base64').length, 0);

describe('the simulated ElevenLabs', () => {
  const path = '/v1/text-to-speech/voice-1/multi-stream-input?model_id=eleven_flash_v2_5&output_format=ulaw_8000';

  async function connect(query = '', key?: string): Promise<SocketClient> {
    sim = await startElevenLabsSim({ voices, firstAudioMs: 5, burst: 30 });
    client = new SocketClient(`${sim.baseUrl}${path}${query}`, { 'xi-api-key': key ?? sim.apiKey });
    return client;
  }

  it('speaks a flushed context with the time of each letter, and ends it when it is closed', async () => {
    const talk = await (await connect()).open();
    talk.send({ context_id: 'a', text: ' ', voice_settings: { stability: 0.5 } });
    talk.send({ context_id: 'a', text: sentence, flush: true });
    talk.send({ context_id: 'a', close_context: true });
    await talk.until(() => talk.messages.some(({ isFinal }) => isFinal === true));
    expect(audioOf('audio')).toBeGreaterThan(8_000);
    const chars = talk.messages.flatMap((message) => (message.alignment as { chars: string[] } | null)?.chars ?? []);
    expect(chars.join('')).toBe(sentence);
    expect(sim.violations()).toEqual([]);
  });

  it('takes it that a context is closed while its end is on the way, but not one that never was', async () => {
    const talk = await (await connect()).open();
    talk.send({ context_id: 'a', text: ' ' });
    talk.send({ context_id: 'a', close_context: true });
    await talk.until(() => talk.messages.some(({ isFinal }) => isFinal === true));
    talk.send({ context_id: 'a', close_context: true });
    talk.send({ context_id: 'b', close_context: true });
    await expect.poll(() => sim.violations()).toEqual(['elevenlabs: a context was closed that is not open']);
  });

  it.each([
    ['a context that does not begin with a space', { context_id: 'a', text: sentence }],
    ['a field that it does not know', { context_id: 'a', text: ' ', try_trigger: true }],
  ])('refuses %s', async (_, message) => {
    const talk = await (await connect()).open();
    talk.send(message);
    await talk.until(() => talk.closed === 1008);
    expect(sim.violations()).toHaveLength(1);
  });

  it.each([
    ['&model=x', 400],
    ['&inactivity_timeout=181', 400],
  ])('refuses the query %s', async (query, status) => {
    const talk = await connect(query);
    await talk.until(() => talk.refused === status);
  });

  it('refuses a wrong key', async () => {
    const talk = await connect('', 'wrong');
    await talk.until(() => talk.refused === 401);
  });
});

describe('the simulated Cartesia', () => {
  const message = {
    context_id: 'a',
    model_id: 'sonic-3',
    voice: { mode: 'id', id: 'voice-1' },
    output_format: { container: 'raw', encoding: 'pcm_mulaw', sample_rate: 8_000 },
    language: 'en',
    max_buffer_delay_ms: 0,
    add_timestamps: true,
  };

  async function connect({ version = '2026-08-14', burst = 30 } = {}): Promise<SocketClient> {
    sim = await startCartesiaSim({ voices, firstAudioMs: 5, burst });
    client = new SocketClient(`${sim.baseUrl}/tts/websocket?cartesia_version=${version}`, { authorization: `Bearer ${sim.apiKey}` });
    return client;
  }

  it('speaks a context with the time of each word, and says when it is done', async () => {
    const talk = await (await connect()).open();
    talk.send({ ...message, transcript: sentence, continue: true });
    talk.send({ ...message, transcript: '', continue: false });
    await talk.until(() => talk.ofType('done').length === 1);
    expect(audioOf('data')).toBeGreaterThan(8_000);
    const words = talk.ofType('timestamps').flatMap((one) => (one.word_timestamps as { words: string[] }).words);
    expect(words.join(' ')).toBe(sentence.trim());
    expect(sim.violations()).toEqual([]);
  });

  it('falls silent when a context is cancelled', async () => {
    const text = 'We offer a free check of your pipes and your boiler, on any day of the week. ';
    const talk = await (await connect({ burst: 2 })).open();
    talk.send({ ...message, transcript: text, continue: true });
    await talk.until(() => talk.ofType('chunk').length > 0);
    talk.send({ context_id: 'a', cancel: true });
    // The refusal of this one comes behind everything that was on its way.
    talk.send({ ...message, context_id: 'b', transcript: 'Hello. ', pitch: 2 });
    await talk.until(() => talk.ofType('error').length === 1);
    const bytes = audioOf('data');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(audioOf('data')).toBe(bytes);
    expect(bytes).toBeLessThan((await voices.render(text, 'slt')).length);
    expect(talk.ofType('done')).toHaveLength(0);
  });

  it('refuses a context that has ended, and what it does not know', async () => {
    const talk = await (await connect()).open();
    talk.send({ ...message, transcript: 'Hello. ', continue: false });
    talk.send({ ...message, transcript: 'Again. ', continue: true });
    talk.send({ ...message, transcript: 'Hello. ', pitch: 2 });
    await talk.until(() => talk.ofType('error').length === 2);
    expect(sim.violations()).toHaveLength(2);
  });

  it('refuses another dialect', async () => {
    const talk = await connect({ version: '2024-06-10' });
    await talk.until(() => talk.refused === 400);
  });
});
