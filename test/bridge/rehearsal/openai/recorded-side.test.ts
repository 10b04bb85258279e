import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { wavOf } from '#bridge/media/wav.ts';
import { type OpenAiSim, startOpenAiSim } from '#bridge/rehearsal/openai/realtime-sim.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { silence, tone } from '#test/support/tones.ts';

let voices: Voices;
let sim: OpenAiSim;
let spoken: Uint8Array;

beforeAll(async () => {
  voices = await createVoices();
  spoken = await voices.render('Please call me back tomorrow at three.', 'rms');
});
afterAll(() => voices.close());
beforeEach(async () => {
  sim = await startOpenAiSim({ voices });
});
afterEach(() => sim.close());

type Fields = Readonly<Record<string, string | File>>;
const file = (audio: Uint8Array, name = 'turn.wav') => new File([wavOf(audio)], name, { type: 'audio/wav' });

function ask(fields: Fields, key = sim.apiKey): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return fetch(`${sim.baseUrl}/audio/transcriptions`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: form });
}
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;

describe('the simulated words of a recording', () => {
  it('are those of the voice in it, wherever it begins, with what it costs', async () => {
    const audio = Buffer.concat([silence(505), tone(440, 313), spoken, silence(200)]);
    const response = await ask({ file: file(audio), model: 'gpt-transcribe', language: 'en', response_format: 'json' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ text: 'Please call me back tomorrow at three.', usage: { type: 'duration', seconds: 4 } });
    expect(sim.recordings()).toMatchObject([{ model: 'gpt-transcribe', text: 'Please call me back tomorrow at three.' }]);
    expect(sim.violations()).toEqual([]);
  });

  it('are only as many as came through', async () => {
    const half = spoken.subarray(0, Math.floor(spoken.length / 320) * 160);
    const { text } = (await (await ask({ file: file(half), model: 'gpt-transcribe' })).json()) as { text: string };
    expect(text).toMatch(/^Please call/);
    expect(text).not.toContain('three');
  });

  it('are none where nobody speaks, and are paid for by tokens where the model is', async () => {
    const answer: unknown = await (await ask({ file: file(tone(440, 1_000)), model: 'gpt-4o-mini-transcribe' })).json();
    expect(answer).toMatchObject({ text: '', usage: { type: 'tokens', input_tokens: 10 } });
  });

  it.each<[string, () => Fields, number, string]>([
    ['a form without a model', () => ({ file: file(spoken) }), 400, 'missing_required_parameter'],
    ['a form without a file', () => ({ model: 'gpt-transcribe' }), 400, 'missing_required_parameter'],
    ['a file that is only text', () => ({ model: 'gpt-transcribe', file: 'hello' }), 400, 'invalid_value'],
    ['a model that is not there', () => ({ file: file(spoken), model: 'gpt-realtime-2.1' }), 404, 'model_not_found'],
    ['a field that it does not know', () => ({ file: file(spoken), model: 'gpt-transcribe', lang: 'en' }), 400, 'unknown_parameter'],
    ['a language with its region', () => ({ file: file(spoken), model: 'gpt-transcribe', language: 'en-US' }), 400, 'invalid_value'],
    [
      'a format that the model does not have',
      () => ({ file: file(spoken), model: 'gpt-transcribe', response_format: 'srt' }),
      400,
      'invalid_value',
    ],
    [
      'sound without a head',
      () => ({ file: new File([new Uint8Array(4_000)], 'turn.wav'), model: 'gpt-transcribe' }),
      400,
      'invalid_value',
    ],
    ['a file without its ending', () => ({ file: file(spoken, 'turn'), model: 'gpt-transcribe' }), 400, 'invalid_value'],
    ['a recording that is too short', () => ({ file: file(spoken.subarray(0, 400)), model: 'gpt-transcribe' }), 400, 'audio_too_short'],
  ])('refuse %s', async (_, fields, status, code) => {
    const response = await ask(fields());
    expect(response.status).toBe(status);
    expect(await codeOf(response)).toBe(code);
    expect(sim.recordings()).toEqual([]);
    expect(sim.violations()).toHaveLength(1);
  });

  it('refuse another content type, and a form that breaks off', async () => {
    const send = (type: string, body: string) =>
      fetch(`${sim.baseUrl}/audio/transcriptions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${sim.apiKey}`, 'content-type': type },
        body,
      });
    expect(await codeOf(await send('application/json', '{"model":"gpt-transcribe"}'))).toBe('invalid_content_type');
    const broken = '--x\r\ncontent-disposition: form-data; name="model"\r\n\r\ngpt-tra';
    expect(await codeOf(await send('multipart/form-data; boundary=x', broken))).toBe('invalid_multipart');
  });

  it('refuse a wrong key, and whom the account has no credit for', async () => {
    const fields = { file: file(spoken), model: 'gpt-transcribe' };
    expect((await ask(fields, 'wrong')).status).toBe(401);
    sim.httpFault({ fault: { kind: 'status', status: 429, code: 'insufficient_quota' }, at: '/v1/audio/transcriptions', times: 1 });
    const response = await ask(fields);
    expect(response.status).toBe(429);
    expect(await codeOf(response)).toBe('insufficient_quota');
  });
});
