import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OpenAiTranscription } from '#bridge/engines/openai-transcription/openai-transcription.ts';
import { type OpenAiSim, startOpenAiSim } from '#bridge/rehearsal/openai/realtime-sim.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import type { ServiceFault } from '#bridge/rehearsal/services/faults.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { systemClock } from '#bridge/system-clock.ts';
import { silence } from '#test/support/tones.ts';

const request = { language: 'en-US', safetyIdentifier: 'call-1', world: 'rehearsal' } as const;
let voices: Voices;
let sim: OpenAiSim;

beforeAll(async () => {
  voices = await createVoices();
});
afterAll(() => voices.close());
beforeEach(async () => {
  sim = await startOpenAiSim({ voices });
});
afterEach(() => sim.close());

function transcription(apiKey: string | null = sim.apiKey, baseUrl = sim.baseUrl): OpenAiTranscription {
  return new OpenAiTranscription({ apiKey, baseUrl, clock: systemClock, log: pino({ level: 'silent' }) });
}
const never = new AbortController().signal;

describe('what was kept of a voice', () => {
  it('becomes words at the price of its length, without one wrong message', async () => {
    const audio = Buffer.concat([silence(500), await voices.render('Please call me back tomorrow at three.', 'rms')]);
    expect(await transcription().writeDown(audio, request, never)).toEqual({
      text: 'Please call me back tomorrow at three.',
      // Three seconds at 4,500 micro-dollars a minute.
      usage: [{ kind: 'transcription', micros: 225, detail: 'gpt-transcribe: 3.0 s', estimated: false }],
    });
    expect(sim.recordings()).toMatchObject([{ model: 'gpt-transcribe' }]);
    expect(sim.violations()).toEqual([]);
  });

  it.each<[string, ServiceFault, RegExp]>([
    ['has no credit left', { kind: 'status', status: 429, code: 'insufficient_quota' }, /no credit left/],
    ['has asked too often', { kind: 'status', status: 429, code: 'rate_limit_exceeded' }, /used up its rate/],
    ['is answered in half', { kind: 'garbage' }, /no transcription/],
    ['is cut off', { kind: 'refuse' }, /OpenAI cannot be reached|connection to OpenAI was cut/],
  ])('has no words when whoever asks %s, and is asked for once', async (_, fault, cause) => {
    sim.httpFault({ fault, times: 1 });
    await expect(transcription().writeDown(silence(1_000), request, never)).rejects.toThrow(cause);
    expect(sim.recordings()).toEqual([]);
  });

  it('has no words when nothing is answered in time', async () => {
    sim.httpFault({ fault: { kind: 'hang' } });
    await expect(transcription().writeDown(silence(1_000), request, AbortSignal.timeout(100))).rejects.toThrow('OpenAI took too long');
  });

  it('goes nowhere without a key, and from a rehearsal nowhere but here', async () => {
    await expect(transcription(null).writeDown(silence(1_000), request, never)).rejects.toThrow('OPENAI_API_KEY is not set');
    const outside = transcription('key', 'https://api.openai.com/v1');
    await expect(outside.writeDown(silence(1_000), request, never)).rejects.toThrow('a rehearsal may not reach the real OpenAI');
  });
});
