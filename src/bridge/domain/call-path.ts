import type { HopName } from '#bridge/contract/words.ts';

/** The rungs of the path in the order in which a healthy call climbs them, and what the absence of each means. */
export const callPath: readonly (readonly [HopName, string])[] = [
  ['dialled', 'the request to dial was never sent'],
  ['accepted', 'the carrier did not take the request to dial'],
  ['ringing', 'the carrier never rang the phone'],
  ['answered', 'nobody answered'],
  ['document-served', 'the carrier never asked what to do with the answered call: its webhook does not reach us'],
  ['media-open', 'the carrier never opened the media socket: the public address may not pass WebSockets'],
  ['first-frame-in', 'the media socket opened, but no audio came from the carrier'],
  ['ai-open', 'no connection to the AI service was had'],
  ['ai-ready', 'the AI service did not accept the session'],
  ['first-ai-audio', 'the AI service sent no audio'],
  ['first-audio-sent', 'AI audio came, but none was sent to the carrier'],
  ['first-audio-played', 'audio was sent, but the carrier never confirmed playing it'],
];

/** In words: the last hop that was reached, and what was wrong with the next. Null when the whole path was climbed. */
export function brokenHop(
  reached: (name: HopName) => boolean,
  upTo: HopName = 'first-audio-played',
): { readonly missing: HopName; readonly text: string } | null {
  for (const [name, text] of callPath) {
    // A carrier may skip the ringing report; being answered is proof enough.
    if (!reached(name) && !(name === 'ringing' && reached('answered')) && !(name === 'accepted' && reached('ringing')))
      return { missing: name, text };
    if (name === upTo) return null;
  }
  return null;
}
