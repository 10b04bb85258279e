import type { CarrierName, LadderStep, Rung } from '#bridge/contract/words.ts';
import { rungWords } from '../../ui/format.ts';

/** Which voice a rehearsal is to be heard in; `usual` is the ladder of a call that names none. */
export type VoiceChoice = 'usual' | Rung;

export const voiceOptions: readonly { readonly value: VoiceChoice; readonly label: string }[] = [
  { value: 'usual', label: 'As on a real call' },
  ...(Object.keys(rungWords) as Rung[]).map((value) => ({ value, label: rungWords[value] })),
];

/** @returns the ladder to dial with, an announcement at its end so that nobody meets silence; undefined for the usual one */
export function ladderFor(choice: VoiceChoice): readonly LadderStep[] | undefined {
  if (choice === 'usual') return undefined;
  return choice === 'announcement' ? ['announcement'] : [choice, 'announcement'];
}

/** Why this voice cannot be had over this carrier, in words; null when it can. */
export function whyNotOver(choice: VoiceChoice, carrier: CarrierName): string | null {
  return choice === 'relay' && carrier === 'plivo' ? 'Plivo has no relay. Choose Twilio, or another voice.' : null;
}
