import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelPrices, pricesAsOf, responseCost, transcriptionCost } from '#bridge/engines/openai-realtime/prices.ts';

const nothing = { calleeMs: 0, spokenMs: 0, instructionCharacters: 0 };
const total = (lines: readonly { readonly micros: number }[]) => lines.reduce((sum, { micros }) => sum + micros, 0);

describe('the cost of an answer', () => {
  it('counts cached tokens once, at their own price', () => {
    const usage = {
      input_tokens: 1_000,
      output_tokens: 0,
      input_token_details: {
        text_tokens: 1_000,
        audio_tokens: 0,
        cached_tokens: 900,
        cached_tokens_details: { text_tokens: 900, audio_tokens: 0 },
      },
      output_token_details: { text_tokens: 0, audio_tokens: 0 },
    };
    expect(total(responseCost('gpt-realtime-2.1', usage, nothing, 'answer'))).toBe(100 * 4 + 900 * 0.4);
  });

  it('is never cheaper than all cached and never dearer than nothing cached', () => {
    const part = fc.nat({ max: 5_000 });
    fc.assert(
      fc.property(
        part,
        part,
        part,
        part,
        fc.boolean(),
        fc.constantFrom(...Object.keys(modelPrices)),
        (text, audio, cachedText, cachedAudio, split, model) => {
          const cached = { text_tokens: Math.min(cachedText, text), audio_tokens: Math.min(cachedAudio, audio) };
          const usage = {
            input_tokens: text + audio,
            input_token_details: {
              text_tokens: text,
              audio_tokens: audio,
              cached_tokens: cached.text_tokens + cached.audio_tokens,
              ...(split ? { cached_tokens_details: cached } : {}),
            },
          };
          const prices = modelPrices[model]!;
          const micros = total(responseCost(model, usage, nothing, 'answer'));
          expect(micros).toBeGreaterThanOrEqual(Math.floor(text * prices.textCached + audio * prices.audioCached));
          expect(micros).toBeLessThanOrEqual(Math.ceil(text * prices.textIn + audio * prices.audioIn));
        },
      ),
    );
  });

  it('says so when it had to guess: no split, no usage, an unknown model', () => {
    const unsplit = responseCost('gpt-realtime-2.1', { input_tokens: 840, output_tokens: 60 }, nothing, 'answer');
    expect(unsplit.map(({ micros, estimated }) => [micros, estimated])).toEqual([
      [840 * 32, true],
      [60 * 64, true],
    ]);
    const heard = { calleeMs: 60_000, spokenMs: 60_000, instructionCharacters: 4_000 };
    for (const usage of [null, {}]) {
      const guessed = responseCost('gpt-realtime-2.1', usage, heard, 'answer');
      expect(guessed.map(({ micros, estimated }) => [micros, estimated])).toEqual([
        [19_200 + 4_000, true],
        [76_800, true],
      ]);
    }
    const split = { output_tokens: 10, output_token_details: { text_tokens: 0, audio_tokens: 10 } };
    expect(responseCost('gpt-realtime-9', split, nothing, 'clip')[1]).toMatchObject({
      kind: 'realtime-clip-out',
      micros: 640,
      estimated: true,
    });
    expect(responseCost('constructor', split, nothing, 'clip')[1]).toMatchObject({ estimated: true });
  });

  it('knows a dated snapshot by its name', () => {
    const usage = { output_tokens: 10, output_token_details: { text_tokens: 0, audio_tokens: 10 } };
    expect(responseCost('gpt-realtime-2.1-mini-2026-08-01', usage, nothing, 'answer')[1]).toMatchObject({ micros: 200, estimated: false });
  });

  it('carries the date of its prices', () => {
    expect(Number.isFinite(Date.parse(pricesAsOf))).toBe(true);
  });
});

describe('the cost of writing down a turn', () => {
  it('goes by the seconds that the service tells, else by tokens or the length of the turn, marked as an estimate', () => {
    expect(transcriptionCost('gpt-transcribe', { type: 'duration', seconds: 60 }, 0)).toMatchObject({ micros: 4_500, estimated: false });
    const tokens = { type: 'tokens', input_tokens: 610, input_token_details: { audio_tokens: 600, text_tokens: 10 } };
    expect(transcriptionCost('gpt-transcribe', tokens, 0)).toMatchObject({ micros: 4_500, estimated: true });
    expect(transcriptionCost('gpt-transcribe', null, 30_000)).toMatchObject({ micros: 2_250, estimated: true });
    expect(transcriptionCost('something-new', { seconds: 60 }, 0)).toMatchObject({ micros: 17_000, estimated: true });
  });
});
