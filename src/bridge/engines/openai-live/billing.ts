import type { UsageLine } from '../engine.ts';
import type { BackendUsage } from './wire.ts';

/** Copied from the vendor's pages on 2026-11-21; prices age. 5 cents a minute of open session, silence included, by the second. @see https://developers.openai.com/api/docs/guides/voice-latency-cost */
const perSecondMicros = 50_000 / 60;

/** US dollars for a million tokens, which is the same figure as micro-dollars for one token. Cached tokens cost a tenth. */
const backendPrices: Readonly<Record<string, { readonly input: number; readonly output: number }>> = {
  'gpt-5.6-terra': { input: 2, output: 12 },
  'gpt-5.6-luna': { input: 0.2, output: 1.2 },
};
const dearest = { input: 2, output: 12 };
const cachedShare = 0.1;

/** What a session costs by its length. The service tells the seconds so far, never what has been added. */
export class SessionBill {
  readonly #model: string;
  #seconds = 0;
  #billedMicros = 0;

  constructor(model: string) {
    this.#model = model;
  }

  /** @param seconds of the whole session @param estimated they are our own count */
  upTo(seconds: number, estimated: boolean): readonly UsageLine[] {
    if (seconds <= this.#seconds) return [];
    const micros = Math.round(seconds * perSecondMicros) - this.#billedMicros;
    const added = seconds - this.#seconds;
    this.#seconds = seconds;
    this.#billedMicros += micros;
    return micros > 0 ? [{ kind: 'live', micros, detail: `${this.#model}: ${added.toFixed(1)} s of session`, estimated }] : [];
  }
}

/** What one answer of the model behind the voice cost. */
export function backendCost(model: string, usage: BackendUsage): readonly UsageLine[] {
  const known = Object.hasOwn(backendPrices, model);
  const price = (known ? backendPrices[model] : undefined) ?? dearest;
  const input = usage.input_tokens ?? 0;
  const cached = Math.min(input, usage.input_tokens_details?.cached_tokens ?? 0);
  const output = usage.output_tokens ?? 0;
  const micros = Math.round((input - cached) * price.input + cached * price.input * cachedShare + output * price.output);
  return [{ kind: 'live-backend', micros, detail: `${model}: ${input} in (${cached} cached), ${output} out tokens`, estimated: !known }];
}
