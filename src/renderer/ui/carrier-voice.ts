import type { CallSummary } from '#bridge/contract/calls.ts';
import type { Rung } from '#bridge/contract/words.ts';

const carrierVoices: ReadonlySet<Rung | null> = new Set<Rung>(['relay', 'turn-based', 'announcement']);

/** Whether the carrier itself hears and speaks on this rung: such a call needs no media stream of ours. */
export const isCarrierVoice = (rung: Rung | null): boolean => carrierVoices.has(rung);

/** Whether the sound of a call passes us by, so that there is nothing to hear; with a person on it, it always comes to us. */
export const isUnheard = ({ rung, heldBy }: Pick<CallSummary, 'rung' | 'heldBy'>): boolean => heldBy === null && isCarrierVoice(rung);
