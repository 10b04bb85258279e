import type { Item } from './conversation.ts';
import { heardText } from './conversation.ts';
import type { SessionConfig, SimTool } from './session-config.ts';
import type { Json } from './wire.ts';

/** Audio tokens: one per 100 ms of the callee, one per 50 ms of ours. @see https://developers.openai.com/api/docs/guides/realtime-costs */
const CALLEE_TOKEN_MS = 100;
const OWN_TOKEN_MS = 50;
/** A token of text is about four letters. */
const LETTERS = 4;

interface Tokens {
  readonly text: number;
  readonly audio: number;
}

/** Counts tokens as the service does: what was read before under the same instructions is cached. */
export class UsageMeter {
  /** What was read last time, by the prompt's beginning. */
  readonly #read = new Map<string, Tokens>();

  /** The `usage` of `response.done`. `cached_tokens` is a part of `input_tokens`. */
  measure(
    input: { readonly instructions: string; readonly tools: readonly SimTool[]; readonly items: readonly Item[] },
    output: { readonly letters: number; readonly audioMs: number },
  ): Json {
    const prefix = `${input.instructions}\n${input.tools.length > 0 ? JSON.stringify(input.tools) : ''}`;
    let text = textTokens(prefix.length);
    let audio = 0;
    for (const item of input.items) {
      if (item.audioMs === 0) text += textTokens(JSON.stringify(item.wire.content ?? item.wire).length) + 4;
      else if (item.spoken.length > 0) {
        audio += Math.ceil((item.truncatedAtMs ?? item.audioMs) / OWN_TOKEN_MS);
        text += textTokens(heardText(item).length);
      } else audio += Math.ceil(item.audioMs / CALLEE_TOKEN_MS);
    }
    const before = this.#read.get(prefix) ?? { text: 0, audio: 0 };
    const cached = { text: Math.min(before.text, text), audio: Math.min(before.audio, audio) };
    this.#read.set(prefix, { text, audio });
    const spoken = { text: textTokens(output.letters), audio: Math.ceil(output.audioMs / OWN_TOKEN_MS) };
    return {
      total_tokens: text + audio + spoken.text + spoken.audio,
      input_tokens: text + audio,
      output_tokens: spoken.text + spoken.audio,
      input_token_details: {
        text_tokens: text,
        audio_tokens: audio,
        image_tokens: 0,
        cached_tokens: cached.text + cached.audio,
        cached_tokens_details: { text_tokens: cached.text, audio_tokens: cached.audio, image_tokens: 0 },
      },
      output_token_details: { text_tokens: spoken.text, audio_tokens: spoken.audio },
    };
  }
}

/** How much of an answer fits under a limit of tokens, in milliseconds of audio. */
export function audioLimitMs(limit: SessionConfig['max_output_tokens']): number {
  return limit === 'inf' ? Number.POSITIVE_INFINITY : limit * OWN_TOKEN_MS;
}

function textTokens(letters: number): number {
  return Math.ceil(letters / LETTERS);
}
