import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OpenAiSim, type OpenAiSimOptions, startOpenAiSim } from '#bridge/rehearsal/openai/realtime-sim.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { until } from '#test/support/bridge-rig.ts';
import { RealtimeClient } from '#test/support/realtime-client.ts';

let voices: Voices;
const sims: OpenAiSim[] = [];
const clients: RealtimeClient[] = [];

beforeAll(async () => {
  voices = await createVoices();
});
afterAll(() => voices.close());
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const sim of sims.splice(0)) await sim.close();
});

async function service(options: Partial<OpenAiSimOptions> = {}): Promise<OpenAiSim> {
  const sim = await startOpenAiSim({ voices, firstAudioMs: [5, 15], burst: 40, transcripts: 'prompt', ...options });
  sims.push(sim);
  return sim;
}

async function caller(sim: OpenAiSim, session: Record<string, unknown> = {}, input: Record<string, unknown> = {}): Promise<RealtimeClient> {
  const client = await RealtimeClient.ready(sim, session, input);
  clients.push(client);
  return client;
}

function visitor(...args: Parameters<typeof RealtimeClient.open>): RealtimeClient {
  const client = RealtimeClient.open(...args);
  clients.push(client);
  return client;
}

const TRANSCRIBED = { transcription: { model: 'gpt-transcribe', language: 'en' } };
const tool = (name: string, properties: Record<string, unknown> = { reason: { type: 'string' } }): Record<string, unknown> => ({
  type: 'function',
  name,
  parameters: { type: 'object', properties, required: Object.keys(properties) },
});
/** Nothing but audio and where an event stands. */
const orderOf = (client: RealtimeClient): string[] => {
  const types = client.types().filter((type) => !type.includes('transcription') && type !== 'rate_limits.updated');
  return types.filter((type, index) => !(type.endsWith('.delta') && types[index - 1]?.endsWith('.delta')));
};

describe('the door of the simulated service', () => {
  it('opens for the key and a model, and says what it is before anybody configures it', async () => {
    const sim = await service();
    const client = visitor(sim, { headers: { 'openai-safety-identifier': 'abc' } });
    const { session, event_id } = await client.next('session.created');
    expect(event_id).toMatch(/^event_/);
    expect(session).toMatchObject({
      type: 'realtime',
      object: 'realtime.session',
      model: 'gpt-realtime-2.1',
      output_modalities: ['audio'],
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24_000 },
          turn_detection: { type: 'server_vad', threshold: 0.5, idle_timeout_ms: null },
        },
        output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'marin' },
      },
    });
    expect(session.expires_at * 1000 - Date.now()).toBeGreaterThan(3_590_000);
    expect(sim.sessions()[0]?.headers).toEqual({ 'openai-safety-identifier': 'abc' });
  });

  it.each([
    ['a wrong key', { key: 'sk-wrong' }, 401],
    ['no target', { query: '' }, 400],
    ['two targets', { query: '?model=gpt-realtime-2.1&intent=transcription' }, 400],
    ['a call nobody knows', { query: '?call_id=rtc_1' }, 404],
  ] as const)('stays shut for %s', async (_what, how, status) => {
    const client = visitor(await service(), how);
    expect(await client.untilRefused()).toBe(status);
  });

  it('tells a beta client so, and closes with 4000', async () => {
    const sim = await service();
    const client = visitor(sim, { headers: { 'OpenAI-Beta': 'realtime=v1' } });
    expect((await client.next('error')).error).toMatchObject({ type: 'invalid_request_error', code: 'beta_api_shape_disabled' });
    expect(await client.untilClosed()).toBe(4000);
    expect(client.types()).not.toContain('session.created');
    expect(sim.violations().map(({ code }) => code)).toEqual(['beta_api_shape_disabled']);
  });

  it('does not know a model that is gone', async () => {
    const client = visitor(await service(), { query: '?model=gpt-4o-realtime-preview' });
    expect((await client.next('error')).error.code).toBe('model_not_found');
    await client.untilClosed();
  });

  it('lists its models for the key alone and makes keys for a browser', async () => {
    const sim = await service();
    const headers = { authorization: `Bearer ${sim.apiKey}` };
    const models = (await (await fetch(`${sim.baseUrl}/models`, { headers })).json()) as { data: { id: string }[] };
    expect(models.data.map(({ id }) => id)).toContain('gpt-realtime-2.1');
    expect((await fetch(`${sim.baseUrl}/models`, { headers: { authorization: 'Bearer sk-no' } })).status).toBe(401);
    expect((await fetch(`${sim.baseUrl}/models/gpt-realtime-2.1`, { headers })).status).toBe(200);
    expect((await fetch(`${sim.baseUrl}/models/none`, { headers })).status).toBe(404);
    const post = (body: unknown): Promise<Response> =>
      fetch(`${sim.baseUrl}/realtime/client_secrets`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect((await post({ expires_after: { anchor: 'created_at', seconds: 5 } })).status).toBe(400);
    const { value } = (await (await post({ session: { type: 'realtime' } })).json()) as { value: string };
    const client = visitor(sim, { key: value });
    await client.next('session.created');
  });
});

describe('session.update', () => {
  it('merges what it is given into what holds, and answers with the whole', async () => {
    const client = await caller(await service(), { instructions: 'Be kind.' }, { turn_detection: { type: 'server_vad', threshold: 0.7 } });
    client.send({
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad', create_response: false } } } },
    });
    const { session } = await client.next('session.updated');
    expect(session.instructions).toBe('Be kind.');
    expect(session.audio.input.format).toEqual({ type: 'audio/pcmu' });
    expect(session.audio.input.turn_detection).toEqual({
      type: 'server_vad',
      threshold: 0.7,
      prefix_padding_ms: 300,
      silence_duration_ms: 500,
      create_response: false,
      interrupt_response: true,
      idle_timeout_ms: null,
    });
    client.send({ type: 'session.update', session: { type: 'realtime', instructions: '', audio: { input: { turn_detection: null } } } });
    expect((await client.next('session.updated')).session).toMatchObject({ instructions: '', audio: { input: { turn_detection: null } } });
  });

  it.each([
    ['no type', { instructions: 'x' }, 'missing_required_parameter', 'session.type'],
    ['a voice at the top', { type: 'realtime', voice: 'marin' }, 'unknown_parameter', 'session.voice'],
    ['beta modalities', { type: 'realtime', modalities: ['text', 'audio'] }, 'unknown_parameter', 'session.modalities'],
    ['a beta format', { type: 'realtime', input_audio_format: 'g711_ulaw' }, 'unknown_parameter', 'session.input_audio_format'],
    ['beta turn detection', { type: 'realtime', turn_detection: null }, 'unknown_parameter', 'session.turn_detection'],
    ['a temperature', { type: 'realtime', temperature: 0.8 }, 'unknown_parameter', 'session.temperature'],
    ['both modalities', { type: 'realtime', output_modalities: ['text', 'audio'] }, 'invalid_value', 'session.output_modalities'],
    [
      'a rate for mu-law',
      { type: 'realtime', audio: { input: { format: { type: 'audio/pcmu', rate: 8000 } } } },
      'unknown_parameter',
      'session.audio.input.format.rate',
    ],
    [
      'a format of its own',
      { type: 'realtime', audio: { input: { format: { type: 'g711' } } } },
      'invalid_value',
      'session.audio.input.format.type',
    ],
    [
      'too high a threshold',
      { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad', threshold: 1.2 } } } },
      'invalid_value',
      'session.audio.input.turn_detection.threshold',
    ],
    [
      'an idle timeout of semantic VAD',
      { type: 'realtime', audio: { input: { turn_detection: { type: 'semantic_vad', idle_timeout_ms: 5 } } } },
      'unknown_parameter',
      'session.audio.input.turn_detection.idle_timeout_ms',
    ],
    ['an unknown voice', { type: 'realtime', audio: { output: { voice: 'nova' } } }, 'invalid_value', 'session.audio.output.voice'],
    ['too fast a voice', { type: 'realtime', audio: { output: { speed: 2 } } }, 'invalid_value', 'session.audio.output.speed'],
    [
      'a strict tool',
      { type: 'realtime', tools: [{ type: 'function', name: 'a', strict: true }] },
      'unknown_parameter',
      'session.tools[0].strict',
    ],
    ['a tool without a name', { type: 'realtime', tools: [{ type: 'function' }] }, 'missing_required_parameter', 'session.tools[0].name'],
    ['a choice of no tool', { type: 'realtime', tool_choice: { type: 'function', name: 'b' } }, 'invalid_value', 'session.tool_choice'],
    ['too many tokens', { type: 'realtime', max_output_tokens: 5_000 }, 'invalid_value', 'session.max_output_tokens'],
    ['another model', { type: 'realtime', model: 'gpt-realtime-2.1-mini' }, 'invalid_value', 'session.model'],
    [
      'a transcriber that needs silence',
      { type: 'realtime', audio: { input: { transcription: { model: 'gpt-realtime-whisper' } } } },
      'invalid_value',
      'session.audio.input.transcription.model',
    ],
  ])('refuses %s and changes nothing', async (_what, session, code, param) => {
    const sim = await service();
    const client = visitor(sim);
    await client.next('session.created');
    const before = JSON.stringify(sim.sessions()[0]?.config);
    const error = await client.refused({ type: 'session.update', event_id: 'cfg-1', session: { ...session, instructions: 'changed' } });
    expect(error).toMatchObject({ type: 'invalid_request_error', code, param, event_id: 'cfg-1' });
    expect(JSON.stringify(sim.sessions()[0]?.config)).toBe(before);
    expect(sim.violations()).toMatchObject([{ session: 1, code, param, eventId: 'cfg-1', harmless: false }]);
  });

  it('freezes the voice once it was heard', async () => {
    const client = await caller(await service());
    const change = (voice: string): unknown => ({ type: 'session.update', session: { type: 'realtime', audio: { output: { voice } } } });
    client.send(change('cedar'));
    await client.next('session.updated');
    client.send({ type: 'response.create', response: { instructions: 'Say exactly: "Hello."' } });
    await client.next('response.done');
    client.send(change('cedar'));
    await client.next('session.updated');
    expect((await client.refused(change('ash') as Record<string, unknown>)).code).toBe('cannot_update_voice');
  });
});

describe('client events', () => {
  it.each([
    ['text that is not JSON', '{"type":', 'invalid_value', null],
    ['a list', '[]', 'invalid_value', null],
    ['a binary frame', Buffer.from('{}'), 'invalid_value', null],
    ['no type', {}, 'missing_required_parameter', 'type'],
    ['a type nobody knows', { type: 'response.start' }, 'invalid_value', 'type'],
    ['an append without audio', { type: 'input_audio_buffer.append' }, 'missing_required_parameter', 'audio'],
    ['an append that is not base64', { type: 'input_audio_buffer.append', audio: '!!' }, 'invalid_value', 'audio'],
    ['an append with a stranger', { type: 'input_audio_buffer.append', audio: '', track: 'x' }, 'unknown_parameter', 'track'],
    ['a commit of nothing', { type: 'input_audio_buffer.commit' }, 'input_audio_buffer_commit_empty', null],
    ['an item without a type', { type: 'conversation.item.create', item: { role: 'user' } }, 'missing_required_parameter', 'item.type'],
    [
      'assistant audio',
      { type: 'conversation.item.create', item: { type: 'message', role: 'assistant', content: [{ type: 'output_audio', audio: '' }] } },
      'invalid_value',
      'item.content[0].type',
    ],
    [
      'beta assistant text',
      { type: 'conversation.item.create', item: { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'a' }] } },
      'invalid_value',
      'item.content[0].type',
    ],
    [
      'an output of no call',
      { type: 'conversation.item.create', item: { type: 'function_call_output', call_id: 'call_x', output: '' } },
      'invalid_tool_call_id',
      'item.call_id',
    ],
    [
      'an item after one that is not there',
      {
        type: 'conversation.item.create',
        previous_item_id: 'nope',
        item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'a' }] },
      },
      'invalid_value',
      'previous_item_id',
    ],
    [
      'a truncation of nothing',
      { type: 'conversation.item.truncate', item_id: 'nope', content_index: 0, audio_end_ms: 0 },
      'item_truncate_invalid_item_id',
      'item_id',
    ],
    [
      'a truncation without an end',
      { type: 'conversation.item.truncate', item_id: 'nope', content_index: 0 },
      'missing_required_parameter',
      'audio_end_ms',
    ],
    [
      'a broken truncation',
      { type: 'conversation.item.truncate', item_id: 'nope', content_index: 0, audio_end_ms: 1.5 },
      'invalid_value',
      'audio_end_ms',
    ],
    ['a deletion of nothing', { type: 'conversation.item.delete', item_id: 'nope' }, 'item_delete_invalid_item_id', 'item_id'],
    ['a retrieval of nothing', { type: 'conversation.item.retrieve', item_id: 'nope' }, 'item_retrieve_invalid_item_id', 'item_id'],
    ['a cancel of nothing', { type: 'response.cancel' }, 'response_cancel_not_active', null],
    ['a beta response', { type: 'response.create', response: { modalities: ['audio'] } }, 'unknown_parameter', 'response.modalities'],
    [
      'a reference to nothing',
      { type: 'response.create', response: { input: [{ type: 'item_reference', id: 'nope' }] } },
      'invalid_value',
      'response.input[0].id',
    ],
    ['metadata of numbers', { type: 'response.create', response: { metadata: { job: 1 } } }, 'invalid_value', 'response.metadata.job'],
  ])('refuses %s', async (_what, event, code, param) => {
    const client = await caller(await service());
    expect(await client.refused(event)).toMatchObject({ code, param });
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
  });

  it('puts items where they are wanted, retrieves and deletes them', async () => {
    const sim = await service();
    const client = await caller(sim);
    const put = (id: string, text: string, previous_item_id?: string): void =>
      client.send({
        type: 'conversation.item.create',
        previous_item_id,
        item: { id, type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
      });
    put('a', 'first');
    expect(await client.next('conversation.item.added')).toMatchObject({ previous_item_id: null, item: { id: 'a', status: 'completed' } });
    expect(await client.next('conversation.item.done')).toMatchObject({ previous_item_id: null, item: { id: 'a' } });
    put('b', 'last');
    put('c', 'zeroth', 'root');
    put('d', 'second', 'a');
    expect((await client.next('conversation.item.added', ({ item }) => item.id === 'd')).previous_item_id).toBe('a');
    expect(sim.sessions()[0]?.items.map(({ id }) => id)).toEqual(['c', 'a', 'd', 'b']);
    put('b', 'again');
    expect((await client.next('error')).error.param).toBe('item.id');
    client.send({ type: 'conversation.item.delete', item_id: 'a' });
    await client.next('conversation.item.deleted');
    client.send({ type: 'conversation.item.retrieve', item_id: 'd' });
    expect((await client.next('conversation.item.retrieved')).item.content).toEqual([{ type: 'input_text', text: 'second' }]);
    expect(sim.sessions()[0]?.items.map(({ id }) => id)).toEqual(['c', 'd', 'b']);
  });

  it('counts output_audio_buffer.clear against the client and stays silent', async () => {
    const sim = await service();
    const client = await caller(sim);
    client.send({ type: 'output_audio_buffer.clear' });
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
    expect(client.types()).not.toContain('error');
    expect(sim.violations()).toMatchObject([{ code: 'output_audio_buffer_over_websocket' }]);
  });
});

describe('a turn', () => {
  it('goes through its events in order, with real speech understood and answered in bursts of odd pieces', async () => {
    const sim = await service({ burst: 10 });
    const client = await caller(sim, { instructions: 'You call for Northside Plumbing.' }, TRANSCRIBED);
    const clip = await voices.render('Hello, who is this?', 'rms');
    client.silence(500);
    client.hear(clip);
    client.silence(700);
    const done = await client.next('response.done');
    expect(orderOf(client).slice(2)).toEqual([
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_audio_transcript.delta',
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
    ]);
    const started = client.events.find(({ type }) => type === 'input_audio_buffer.speech_started')!;
    const stopped = client.events.find(({ type }) => type === 'input_audio_buffer.speech_stopped')!;
    expect(started.audio_start_ms).toBeGreaterThan(100);
    expect(started.audio_start_ms).toBeLessThanOrEqual(500);
    expect(stopped.audio_end_ms).toBeGreaterThan(500 + clip.length / 8);
    expect(stopped.item_id).toBe(started.item_id);
    const [item] = done.response.output;
    expect(done.response.status).toBe('completed');
    expect(item.content[0].transcript).toContain('Northside Plumbing');
    const audio = client.audioOf(item.id);
    const sentences = await Promise.all(
      item.content[0].transcript.match(/[^.?]+[.?]/g).map((text: string) => voices.render(text.trim(), 'slt')),
    );
    expect(audio.length).toBe(sentences.reduce((sum: number, { length }) => sum + length, 0) + (sentences.length - 1) * 1280);
    expect(audio.subarray(0, sentences[0].length).equals(sentences[0])).toBe(true);
    const pieces = client.events
      .filter(({ type }) => type === 'response.output_audio.delta')
      .map(({ delta }) => Buffer.from(delta, 'base64').length);
    expect(new Set(pieces).size).toBeGreaterThan(3);
    const spoken = client.events.flatMap(({ type, delta }) => (type === 'response.output_audio_transcript.delta' ? [delta] : [])).join('');
    expect(spoken).toBe(item.content[0].transcript);
    const words = await client.any('conversation.item.input_audio_transcription.completed');
    expect(words).toMatchObject({ item_id: started.item_id, transcript: 'Hello, who is this?', usage: { type: 'duration' } });
    expect(sim.violations()).toEqual([]);
    expect(new Set(client.events.map(({ event_id }) => event_id)).size).toBe(client.events.length);
  });

  it('understands of cut speech only the words that came through', async () => {
    const client = await caller(await service(), {}, TRANSCRIBED);
    const clip = await voices.render('Please take me off your list right now.', 'rms');
    client.silence(200);
    client.hear(clip.subarray(0, Math.floor(clip.length / 320) * 160));
    client.silence(700);
    const { transcript } = await client.next('conversation.item.input_audio_transcription.completed');
    expect('Please take me off your list right now.'.startsWith(transcript)).toBe(true);
    expect(transcript.split(' ').length).toBeGreaterThanOrEqual(3);
    expect(transcript.split(' ').length).toBeLessThanOrEqual(5);
  });

  it('hears speech that it cannot understand, and gives it no words', async () => {
    const client = await caller(await service(), {}, TRANSCRIBED);
    const clip = await voices.render('Please take me off your list right now.', 'rms');
    client.hear(clip.subarray(37));
    client.silence(700);
    expect((await client.any('conversation.item.input_audio_transcription.completed')).transcript).toBe('');
    const [item] = (await client.any('response.done')).response.output;
    expect(item.content[0].transcript).toContain("didn't catch");
  });

  it('is not begun by silence or by faint noise', async () => {
    const client = await caller(await service());
    client.silence(1_000);
    let state = 1;
    const noise = Uint8Array.from({ length: 16_000 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state & 0x80) | (0x70 + ((state >> 8) & 0x0f));
    });
    client.hear(noise);
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
    expect(client.types()).not.toContain('input_audio_buffer.speech_started');
  });

  it('is left unanswered when nobody wants an answer, and committed by hand when nobody listens', async () => {
    const client = await caller(
      await service(),
      {},
      { ...TRANSCRIBED, turn_detection: { type: 'server_vad', create_response: false, interrupt_response: false } },
    );
    const clip = await voices.render('Yes, please.', 'rms');
    client.hear(clip);
    client.silence(700);
    await client.next('input_audio_buffer.committed');
    client.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
    await client.next('session.updated');
    client.hear(clip);
    client.silence(2_000);
    client.send({ type: 'input_audio_buffer.commit' });
    await client.next('input_audio_buffer.committed');
    expect((await client.next('conversation.item.input_audio_transcription.completed')).transcript).toBe('Yes, please.');
    expect(client.types()).not.toContain('response.created');
  });

  it('ends sooner for semantic VAD when the sentence is whole', async () => {
    const client = await caller(await service(), {}, { turn_detection: { type: 'semantic_vad', eagerness: 'high' } });
    const clip = await voices.render('Yes, please come on Tuesday.', 'rms');
    client.hear(clip);
    client.silence(500);
    await client.next('input_audio_buffer.speech_stopped');
    client.hear(clip.subarray(0, 8_000));
    client.silence(1_000);
    client.send({ type: 'conversation.item.retrieve', item_id: 'x' });
    await client.next('error');
    expect(client.types().filter((type) => type === 'input_audio_buffer.speech_stopped')).toHaveLength(1);
    client.silence(1_500);
    await client.next('input_audio_buffer.speech_stopped');
  });

  it('speaks and hears 24 kHz PCM in a session that nobody configured', async () => {
    const client = visitor(await service({ transcribe: () => 'who is calling' }));
    await client.next('session.created');
    const loud = Buffer.alloc(48 * 1_000);
    const clip = await voices.render('Hello, who is this?', 'rms');
    const { decodeMulaw } = await import('#bridge/media/g711.ts');
    const samples = decodeMulaw(clip);
    for (let at = 0; at < loud.length / 2; at++) loud.writeInt16LE(samples[Math.floor(at / 3)] ?? 0, at * 2);
    client.send({ type: 'input_audio_buffer.append', audio: loud.toString('base64') });
    client.send({ type: 'input_audio_buffer.append', audio: Buffer.alloc(48 * 700).toString('base64') });
    const [item] = (await client.next('response.done')).response.output;
    expect(item.content[0].transcript).toContain('free check of your plumbing');
    const spoken = client.audioOf(item.id);
    expect(spoken.length % 6).toBe(0);
    expect(spoken.length / 48_000).toBeGreaterThan(3);
  });

  it('brings the model to ask when the callee is silent for long', async () => {
    const client = await caller(await service(), {}, { turn_detection: { type: 'server_vad', idle_timeout_ms: 50 } });
    client.send({ type: 'response.create', response: { instructions: 'Say exactly: "Yes."' } });
    await client.next('response.done');
    const timeout = await client.next('input_audio_buffer.timeout_triggered');
    expect((await client.next('input_audio_buffer.committed')).item_id).toBe(timeout.item_id);
    const done = await client.next('response.done');
    expect(done.response.output[0].content[0].transcript).toContain('still there');
  });
});

describe('barge-in', () => {
  async function interrupted(input: Record<string, unknown> = {}): Promise<{ sim: OpenAiSim; client: RealtimeClient; itemId: string }> {
    const sim = await service({ burst: 4 });
    const client = await caller(sim, {}, input);
    client.send({
      type: 'response.create',
      response: { instructions: 'Say exactly: "One two three four five six seven eight nine ten eleven twelve."' },
    });
    const delta = await client.next('response.output_audio.delta');
    await client.next('response.output_audio.delta');
    return { sim, client, itemId: delta.item_id };
  }

  it('cancels the answer, closes what was begun, and forgets what was not heard', async () => {
    const { sim, client, itemId } = await interrupted();
    const callee = await voices.render('Wait a moment.', 'rms');
    client.hear(callee.subarray(0, 4_800));
    await client.next('input_audio_buffer.speech_started');
    const done = await client.next('response.done');
    expect(done.response).toMatchObject({ status: 'cancelled', status_details: { type: 'cancelled', reason: 'turn_detected' } });
    expect(done.response.output[0]).toMatchObject({ id: itemId, status: 'incomplete' });
    expect(done.response.usage.output_tokens).toBeGreaterThan(0);
    expect(orderOf(client).slice(-7)).toEqual([
      'input_audio_buffer.speech_started',
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
    ]);
    const receivedMs = client.audioOf(itemId).length / 8;
    const truncate = (audio_end_ms: number): Record<string, unknown> => ({
      type: 'conversation.item.truncate',
      item_id: itemId,
      content_index: 0,
      audio_end_ms,
    });
    expect((await client.refused(truncate(Math.ceil(receivedMs) + 1))).message).toMatch(
      /^Audio content of \d+ms is already shorter than \d+ms$/,
    );
    client.send(truncate(100));
    expect(await client.next('conversation.item.truncated')).toMatchObject({ item_id: itemId, content_index: 0, audio_end_ms: 100 });
    expect(sim.sessions()[0]?.said.filter(({ by }) => by === 'ai')).toEqual([]);
    client.send({ type: 'conversation.item.retrieve', item_id: itemId });
    const { item } = await client.next('conversation.item.retrieved');
    expect(item.content[0].transcript).toBeUndefined();
    expect(Buffer.from(item.content[0].audio, 'base64')).toHaveLength(800);
  });

  it('keeps of a cut answer the words that were heard', async () => {
    const { sim, client, itemId } = await interrupted();
    client.send({ type: 'response.cancel' });
    expect((await client.next('response.done')).response.status_details.reason).toBe('client_cancelled');
    const receivedMs = Math.floor(client.audioOf(itemId).length / 8);
    client.send({ type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: receivedMs });
    await client.next('conversation.item.truncated');
    const said = sim.sessions()[0]?.said[0]?.text ?? '';
    expect('One two three four five six seven eight nine ten eleven twelve.'.startsWith(said)).toBe(true);
    expect(said.length).toBeGreaterThan(2);
    expect(said).not.toContain('twelve');
  });

  it('leaves the answer alone when interrupting is off, and answers the turn afterwards', async () => {
    const { client } = await interrupted({ turn_detection: { type: 'server_vad', interrupt_response: false } });
    client.hear(await voices.render('Yes.', 'rms'));
    client.silence(700);
    await client.next('input_audio_buffer.committed');
    expect((await client.next('response.done')).response.status).toBe('completed');
    expect((await client.next('response.done')).response.status).toBe('completed');
  });
});

describe('responses', () => {
  const create = (response: Record<string, unknown> = {}): Record<string, unknown> => ({
    type: 'response.create',
    event_id: 'create',
    response,
  });

  it('come one at a time in the conversation and any number beside it', async () => {
    const sim = await service({ burst: 4 });
    const client = await caller(sim);
    client.send(create({ instructions: 'Say exactly: "This is the answer in the conversation."' }));
    await client.next('response.created');
    expect((await client.refused(create())).code).toBe('conversation_already_has_active_response');
    client.send(
      create({
        conversation: 'none',
        metadata: { job: 'one' },
        output_modalities: ['text'],
        instructions: 'Return JSON {outcome, confidence}.',
        input: [],
      }),
    );
    client.send(create({ conversation: 'none', metadata: { job: 'two' }, instructions: 'Say exactly: <<<Hi "there".>>>', input: [] }));
    const one = await client.any('response.done', ({ response }) => response.metadata?.job === 'one');
    expect(JSON.parse(one.response.output[0].content[0].text)).toMatchObject({ outcome: 'talked' });
    const two = await client.any('response.done', ({ response }) => response.metadata?.job === 'two');
    expect(two.response.output[0].content[0].transcript).toBe('Hi "there".');
    expect(two.response.conversation_id).toBeNull();
    await client.any('response.done', ({ response }) => response.metadata === null);
    expect(sim.sessions()[0]?.said.map(({ text }) => text)).toEqual(['This is the answer in the conversation.']);
    expect(sim.violations()).toMatchObject([{ code: 'conversation_already_has_active_response', harmless: true, eventId: 'create' }]);
  });

  it('count tokens, cached ones from the second on', async () => {
    const client = await caller(await service(), { instructions: 'x'.repeat(4_000) });
    const text = (id: string): void =>
      client.send({
        type: 'conversation.item.create',
        item: { id, type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Yes, I am interested.' }] },
      });
    text('one');
    client.send(create());
    const first = (await client.next('response.done')).response.usage;
    expect(first.input_token_details.cached_tokens).toBe(0);
    expect(first.input_tokens).toBeGreaterThan(1_000);
    expect(first.output_token_details.audio_tokens).toBeGreaterThan(40);
    text('two');
    client.send(create());
    const second = (await client.next('response.done')).response.usage;
    expect(second.input_token_details.cached_tokens).toBe(first.input_tokens);
    expect(second.input_token_details.audio_tokens).toBe(first.output_token_details.audio_tokens);
    expect(second.total_tokens).toBe(second.input_tokens + second.output_tokens);
    client.send({ type: 'session.update', session: { type: 'realtime', instructions: 'short' } });
    text('three');
    client.send(create());
    expect((await client.next('response.done')).response.usage.input_token_details.cached_tokens).toBe(0);
  });

  it('stop at their limit of tokens', async () => {
    const client = await caller(await service());
    client.send(create({ instructions: 'Say exactly: "This sentence is a good deal longer than a second."', max_output_tokens: 20 }));
    const { response } = await client.next('response.done');
    expect(response).toMatchObject({ status: 'incomplete', status_details: { reason: 'max_output_tokens' } });
    expect(client.audioOf(response.output[0].id)).toHaveLength(8_000);
  });

  it('carry calls, several in one, and go on when all are answered', async () => {
    const sim = await service({
      brain: ({ history }) => {
        const calls = history.filter((item) => item.kind === 'call');
        if (calls.length === 0)
          return {
            say: 'One moment.',
            calls: [
              { name: 'a', arguments: { x: 1 } },
              { name: 'b', arguments: {} },
            ],
          };
        return { say: calls.map((call) => call.output ?? 'nothing').join(' and '), calls: [] };
      },
    });
    const client = await caller(sim, { tools: [tool('a'), tool('b')] });
    client.send(create());
    const done = await client.next('response.done');
    expect(done.response.output.map(({ type }: { type: string }) => type)).toEqual(['message', 'function_call', 'function_call']);
    const [, one, two] = done.response.output;
    expect(one).toMatchObject({ name: 'a', arguments: '{"x":1}', status: 'completed' });
    expect(
      client.events.find(({ type, call_id }) => type === 'response.function_call_arguments.done' && call_id === one.call_id),
    ).toMatchObject({ name: 'a', arguments: '{"x":1}' });
    const output = (call_id: string, text: string): void =>
      client.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id, output: text } });
    output(one.call_id, 'this');
    client.send(create());
    await client.next('response.done');
    expect(sim.violations()).toMatchObject([{ code: 'unanswered_tool_call' }]);
    output(two.call_id, 'that');
    client.send(create());
    expect((await client.next('response.done')).response.output[0].content[0].transcript).toBe('this and that');
    expect(sim.violations()).toHaveLength(1);
  });

  it('take no tools when told so, and the one they are told to take', async () => {
    const client = await caller(await service(), { tools: [tool('end_call')] });
    const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Goodbye.' }] };
    client.send({ type: 'conversation.item.create', item });
    client.send(create({ tool_choice: 'none' }));
    expect((await client.next('response.done')).response.output).toHaveLength(1);
    client.send(create({ tool_choice: { type: 'function', name: 'end_call' }, instructions: 'Say exactly: "Bye."' }));
    expect((await client.next('response.done')).response.output).toMatchObject([{ type: 'function_call', name: 'end_call' }]);
  });
});

describe('scripted faults', () => {
  it('at the door: a cut, a hang, and each status, for the session that is meant', async () => {
    const sim = await service({
      faults: [
        { fault: { kind: 'refuse' }, session: 1 },
        { fault: { kind: 'upgrade-status', status: 429 }, session: 2 },
        { fault: { kind: 'upgrade-status', status: 500 }, session: 3 },
        { fault: { kind: 'hang-upgrade' }, session: 5 },
      ],
    });
    const first = visitor(sim);
    await first.untilClosed();
    expect(first.error?.message).toMatch(/hang up|reset/);
    expect(await visitor(sim).untilRefused()).toBe(429);
    expect(await visitor(sim).untilRefused()).toBe(500);
    await visitor(sim).next('session.created');
    const hanging = visitor(sim);
    await expect(hanging.next('session.created', () => true, 100)).rejects.toThrow();
    expect(hanging.closed).toBeNull();
    expect(sim.sessions().map(({ number }) => number)).toEqual([4]);
  });

  it('after opening: an error that is fatal, an odd frame, an unknown event, and each way to close', async () => {
    const sim = await service({
      faults: [{ fault: { kind: 'error', code: 'insufficient_quota', type: 'insufficient_quota', close: 1000 }, session: 1 }],
    });
    const poor = visitor(sim);
    expect((await poor.next('error')).error).toMatchObject({ code: 'insufficient_quota', event_id: null });
    expect(await poor.untilClosed()).toBe(1000);
    const client = await caller(sim);
    sim.fault({ fault: { kind: 'garbage-frame', afterMs: 0 }, times: 1 });
    sim.fault({ fault: { kind: 'unknown-event', afterMs: 0 }, times: 1 });
    await client.next('response.hologram.delta');
    expect(client.raw.some((text) => !text.endsWith('}'))).toBe(true);
    sim.fault({ fault: { kind: 'error', code: 'server_error', type: 'server_error' }, times: 1 });
    expect((await client.next('error')).error.type).toBe('server_error');
    sim.fault({ fault: { kind: 'close', code: 1006, afterMs: 0 }, session: 2 });
    expect(await client.untilClosed()).toBe(1006);
    sim.fault({ fault: { kind: 'close', code: 4000, afterMs: 5 }, times: 1 });
    expect(await visitor(sim).untilClosed()).toBe(4000);
    expect(sim.violations()).toEqual([]);
  });

  it('in an answer: failed, late, cut and stalled', async () => {
    const sim = await service({ burst: 10 });
    const client = await caller(sim);
    const say = (): void =>
      client.send({ type: 'response.create', response: { instructions: 'Say exactly: "One two three four five six seven eight nine."' } });
    sim.fault({ fault: { kind: 'response-failed', code: 'rate_limit_exceeded' }, times: 1 });
    say();
    expect((await client.next('response.done')).response).toMatchObject({
      status: 'failed',
      status_details: { error: { code: 'rate_limit_exceeded' } },
    });
    sim.fault({ fault: { kind: 'slow-first-audio', ms: 300 }, times: 1 });
    const askedAtMs = performance.now();
    say();
    await client.next('response.output_audio.delta');
    expect(performance.now() - askedAtMs).toBeGreaterThan(290);
    await client.next('response.done');
    sim.fault({ fault: { kind: 'stall-in-answer', afterDeltas: 2 }, times: 1 });
    say();
    await client.next('response.output_audio.delta');
    await expect(client.next('response.done', () => true, 700)).rejects.toThrow();
    client.send({ type: 'response.cancel' });
    expect((await client.next('response.done')).response.status).toBe('cancelled');
    sim.fault({ fault: { kind: 'drop-in-answer', afterDeltas: 2 }, times: 1 });
    say();
    expect(await client.untilClosed()).toBe(1006);
  });

  it('of the session: never updated, over too soon, and its transcripts', async () => {
    const sim = await service({
      faults: [
        { fault: { kind: 'never-updated' }, session: 1 },
        { fault: { kind: 'expire', afterMs: 150 }, session: 2 },
        { fault: { kind: 'transcripts', mode: 'failed' }, session: 3, times: 1 },
        { fault: { kind: 'transcripts', mode: 'missing' }, session: 3, times: 1 },
        { fault: { kind: 'transcripts', mode: 'late' }, session: 3, times: 1 },
      ],
    });
    const deaf = visitor(sim);
    await deaf.next('session.created');
    deaf.send({ type: 'session.update', session: { type: 'realtime', instructions: 'new' } });
    await expect(deaf.next('session.updated', () => true, 150)).rejects.toThrow('no session.updated');
    const short = visitor(sim);
    expect((await short.next('session.created')).session.expires_at * 1000 - Date.now()).toBeLessThan(1_000);
    expect((await short.next('error')).error.code).toBe('session_expired');
    await short.untilClosed();
    const client = await caller(sim, {}, { ...TRANSCRIBED, turn_detection: { type: 'server_vad', create_response: false } });
    const clip = await voices.render('Yes, please.', 'rms');
    for (let turn = 0; turn < 3; turn++) {
      client.hear(clip);
      client.silence(700);
    }
    const committed = [
      await client.next('input_audio_buffer.committed'),
      await client.next('input_audio_buffer.committed'),
      await client.next('input_audio_buffer.committed'),
    ];
    expect(await client.next('conversation.item.input_audio_transcription.failed')).toMatchObject({
      item_id: committed[0]!.item_id,
      error: { code: 'audio_unintelligible' },
    });
    const late = await client.next('conversation.item.input_audio_transcription.completed');
    expect(late).toMatchObject({ item_id: committed[2]!.item_id, transcript: 'Yes, please.' });
  }, 20_000);

  it('end an open session when its time is called', async () => {
    const sim = await service();
    const client = await caller(sim);
    sim.fault({ fault: { kind: 'expire', afterMs: 0 }, session: 1 });
    expect((await client.next('error')).error.code).toBe('session_expired');
    expect(await client.untilClosed()).toBe(1001);
    await expect.poll(() => sim.sessions()[0]?.closed?.code).toBe(1001);
  });

  it('end when they are lifted', async () => {
    const sim = await service();
    const lift = sim.fault({ fault: { kind: 'upgrade-status', status: 403 } });
    expect(await visitor(sim).untilRefused()).toBe(403);
    lift();
    await visitor(sim).next('session.created');
  });
});

describe('the simulated service as a whole', () => {
  it('lets every event travel for as long as it is told, each way', async () => {
    const sim = await service({ delayMs: 60 });
    const startedAtMs = performance.now();
    const client = visitor(sim);
    await client.next('session.created');
    expect(performance.now() - startedAtMs).toBeGreaterThan(175);
    const sentAtMs = performance.now();
    for (let index = 0; index < 50; index++) client.send({ type: 'conversation.item.retrieve', item_id: `${index}` });
    for (let index = 0; index < 50; index++) expect((await client.next('error')).error.message).toContain(`'${index}'`);
    expect(performance.now() - sentAtMs).toBeGreaterThan(115);
    // One after the other they would take six seconds.
    expect(performance.now() - sentAtMs).toBeLessThan(3_000);
  });

  it('carries sixty sessions at once, each with its own conversation, and leaves nothing behind', async () => {
    const held = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name.startsWith('TCP')).length;
    const before = held();
    const sim = await startOpenAiSim({ voices, firstAudioMs: [5, 15], burst: 40, transcripts: 'prompt' });
    const clip = await voices.render('Yes, I am interested.', 'rms');
    const everyone = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const client = await RealtimeClient.ready(sim, {}, TRANSCRIBED);
        client.hear(clip);
        client.silence(700);
        return client;
      }),
    );
    const answers = await Promise.all(everyone.map((client) => client.next('response.done', () => true, 12_000)));
    for (const { response } of answers) expect(response.output[0].content[0].transcript).toContain('free check');
    expect(sim.violations()).toEqual([]);
    await sim.close();
    await Promise.all(everyone.map((client) => client.untilClosed()));
    await until('nothing is held', () => held() <= before);
  }, 20_000);
});
