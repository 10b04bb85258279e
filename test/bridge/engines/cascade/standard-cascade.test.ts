import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accountAt, deepgramService, elevenLabsService, testAccount } from '#bridge/engines/cascade/accounts.ts';
import { standardCascade } from '#bridge/engines/cascade/standard-cascade.ts';
import { textCost } from '#bridge/engines/cascade/thinking/text-prices.ts';
import type { RehearsalWorld } from '#bridge/rehearsal/world.ts';
import { startRehearsalWorld } from '#bridge/rehearsal/world.ts';
import { systemClock } from '#bridge/system-clock.ts';
import { EngineRecorder } from '#test/support/engine-recorder.ts';
import { someRequest } from '#test/support/realtime-talk.ts';

let world: RehearsalWorld;
let close: (() => void) | null = null;

beforeAll(async () => {
  world = await startRehearsalWorld({ seed: 1 });
});
afterAll(() => world.close());
afterEach(() => {
  close?.();
  close = null;
});

type Keys = Partial<Record<'openai' | 'deepgram' | 'elevenlabs' | 'cartesia', null>>;
const cascade = (without: Keys = {}) => {
  const { openai, deepgram, elevenlabs, cartesia } = world.addresses;
  const account = (name: keyof Keys, { apiKey, baseUrl }: { apiKey: string; baseUrl: string }) => ({
    apiKey: name in without ? null : apiKey,
    baseUrl,
  });
  return standardCascade({
    openai: account('openai', openai),
    deepgram: account('deepgram', deepgram),
    elevenlabs: account('elevenlabs', elevenlabs),
    cartesia: account('cartesia', cartesia),
    clock: systemClock,
  });
};

describe('the cascade as it comes', () => {
  it('works in the rehearsal world', async () => {
    const heard = new EngineRecorder();
    const session = cascade().open({ ...someRequest, language: 'en-US' }, heard);
    close = () => session.close();
    session.answer('Say exactly: <<<Good morning.>>>');
    await heard.until(() => heard.answers.length === 1);
    expect(heard.costs.map(({ detail }) => detail)).toEqual(['elevenlabs: 13 characters']);
    expect(heard.info?.model).toBe('gpt-5.6-luna');
  });

  it.each([
    [{ deepgram: null }, 'nobody can hear: DEEPGRAM_API_KEY is not set'],
    [{ openai: null }, 'nobody can think: OPENAI_API_KEY is not set'],
  ] as const)('names the setting that is missing: %j', (without, reason) => {
    expect(cascade(without).availability()).toEqual({ ok: false, reason });
  });

  it('needs no key of a further voice', async () => {
    expect(cascade({ elevenlabs: null, cartesia: null }).availability()).toEqual({ ok: true });
  });

  it('reaches nothing but this machine in a rehearsal', async () => {
    const account = { apiKey: 'key', baseUrl: 'https://api.example.com' };
    const heard = new EngineRecorder();
    standardCascade({ openai: account, deepgram: account, elevenlabs: account, cartesia: account, clock: systemClock }).open(
      someRequest,
      heard,
    );
    await heard.until(() => heard.failure !== null);
    expect(heard.failure).toMatchObject({ kind: 'fatal', cause: 'a rehearsal may not reach real services' });
  });

  it('tells whether each of its services takes its key', async () => {
    expect((await cascade().testCredentials()).detail).toBe(
      'Deepgram accepts the key. OpenAI accepts the key. ElevenLabs accepts the key. Cartesia accepts the key.',
    );
    const wrong = accountAt(deepgramService, { apiKey: 'wrong', baseUrl: world.addresses.deepgram.baseUrl });
    await expect(testAccount(wrong, AbortSignal.timeout(5_000))).rejects.toMatchObject({ code: 'engine/refused' });
    const nowhere = accountAt(elevenLabsService, { apiKey: 'key', baseUrl: 'http://127.0.0.1:9' });
    await expect(testAccount(nowhere, AbortSignal.timeout(5_000))).rejects.toMatchObject({ code: 'engine/unreachable' });
  });
});

describe('the cost of an answer in text', () => {
  const characters = { inputCharacters: 4_000, outputCharacters: 400 };

  it('counts cached tokens once, at their own price', () => {
    const usage = { input_tokens: 10_000, input_tokens_details: { cached_tokens: 4_000 }, output_tokens: 100 };
    const [input, output] = textCost('gpt-5.6-luna', usage, characters);
    expect(input).toMatchObject({ micros: 1_280, estimated: false });
    expect(output).toMatchObject({ micros: 120, estimated: false });
  });

  it('is an estimate for an answer that was stopped, and for a model that we do not know', () => {
    expect(textCost('gpt-5.6-luna', null, characters)).toMatchObject([
      { micros: 200, estimated: true },
      { micros: 120, estimated: true },
    ]);
    expect(textCost('gpt-9', { input_tokens: 100, output_tokens: 10 }, characters)).toMatchObject([
      { micros: 200, estimated: true },
      { estimated: true },
    ]);
  });
});
