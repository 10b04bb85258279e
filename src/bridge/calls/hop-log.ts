import type { Hop } from '#bridge/contract/calls.ts';
import type { HopName } from '#bridge/contract/words.ts';

/** The path of one call, step by step: each hop once, with its time from the dial. */
export class HopLog {
  readonly #hops = new Map<HopName, Hop>();
  readonly #dialledAtMs: number;
  readonly #added: (hop: Hop) => void;

  /** @param dialledAtMs epoch ms at which the request to dial was about to leave */
  constructor(dialledAtMs: number, added: (hop: Hop) => void, known: readonly Hop[] = []) {
    this.#dialledAtMs = dialledAtMs;
    this.#added = added;
    for (const hop of known) this.#hops.set(hop.name, hop);
  }

  /** A repeated hop keeps its first time. */
  reach(name: HopName, atMs: number, detail?: string): void {
    if (this.#hops.has(name)) return;
    const hop: Hop = {
      name,
      at: new Date(atMs).toISOString(),
      sinceDialMs: Math.max(0, Math.round(atMs - this.#dialledAtMs)),
      ...(detail === undefined ? {} : { detail }),
    };
    this.#hops.set(name, hop);
    this.#added(hop);
  }

  has(name: HopName): boolean {
    return this.#hops.has(name);
  }

  /** The first hop that is absent, in words, and when the last of those before it was reached. Null when none is. */
  missing(upTo: HopName): { readonly name: HopName; readonly text: string; readonly sinceMs: number } | null {
    const broken = brokenHop((name) => this.has(name), upTo);
    if (broken === null) return null;
    const before = path.slice(
      0,
      path.findIndex(([name]) => name === broken.missing),
    );
    const reachedAtMs = before.map(([name]) => Date.parse(this.#hops.get(name)?.at ?? ''));
    return {
      name: broken.missing,
      text: broken.text,
      sinceMs: Math.max(this.#dialledAtMs, ...reachedAtMs.filter((atMs) => !Number.isNaN(atMs))),
    };
  }
}

/** The rungs of the path in the order in which a healthy call climbs them, and what the absence of each means. */
const path: readonly (readonly [HopName, string])[] = [
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
  for (const [name, text] of path) {
    // A carrier may skip the ringing report; being answered is proof enough.
    if (!reached(name) && !(name === 'ringing' && reached('answered')) && !(name === 'accepted' && reached('ringing')))
      return { missing: name, text };
    if (name === upTo) return null;
  }
  return null;
}
