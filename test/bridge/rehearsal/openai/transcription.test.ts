import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OpenAiSim, startOpenAiSim } from '#bridge/rehearsal/openai/realtime-sim.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { RealtimeClient } from '#test/support/realtime-client.ts';

let voices: Voices;
let sim: OpenAiSim;
let client: RealtimeClient;

beforeAll(async () => {
  voices = await createVoices();
});
afterAll(() => voices.close());
beforeEach(async () => {
  sim = await startOpenAiSim({ voices });
  client = RealtimeClient.open(sim, { query: '?intent=transcription' });
  await client.next('session.created');
});
afterEach(async () => {
  client.socket.terminate();
  await sim.close();
});

const settings = (session: object) => ({ type: 'session.update', event_id: 'mine', session });
const input = (fields: object) => settings({ type: 'transcription', audio: { input: fields } });

describe('a simulated session that only listens', () => {
  it('begins with 24 kHz, without a model and without anything about answers', () => {
    expect(client.events[0]?.session).toEqual({
      type: 'transcription',
      object: 'realtime.transcription_session',
      id: expect.any(String),
      expires_at: expect.any(Number),
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24_000 },
          noise_reduction: null,
          transcription: null,
          turn_detection: { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 500, idle_timeout_ms: null },
        },
      },
      include: null,
    });
  });

  it.each([
    ['settings of a session that speaks', settings({ type: 'realtime' }), 'session.type'],
    ['a voice', settings({ type: 'transcription', audio: { output: { voice: 'marin' } } }), 'session.audio.output'],
    ['instructions', settings({ type: 'transcription', instructions: 'Speak.' }), 'session.instructions'],
    ['a model beside the one for words', settings({ type: 'transcription', model: 'gpt-realtime-2.1' }), 'session.model'],
    [
      'answers after a turn',
      input({ turn_detection: { type: 'server_vad', create_response: true } }),
      'session.audio.input.turn_detection.create_response',
    ],
    ['a name of the beta', settings({ type: 'transcription', input_audio_format: 'g711_ulaw' }), 'session.input_audio_format'],
    ['the message of the beta', { type: 'transcription_session.update', event_id: 'mine', session: {} }, 'type'],
    ['an unknown model', input({ transcription: { model: 'gpt-realtime-2.1' } }), 'session.audio.input.transcription.model'],
    ['an answer', { type: 'response.create', event_id: 'mine' }, 'type'],
    ['an item', { type: 'conversation.item.create', event_id: 'mine', item: {} }, 'type'],
  ])('refuses %s', async (_, event, param) => {
    client.send(event);
    const { error } = await client.next('error');
    expect(error).toMatchObject({ type: 'invalid_request_error', param, event_id: 'mine' });
    expect(sim.violations()).toHaveLength(1);
  });

  it('is never made of a session that speaks', async () => {
    const speaking = RealtimeClient.open(sim);
    await speaking.next('session.created');
    speaking.send(input({ transcription: { model: 'gpt-transcribe' } }));
    const { error } = await speaking.next('error');
    expect(error).toMatchObject({ code: 'invalid_value', param: 'session.type' });
    speaking.socket.terminate();
  });

  it('keeps what it was told, field by field', async () => {
    client.send(input({ format: { type: 'audio/pcmu' }, transcription: { model: 'gpt-transcribe', language: 'en' } }));
    await client.next('session.updated');
    client.send(input({ turn_detection: { type: 'server_vad', silence_duration_ms: 700 } }));
    const { session } = await client.next('session.updated');
    expect(session.audio.input).toEqual({
      format: { type: 'audio/pcmu' },
      noise_reduction: null,
      transcription: { model: 'gpt-transcribe', language: 'en' },
      turn_detection: { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 700, idle_timeout_ms: null },
    });
  });

  it('is turned away with another intent', async () => {
    const other = RealtimeClient.open(sim, { query: '?intent=translation' });
    await new Promise<void>((resolve) => other.socket.once('unexpected-response', () => resolve()));
    expect(other.refusedWith).toBe(400);
    other.socket.terminate();
  });
});
