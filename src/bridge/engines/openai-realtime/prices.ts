import type { UsageLine } from '../engine.ts';
import type { ResponseUsage, TranscriptionUsage } from './wire.ts';

/** US dollars for a million tokens, which is the same figure as micro-dollars for one token. */
export interface TokenPrices {
  readonly textIn: number;
  readonly textCached: number;
  readonly textOut: number;
  readonly audioIn: number;
  readonly audioCached: number;
  readonly audioOut: number;
}

/** When the two tables below were copied from the vendor's pages. Prices age; edit both together. */
export const pricesAsOf = '2026-11-21';

/** @see https://developers.openai.com/api/docs/models */
export const modelPrices: Readonly<Record<string, TokenPrices>> = {
  'gpt-realtime-2.1': { textIn: 4, textCached: 0.4, textOut: 24, audioIn: 32, audioCached: 0.4, audioOut: 64 },
  'gpt-realtime-2.1-mini': { textIn: 0.6, textCached: 0.06, textOut: 2.4, audioIn: 10, audioCached: 0.3, audioOut: 20 },
  'gpt-realtime-2': { textIn: 4, textCached: 0.4, textOut: 24, audioIn: 32, audioCached: 0.4, audioOut: 64 },
  'gpt-realtime-1.5': { textIn: 4, textCached: 0.4, textOut: 16, audioIn: 32, audioCached: 0.4, audioOut: 64 },
};

/** Micro-dollars for a minute of transcribed audio. */
export const transcriptionPrices: Readonly<Record<string, number>> = {
  'gpt-transcribe': 4_500,
  'gpt-live-transcribe': 17_000,
  'gpt-realtime-whisper': 17_000,
};

/** The dearest we know: an unknown model must not look cheap. */
const dearest: TokenPrices = { textIn: 4, textCached: 0.4, textOut: 24, audioIn: 32, audioCached: 0.4, audioOut: 64 };
const dearestTranscription = 17_000;

/** Caller audio is one token for 100 ms, our own one for 50 ms. @see https://developers.openai.com/api/docs/guides/realtime-costs */
const inputTokensPerMs = 1 / 100;
const outputTokensPerMs = 1 / 50;
/** English text; good enough for an estimate that is marked as one. */
const charactersPerToken = 4;

/** Prices of a model, dated snapshots (`-2026-05-07`) included. */
function pricesOf(model: string): { readonly prices: TokenPrices; readonly known: boolean } {
  const undated = model.replace(/-\d{4}-\d{2}-\d{2}$/, '');
  const prices = Object.hasOwn(modelPrices, undated) ? modelPrices[undated] : undefined;
  return prices ? { prices, known: true } : { prices: dearest, known: false };
}

/** What passed through the session since the last bill; the basis of an estimate. */
export interface Heard {
  readonly calleeMs: number;
  readonly spokenMs: number;
  readonly instructionCharacters: number;
}

/**
 * Cost of one response. Cached tokens are a part of the input tokens and are paid once, at their own price. Tokens that the service does
 * not split into text and audio count as audio, the dearer kind, and mark the line as estimated; so does an unknown model.
 *
 * @param usage null when the service told none (the socket died): then the cost is estimated from what was heard and spoken
 * @param purpose `answer` or `clip`
 */
export function responseCost(model: string, usage: ResponseUsage | null, heard: Heard, purpose: 'answer' | 'clip'): readonly UsageLine[] {
  const { prices, known } = pricesOf(model);
  const prefix = purpose === 'answer' ? 'realtime' : 'realtime-clip';
  if (!usage || (usage.input_tokens == null && usage.output_tokens == null && !usage.input_token_details && !usage.output_token_details)) {
    const text = Math.ceil(heard.instructionCharacters / charactersPerToken);
    const input = Math.ceil(heard.calleeMs * inputTokensPerMs);
    const output = Math.ceil(heard.spokenMs * outputTokensPerMs);
    return [
      line(`${prefix}-in`, text * prices.textIn + input * prices.audioIn, `${model}: about ${text} text and ${input} audio tokens`, true),
      line(`${prefix}-out`, output * prices.audioOut, `${model}: about ${output} audio tokens`, true),
    ];
  }

  const inSplit = split(usage.input_tokens, usage.input_token_details);
  const outSplit = split(usage.output_tokens, usage.output_token_details);
  const details = usage.input_token_details;
  // Without a split of the cached tokens, those that fit count as text: the cheaper discount, hence the higher cost.
  const cachedTotal = Math.min(details?.cached_tokens ?? 0, inSplit.text + inSplit.audio);
  const cached = split(cachedTotal, details?.cached_tokens_details ?? { text_tokens: Math.min(cachedTotal, inSplit.text) });
  const cachedText = Math.min(cached.text, inSplit.text);
  const cachedAudio = Math.min(cached.audio, inSplit.audio);
  const inputMicros =
    (inSplit.text - cachedText) * prices.textIn +
    cachedText * prices.textCached +
    (inSplit.audio - cachedAudio) * prices.audioIn +
    cachedAudio * prices.audioCached;
  return [
    line(
      `${prefix}-in`,
      inputMicros,
      `${model}: ${inSplit.text} text (${cachedText} cached) and ${inSplit.audio} audio (${cachedAudio} cached) tokens`,
      inSplit.guessed || !known,
    ),
    line(
      `${prefix}-out`,
      outSplit.text * prices.textOut + outSplit.audio * prices.audioOut,
      `${model}: ${outSplit.text} text and ${outSplit.audio} audio tokens`,
      outSplit.guessed || !known,
    ),
  ];
}

/** Cost of writing down one turn of the callee. @param turnMs length of the turn, for when the service does not tell */
export function transcriptionCost(model: string, usage: TranscriptionUsage | null, turnMs: number): UsageLine {
  const perMinute = transcriptionPrices[model];
  const audioTokens = usage?.input_token_details?.audio_tokens ?? usage?.input_tokens;
  const told = usage?.seconds;
  const seconds = told ?? (audioTokens == null ? turnMs / 1000 : audioTokens / (inputTokensPerMs * 1000));
  return line(
    'transcription',
    ((perMinute ?? dearestTranscription) * seconds) / 60,
    `${model}: ${seconds.toFixed(1)} s`,
    told == null || perMinute === undefined,
  );
}

interface Kinds {
  readonly text_tokens?: number | null | undefined;
  readonly audio_tokens?: number | null | undefined;
  readonly image_tokens?: number | null | undefined;
}

/** We send no images; were there any, they would cost about what text costs. */
function split(total: number | null | undefined, kinds: Kinds | null | undefined) {
  const text = (kinds?.text_tokens ?? 0) + (kinds?.image_tokens ?? 0);
  const audio = kinds?.audio_tokens ?? 0;
  const rest = Math.max(0, (total ?? 0) - text - audio);
  return { text, audio: audio + rest, guessed: rest > 0 };
}

function line(kind: string, micros: number, detail: string, estimated: boolean): UsageLine {
  return { kind, micros: Math.round(micros), detail, estimated };
}
