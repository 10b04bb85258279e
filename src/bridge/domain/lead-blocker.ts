import { type LeadState, refusalName } from '#bridge/contract/words.ts';
import type { Refusal } from './gate.ts';

/** Whether a lead's reason is the name of a refusal: the gate put it off, and may think otherwise once something has changed. */
export function isRefusalName(reason: string | null): boolean {
  return refusalName.options.some((name) => name === reason);
}

/** A no that only a person can clear: it neither passes by itself nor is it final. */
export function needsPerson(refusal: Refusal): boolean {
  return !refusal.final && refusal.clearsAtMs === null && !passing.has(refusal.name);
}

/** Clear by themselves at a moment that nobody can name. */
const passing: ReadonlySet<string> = new Set(['reconciling', 'already-dialling', 'nobody-at-desk', 'no-line']);

/**
 * Why a lead is not dialled at this moment: of all that stands in its way, what it was put off for, else what counts first. Null for a lead
 * that could be dialled, is being dialled, or is done.
 */
export function blockerOf(
  lead: { readonly state: LeadState; readonly stateReason: string | null },
  refusals: readonly Refusal[],
): Refusal | null {
  if (lead.state === 'done' || lead.state === 'dialling') return null;
  return refusals.find((refusal) => refusal.name === lead.stateReason) ?? refusals[0] ?? null;
}
