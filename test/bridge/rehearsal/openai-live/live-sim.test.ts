import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type LiveSim, startLiveSim } from '#bridge/rehearsal/openai-live/live-sim.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';

type Message = Readonly<Record<string, unknown>> & { readonly error?: Record<string, unknown> };

let voices: Voices;
let sim: LiveSim;
let socket: WebSocket;
let messages: Message[];
const until = (condition: () => unknown) => vi.waitFor(() => expect(condition()).toBeTruthy(), { interval: 5, timeout: 5_000 });
const send = (message: object) => socket.send(JSON.stringify(message));
const silence = (ms: number) => send({ type: 'session.input_audio.append', audio: Buffer.alloc(ms * 8, 0xff).toString('base64') });
const ofType = (type: string) => messages.filter((message) => message.type === type);
const errors = () => ofType('error').map(({ error }) => error?.code);
const session = {
  model: 'gpt-live-1',
  audio: { format: { type: 'audio/pcmu', rate: 8_000 } },
  delegation: { type: 'responses', responses: { model: 'gpt-5.6-terra' } },
};

beforeAll(async () => {
  voices = await createVoices();
});
afterAll(() => voices.close());
beforeEach(async () => {
  sim = await startLiveSim({ voices });
  messages = [];
  socket = new WebSocket(`${sim.baseUrl.replace('http', 'ws')}/live/sessions`, {
    headers: { authorization: `Bearer ${sim.service.apiKey}` },
  });
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as Message));
  await new Promise((resolve) => socket.once('open', resolve));
});
afterEach(async () => {
  socket.terminate();
  await sim.close();
});

const start = async (more: object = {}) => {
  send({ type: 'session.start', session: { ...session, ...more } });
  await until(() => ofType('session.started').length === 1);
};

describe('the simulated Live service', () => {
  it('refuses everything before the start and stays open', async () => {
    send({ type: 'session.instructions.append', content: 'x', delegation_id: null });
    silence(20);
    await until(() => errors().length === 2);
    expect(errors()).toEqual(['invalid_event', 'invalid_event']);
    await start();
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  it('is as far away as it is told, both ways, and twice as far to connect', async () => {
    await using stack = new AsyncDisposableStack();
    const far = stack.adopt(await startLiveSim({ voices, delayMs: 120 }), (it) => it.close());
    const beganAtMs = performance.now();
    const one = new WebSocket(`${far.baseUrl.replace('http', 'ws')}/live/sessions`, {
      headers: { authorization: `Bearer ${far.service.apiKey}` },
    });
    stack.defer(() => one.terminate());
    await new Promise((resolve) => one.once('open', resolve));
    const openedAtMs = performance.now();
    expect(openedAtMs - beganAtMs).toBeGreaterThanOrEqual(235);
    const answer = new Promise<Message>((resolve) =>
      one.once('message', (data: Buffer) => resolve(JSON.parse(data.toString()) as Message)),
    );
    one.send(JSON.stringify({ type: 'session.start', session }));
    expect(await answer).toMatchObject({ type: 'session.started' });
    expect(performance.now() - openedAtMs).toBeGreaterThanOrEqual(235);
  });

  it.each([
    ['an unknown field', { voice: 'marin' }, 'unknown_parameter'],
    ['another sound', { audio: { format: { type: 'audio/pcmu', rate: 16_000 } } }, 'invalid_value'],
    ['mu-law without its rate', { audio: { format: { type: 'audio/pcmu' } } }, 'missing_required_parameter'],
    [
      'a voice that it does not have',
      { audio: { format: { type: 'audio/pcmu', rate: 8_000 }, output: { voice: 'bob' } } },
      'invalid_value',
    ],
    ['a model of another service', { model: 'gpt-realtime-2.1' }, 'model_not_found'],
    ['system messages', { input: [{ role: 'system', content: [{ type: 'input_text', text: 'x' }] }] }, 'invalid_value'],
  ])('refuses a start with %s', async (_what, more, code) => {
    send({ type: 'session.start', event_id: 'e1', session: { ...session, ...more } });
    await until(() => errors().length === 1);
    expect(errors()).toEqual([code]);
    expect(ofType('error')[0]?.client_event_id).toBe('e1');
    expect(sim.service.violations()).toHaveLength(1);
  });

  it('does not change what was frozen at the start', async () => {
    await start();
    send({ type: 'session.update', session: { instructions: 'x' } });
    await until(() => errors().length === 1);
    expect(ofType('error')[0]?.error).toMatchObject({ code: 'immutable_field_update', param: 'session.instructions' });
  });

  it('takes in what is appended when so much of the call has passed, not before', async () => {
    await start();
    send({ type: 'session.thinking.append', event_id: 't1', content: 'A fact.', delegation_id: null });
    silence(100);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(ofType('session.thinking.appended')).toEqual([]);
    silence(120);
    await until(() => ofType('session.thinking.appended').length === 1);
    expect(ofType('session.thinking.appended')[0]).toMatchObject({ client_event_id: 't1', start_ms: 0, end_ms: 200 });
  });

  it('needs the id of a delegation to be there, and to be null', async () => {
    await start();
    send({ type: 'session.thinking.append', content: 'x' });
    send({ type: 'session.thinking.append', content: 'x', delegation_id: 'dlg_1' });
    await until(() => errors().length === 2);
    expect(errors()).toEqual(['missing_required_parameter', 'invalid_value']);
  });

  it('plays one fixture at a time and takes nothing in meanwhile', async () => {
    await start();
    send({ type: 'session.output_audio.fixture.play', audio: Buffer.alloc(3).toString('base64') });
    send({ type: 'session.output_audio.fixture.play', audio: Buffer.alloc(9_600).toString('base64') });
    send({ type: 'session.output_audio.fixture.play', audio: Buffer.alloc(9_600).toString('base64') });
    send({ type: 'session.commentary.append', content: 'x', delegation_id: null });
    await until(() => ofType('session.output_audio.fixture.played').length === 1);
    expect(errors()).toEqual(['invalid_value', 'invalid_event', 'invalid_event']);
  });

  it('goes on with delegated work only when it is told to, with all results', async () => {
    await start();
    send({ type: 'response.item.create', item: { type: 'function_call_output', call_id: 'call_x', output: '{}' } });
    send({ type: 'response.create' });
    await until(() => errors().length === 2);
    expect(errors()).toEqual(['invalid_value', 'invalid_value']);
  });

  it('closes with its last word: the reason, the length, and an error for each append that it did not take in', async () => {
    await start();
    send({ type: 'session.thinking.append', event_id: 't1', content: 'x', delegation_id: null });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    send({ type: 'session.close' });
    expect(await closed).toBe(1000);
    expect(ofType('error')[0]?.client_event_id).toBe('t1');
    expect(messages.at(-1)).toMatchObject({ type: 'session.closed', reason: 'close_requested', usage: { seconds: expect.any(Number) } });
  });

  it.each([
    ['/live/sessions', 'Bearer wrong', 401],
    ['/live/sessions?model=gpt-live-1', null, 400],
    ['/live/other', null, 404],
  ])('refuses the upgrade at %s', async (path, key, status) => {
    const authorization = key ?? `Bearer ${sim.service.apiKey}`;
    const other = new WebSocket(`${sim.baseUrl.replace('http', 'ws')}${path}`, { headers: { authorization } });
    other.on('error', () => undefined);
    expect(await new Promise((resolve) => other.once('unexpected-response', (_request, response) => resolve(response.statusCode)))).toBe(
      status,
    );
    other.terminate();
  });
});
