import type { UsageLine } from '../../engine.ts';

interface TokenPrices {
  readonly in: number;
  readonly cached: number;
  readonly out: number;
}

/**
 * US dollars for a million tokens, which is the same figure as micro-dollars for one token. Copied from the vendor's pages of 2026-09;
 * prices age.
 */
const prices: Readonly<Record<string, TokenPrices>> = {
  'gpt-5.6-luna': { in: 0.2, cached: 0.02, out: 1.2 },
  'gpt-5.6-terra': { in: 2, cached: 0.2, out: 12 },
};
/** The dearest we know: an unknown model must not look cheap. */
const dearest: TokenPrices = { in: 2, cached: 2, out: 12 };
const charactersPerToken = 4;

interface Usage {
  readonly input_tokens: number;
  readonly input_tokens_details?: { readonly cached_tokens?: number | undefined } | null | undefined;
  readonly output_tokens: number;
}

/** Cost of one answer. @param usage null when the service told none (it was stopped): then it is estimated from the characters */
export function textCost(
  model: string,
  usage: Usage | null,
  characters: { readonly inputCharacters: number; readonly outputCharacters: number },
): readonly UsageLine[] {
  const undated = model.replace(/-\d{4}-\d{2}-\d{2}$/, '');
  const known = Object.hasOwn(prices, undated) ? prices[undated] : undefined;
  const price = known ?? dearest;
  const input = usage?.input_tokens ?? Math.ceil(characters.inputCharacters / charactersPerToken);
  const output = usage?.output_tokens ?? Math.ceil(characters.outputCharacters / charactersPerToken);
  const cached = Math.min(input, usage?.input_tokens_details?.cached_tokens ?? 0);
  const estimated = usage === null || known === undefined;
  return [
    {
      kind: 'cascade-text-in',
      micros: Math.round((input - cached) * price.in + cached * price.cached),
      detail: `${model}: ${input} tokens (${cached} cached)`,
      estimated,
    },
    { kind: 'cascade-text-out', micros: Math.round(output * price.out), detail: `${model}: ${output} tokens`, estimated },
  ];
}
