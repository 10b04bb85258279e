import { afterEach, describe, expect, it } from 'vitest';
import { judgeError, judgeHandshake, judgeNetwork, toFailure } from '#bridge/engines/openai-realtime/failures.ts';
import { sound } from '#test/support/realtime-server.ts';
import { someRequest, Talk } from '#test/support/realtime-talk.ts';

let talk: Talk;
afterEach(async () => {
  await talk?.stop();
});

const failed = () => talk.heard.until(() => talk.heard.failure !== null);
const body = (code: string) => JSON.stringify({ error: { code, message: 'no', type: 'x' } });

describe('a session that cannot be had', () => {
  it.each([
    [401, '', 'fatal', false],
    [403, '', 'fatal', false],
    [404, '', 'fatal', true],
    [429, body('insufficient_quota'), 'fatal', false],
    [429, body('rate_limit_exceeded'), 'retryable', false],
    [429, 'not json', 'retryable', false],
    [400, '', 'fatal', true],
    [408, '', 'retryable', true],
    [500, '<html>', 'retryable', true],
    [503, '', 'retryable', true],
  ] as const)('says whether %i %s concerns every call', async (status, text, kind, othersMayTry) => {
    talk = await Talk.start();
    talk.server.refusal = { status, body: text };
    talk.begin();
    await failed();
    expect(talk.heard.failure?.kind).toBe(kind);
    expect(talk.heard.failure?.cause).not.toBe('');
    if (kind === 'fatal') expect(talk.heard.failure?.cure).not.toBeNull();
    expect(talk.engine.availability().ok).toBe(othersMayTry);
    expect(talk.clock.pending).toBe(0);
  });

  it('is not tried again with a broken key until time has passed, and says why', async () => {
    talk = await Talk.start();
    talk.server.refusal = { status: 401 };
    talk.begin();
    await failed();
    const availability = talk.engine.availability();
    expect(availability).toEqual({ ok: false, reason: expect.stringContaining('OPENAI_API_KEY') });
    const before = talk.server.lastRequest;
    talk.heard.failure = null;
    talk.begin();
    await failed();
    expect(talk.heard.failure).toMatchObject({ kind: 'fatal' });
    expect(talk.server.lastRequest).toBe(before);
    talk.clock.advance(5 * 60_000);
    expect(talk.engine.availability()).toEqual({ ok: true });
    talk.server.refusal = null;
    talk.heard.log.length = 0;
    await talk.ready();
    expect(talk.engine.availability()).toEqual({ ok: true });
  });

  it('waits as long as the service asks when there were too many requests', async () => {
    talk = await Talk.start();
    talk.server.refusal = { status: 429, headers: { 'retry-after': '12' } };
    talk.begin();
    await failed();
    talk.clock.advance(11_999);
    expect(talk.engine.availability().ok).toBe(false);
    talk.clock.advance(1);
    expect(talk.engine.availability().ok).toBe(true);
  });

  it('keeps one agent’s wrong model from being tried again, and lets others speak', async () => {
    talk = await Talk.start();
    talk.server.refusal = { status: 404, body: body('model_not_found') };
    talk.begin({ model: 'gpt-realtime-9' });
    await failed();
    expect(talk.heard.failure?.cause).toContain('model');
    const before = talk.server.lastRequest;
    talk.server.refusal = null;
    talk.heard.failure = null;
    talk.begin({ model: 'gpt-realtime-9' });
    await failed();
    expect(talk.server.lastRequest).toBe(before);
    await talk.ready();
  });

  it.each([
    [{ code: 'unknown_parameter', param: 'session.audio.zap' }, 'fatal', 'session.audio.zap'],
    [{ code: 'invalid_value', param: 'session.audio.output.voice' }, 'fatal', 'voice'],
    [{ code: null, event_id: 'configure' }, 'fatal', 'invalid_request_error'],
    [{ code: 'model_not_found' }, 'fatal', 'model'],
    [{ code: 'insufficient_quota' }, 'fatal', 'credit'],
    [{ code: null, type: 'server_error' }, 'retryable', 'fault'],
  ] as const)('tells what is wrong when the service refuses the settings: %o', async (error, kind, word) => {
    talk = await Talk.start({ configures: false });
    await talk.open();
    talk.peer.error(error.code, error);
    await failed();
    expect(talk.heard.failure?.kind).toBe(kind);
    expect(talk.heard.failure?.cause).toContain(word);
    await talk.peer.closed;
    expect(talk.clock.pending).toBe(0);
  });

  it.each([{ hang: true, status: 0 }, null])('gives up on a service that does not get ready in ten seconds (%o)', async (refusal) => {
    talk = await Talk.start({ configures: false });
    talk.server.refusal = refusal;
    talk.begin();
    if (!refusal) await (await talk.server.peer()).next('session.update');
    talk.clock.advance(9_999);
    expect(talk.heard.failure).toBeNull();
    talk.clock.advance(1);
    expect(talk.heard.failure).toMatchObject({ kind: 'retryable' });
    expect(talk.heard.failure?.cause).toContain('10 s');
    expect(talk.clock.pending).toBe(0);
  });

  it('names a connection that is refused', async () => {
    talk = await Talk.start();
    await talk.server.stop();
    talk.begin();
    await failed();
    expect(talk.heard.failure).toMatchObject({ kind: 'retryable', cause: 'the OpenAI server refuses the connection' });
    expect(talk.heard.failures).toHaveLength(1);
  });

  it('tries nothing without a key, with a key that cannot be sent, or in a rehearsal against the real service', async () => {
    talk = await Talk.start({}, null);
    expect(talk.engine.availability()).toEqual({ ok: false, reason: 'OPENAI_API_KEY is not set' });
    talk.begin();
    await failed();
    expect(talk.server.lastRequest).toBeNull();
    await talk.stop();

    talk = await Talk.start({}, 'sk-\nsecret');
    const session = talk.begin();
    await failed();
    expect(talk.heard.failure?.cause).toContain('characters');
    expect(JSON.stringify([talk.heard.failure, talk.lines])).not.toContain('secret');
    await expect(session.render('Hello.', new AbortController().signal)).rejects.toMatchObject({ code: 'engine/unreachable' });
  });
});

describe('a session that breaks in mid-call', () => {
  it('says so once when the socket is cut in mid-sentence', async () => {
    talk = await Talk.start();
    await talk.ready();
    talk.session.answer(null);
    await talk.peer.next('response.create');
    talk.peer.audio(talk.peer.active ?? '', 'item_a', sound(1_000));
    await talk.heard.until(() => talk.heard.utterances.length === 1);
    talk.peer.socket.terminate();
    await failed();
    expect(talk.heard.failures).toEqual([{ kind: 'retryable', cause: 'the connection to OpenAI was cut (1006)', cure: null }]);
    expect(talk.heard.costs.every(({ estimated }) => estimated)).toBe(true);
    expect(talk.engine.availability()).toEqual({ ok: true });
    expect(talk.clock.pending).toBe(0);
  });

  it('takes up all that the service says in one go, and knows from its last words why it closes', async () => {
    talk = await Talk.start();
    await talk.ready();
    const many = 2_000;
    for (let number = 0; number < many; number++)
      talk.peer.send({ type: 'input_audio_buffer.speech_started', item_id: `item_${number}`, audio_start_ms: number });
    talk.peer.error('session_expired');
    talk.peer.socket.close(1001);
    await failed();
    expect(talk.heard.speech.map(({ turn }) => turn)).toEqual(Array.from({ length: many }, (_, number) => `item_${number}`));
    expect(talk.heard.failures).toHaveLength(1);
    expect(talk.heard.failure?.cause).not.toContain('1001');
  });

  it.each([
    ['session_expired', 'retryable', true],
    ['insufficient_quota', 'fatal', false],
    ['billing_hard_limit_reached', 'fatal', false],
    ['account_deactivated', 'fatal', false],
    ['invalid_api_key', 'fatal', false],
  ] as const)('ends on %s', async (code, kind, available) => {
    talk = await Talk.start();
    await talk.ready();
    talk.peer.error(code);
    await failed();
    expect(talk.heard.failure?.kind).toBe(kind);
    expect(talk.engine.availability().ok).toBe(available);
  });

  it('opens the circuit when an answer fails for want of credit', async () => {
    talk = await Talk.start();
    await talk.ready();
    talk.session.answer(null);
    await talk.peer.next('response.create');
    const error = { type: 'insufficient_quota', code: 'insufficient_quota' };
    talk.peer.done(talk.peer.active ?? '', { status: 'failed', status_details: { type: 'failed', error }, usage: null });
    await failed();
    expect(talk.heard.answers).toEqual([{ status: 'failed', detail: 'the OpenAI account has no credit left' }]);
    expect(talk.engine.availability().ok).toBe(false);
  });

  it('asks again once when an answer failed at the service, after a pause when the rate was used up', async () => {
    talk = await Talk.start();
    await talk.ready();
    talk.session.answer('Say hello.');
    await talk.peer.next('response.create');
    const fail = (code: string) =>
      talk.peer.done(talk.peer.active ?? '', {
        status: 'failed',
        status_details: { type: 'failed', error: { type: code, code } },
        usage: null,
      });
    fail('server_error');
    const again = await talk.peer.next('response.create');
    expect(again.response.instructions).toContain('Say hello.');
    fail('server_error');
    await talk.heard.until(() => talk.heard.troubles.length === 1);
    await talk.settle();
    expect(talk.peer.all('response.create')).toHaveLength(2);

    talk.session.answer(null);
    await talk.peer.next('response.create');
    fail('rate_limit_exceeded');
    await talk.heard.until(() => talk.heard.answers.length === 3);
    await talk.settle();
    expect(talk.peer.all('response.create')).toHaveLength(3);
    talk.clock.advance(1_000);
    await talk.peer.next('response.create');
    expect(talk.heard.failure).toBeNull();
  });

  it('takes a refused message for what it is and goes on', async () => {
    talk = await Talk.start();
    await talk.ready();
    talk.peer.error('response_cancel_not_active');
    talk.peer.error('input_audio_buffer_commit_empty');
    talk.peer.error('something_new');
    talk.peer.error(null, { message: 'Audio content of 100 ms is already shorter than 200 ms' });
    await talk.settle();
    expect(talk.heard.failure).toBeNull();
    expect(talk.heard.troubles).toEqual([]);
    expect(talk.lines.filter((line) => line.includes('OpenAI refused a message'))).toHaveLength(4);
    expect(talk.lines.join('')).not.toContain('already shorter');
  });

  it('gives up an answer that the service never reacts to', async () => {
    talk = await Talk.start({ creates: false });
    await talk.ready();
    talk.session.answer(null);
    await talk.peer.next('response.create');
    talk.clock.advance(10_000);
    expect(talk.heard.troubles).toEqual(['an answer will not come: the service did not react to it']);
    talk.session.answer(null);
    await talk.peer.next('response.create');
  });

  it('gives up an answer that stops in the middle, and can speak again', async () => {
    talk = await Talk.start();
    await talk.ready();
    talk.session.answer(null);
    await talk.peer.next('response.create');
    const response = talk.peer.active ?? '';
    const item = talk.peer.beginItem(response);
    await talk.settle();
    talk.clock.advance(10_000);
    talk.peer.audio(response, item, sound(100));
    await talk.heard.until(() => talk.heard.utterances.length === 1);
    talk.session.answer('Go on.');
    talk.clock.advance(2_999);
    expect(talk.heard.answers).toEqual([]);
    talk.clock.advance(1);
    expect(talk.heard.answers).toEqual([{ status: 'failed', detail: 'the answer stopped in the middle' }]);
    expect(talk.heard.log).toContain(`audio done ${item}`);
    await talk.peer.next('response.cancel');
    await talk.peer.next('response.create');
    await talk.settle();
    expect(talk.heard.answers).toHaveLength(1);
    expect(talk.peer.refusals).toEqual([]);
  });

  it('fails when the service sends a frame beyond any size', async () => {
    talk = await Talk.start();
    await talk.ready();
    talk.peer.socket.send('x'.repeat(5 * 1024 * 1024));
    await failed();
    expect(talk.heard.failure?.cause).toContain('too large');
  });

  it('drops audio that the service does not read, says so once, and gives up when it stays so', async () => {
    talk = await Talk.start();
    await talk.ready();
    talk.peer.socket.pause();
    // More than the kernels of both sides hold, in large pieces.
    const large = sound(2_000);
    for (let index = 0; index < 800; index += 1) talk.hear(large);
    expect(talk.heard.troubles).toHaveLength(1);
    talk.clock.advance(5_001);
    talk.hear(sound(20));
    expect(talk.heard.failure).toMatchObject({ kind: 'retryable', cause: 'OpenAI stopped taking audio' });
    talk.peer.socket.resume();
  });

  it('notices a dead connection by the pings that are no longer answered', async () => {
    talk = await Talk.start();
    await talk.ready();
    talk.clock.advance(10_000);
    await talk.settle();
    talk.peer.socket.pause();
    for (let seconds = 0; seconds < 40; seconds += 10) talk.clock.advance(10_000);
    expect(talk.heard.failure).toMatchObject({ kind: 'retryable', cause: 'OpenAI fell silent; the connection is dead' });
    talk.peer.socket.resume();
  });
});

describe('the test of the credentials', () => {
  it('says what the key may use', async () => {
    talk = await Talk.start();
    expect((await talk.engine.testCredentials()).detail).toBe(
      'OpenAI accepts the key; it may use 2 models, gpt-realtime-2.1 is among them. These talk: gpt-realtime-2.1.',
    );
    expect(talk.server.lastRequest?.headers.authorization).toBe('Bearer sk-test');
    expect(talk.clock.pending).toBe(0);
  });

  it('tells a refused key from a service that cannot be reached', async () => {
    talk = await Talk.start();
    talk.server.modelsReply = { status: 401, body: '{}' };
    await expect(talk.engine.testCredentials()).rejects.toMatchObject({ code: 'engine/refused' });
    talk.server.modelsReply = { status: 503, body: 'oops' };
    await expect(talk.engine.testCredentials()).rejects.toMatchObject({ code: 'engine/unreachable' });
    talk.server.modelsReply = { status: 200, hang: true };
    const waiting = talk.engine.testCredentials();
    talk.clock.advance(10_000);
    await expect(waiting).rejects.toThrow('within 10 s');
    await talk.server.stop();
    await expect(talk.engine.testCredentials()).rejects.toMatchObject({ code: 'engine/unreachable', retryable: true });
    expect(talk.clock.pending).toBe(0);
  });

  it('needs a key', async () => {
    talk = await Talk.start({}, ' ');
    await expect(talk.engine.testCredentials()).rejects.toThrow('OPENAI_API_KEY');
  });
});

describe('judging an error', () => {
  it('takes account and settings for fatal, the rest for retryable', () => {
    expect(toFailure(judgeHandshake(401, null)).kind).toBe('fatal');
    expect(toFailure(judgeHandshake(500, 'insufficient_quota')).kind).toBe('fatal');
    expect(toFailure(judgeNetwork(new Error('x'))).kind).toBe('retryable');
    expect(toFailure(judgeError({ code: 'session_expired' })).kind).toBe('retryable');
  });

  it('lets no foreign text through', () => {
    expect(judgeError({ code: '<b>\u0007 zap' }).cause).toBe('OpenAI reported b zap');
    expect(judgeError({ code: '__proto__' }).meaning).toBe('harmless');
    expect(judgeError({ code: 'constructor' }).meaning).toBe('harmless');
  });

  it('keeps a rehearsal on this machine', async () => {
    const { OpenAiRealtimeEngine } = await import('#bridge/engines/openai-realtime/openai-realtime-engine.ts');
    talk = await Talk.start();
    const { pino } = await import('pino');
    const engine = new OpenAiRealtimeEngine({ apiKey: 'sk-test', clock: talk.clock, log: pino({ level: 'silent' }) });
    engine.open(someRequest, talk.heard);
    await failed();
    expect(talk.heard.failure?.cause).toContain('rehearsal');
  });
});
