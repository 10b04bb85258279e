import type { HopName, Rung } from '#bridge/contract/words.ts';
import { isCarrierVoice } from './carrier-voice.ts';

/** The hops of a call until somebody picks up, in the order in which a healthy call comes along them. */
export const untilAnswer: readonly HopName[] = ['dialled', 'accepted', 'ringing', 'answered'];

/** Those of a call that is heard and spoken on over a media stream of ours, from the answer on. */
export const overStream: readonly HopName[] = [
  'document-served',
  'media-open',
  'first-frame-in',
  'ai-open',
  'ai-ready',
  'first-ai-audio',
  'first-audio-sent',
  'first-audio-played',
  'disclosure-played',
];

/** The carrier's own voice needs no sockets. */
const byCarrier: readonly HopName[] = ['document-served'];

/** What a call on this rung needs. */
export const hopPath = (rung: Rung | null): readonly HopName[] => [...untilAnswer, ...(isCarrierVoice(rung) ? byCarrier : overStream)];
