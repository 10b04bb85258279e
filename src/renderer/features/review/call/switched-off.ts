import type { Call } from '#bridge/contract/calls.ts';

/** A person's decision to dial in spite of a guard. A rehearsal calls nobody, so it has nothing to guard against. */
export function switchedOff({ world, compliance: { hours, consent } }: Pick<Call, 'world' | 'compliance'>): string | null {
  if (world === 'rehearsal') return null;
  if (hours === 'off' && consent === 'off') return 'The calling hours and the consent check were switched off for this call.';
  if (hours === 'off') return 'The calling hours were switched off for this call.';
  return consent === 'off' ? 'The consent check was switched off for this call.' : null;
}
