import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OpenAiSim, startOpenAiSim } from '#bridge/rehearsal/openai/realtime-sim.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';

let voices: Voices;
let sim: OpenAiSim;

beforeAll(async () => {
  voices = await createVoices();
});
afterAll(() => voices.close());
beforeEach(async () => {
  sim = await startOpenAiSim({ voices, firstWordMs: [1, 2], wordMs: 0, burst: 50 });
});
afterEach(() => sim.close());

const ask = (path: string, body: unknown, key = sim.apiKey) =>
  fetch(`${sim.baseUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;
const question = { model: 'gpt-5.6-luna', stream: true, store: false, input: [{ role: 'user', content: 'Hello, who is this?' }] };

describe('the simulated answers in text', () => {
  it('come as events, with what they cost in the last', async () => {
    const text = await (await ask('/responses', question)).text();
    const events = text
      .split('\n\n')
      .filter((block) => block.includes('data: '))
      .map(
        (block) =>
          JSON.parse(block.slice(block.indexOf('data: ') + 6)) as { type: string; delta?: string; response?: { usage: object | null } },
      );
    expect(events.map(({ delta }) => delta ?? '').join('')).toMatch(/assistant/);
    expect(events.at(-1)).toMatchObject({
      type: 'response.completed',
      response: { usage: { input_tokens: expect.any(Number) as number } },
    });
    expect(text.startsWith(':')).toBe(true);
  });

  it.each([
    ['a field that it does not know', { ...question, temprature: 1 }, 400, 'unknown_parameter'],
    ['a model that is not there', { ...question, model: 'gpt-4o' }, 404, 'model_not_found'],
    ['an effort that there is not', { ...question, reasoning: { effort: 'tiny' } }, 400, 'invalid_value'],
    [
      'a call without its output',
      { ...question, input: [{ type: 'function_call', call_id: 'a', name: 'b', arguments: '{}' }] },
      400,
      'invalid_value',
    ],
    [
      'an output without its call',
      { ...question, input: [{ type: 'function_call_output', call_id: 'a', output: '' }] },
      400,
      'invalid_value',
    ],
    ['what is no JSON', '{', 400, 'invalid_json'],
  ])('refuse %s', async (_, body, status, code) => {
    const response = await ask('/responses', body);
    expect(response.status).toBe(status);
    expect(await codeOf(response)).toBe(code);
  });

  it('refuse a wrong key, and answer 429 with the time to wait', async () => {
    expect((await ask('/responses', question, 'wrong')).status).toBe(401);
    sim.httpFault({ fault: { kind: 'status', status: 429, code: 'rate_limit_exceeded', retryAfterSeconds: 7 }, times: 1 });
    expect((await ask('/responses', question)).headers.get('retry-after')).toBe('7');
  });
});

describe('the simulated spoken sentences', () => {
  it('are 24 kHz samples', async () => {
    const body = { model: 'gpt-4o-mini-tts', voice: 'marin', input: 'Good morning.', response_format: 'pcm' };
    const bytes = (await (await ask('/audio/speech', body)).arrayBuffer()).byteLength;
    const line = (await voices.render('Good morning.', 'slt')).length;
    expect(bytes).toBe(line * 6);
  });

  it('refuse a format that a telephone would like and they do not have', async () => {
    const response = await ask('/audio/speech', { model: 'gpt-4o-mini-tts', voice: 'marin', input: 'Hello.', response_format: 'ulaw' });
    expect(response.status).toBe(400);
  });
});
