import type { Hop } from '#bridge/contract/calls.ts';
import type { HopName } from '#bridge/contract/words.ts';
import { brokenHop, callPath } from '../../domain/call-path.ts';

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

  /** All that were reached, in no order. */
  get all(): readonly Hop[] {
    return [...this.#hops.values()];
  }

  has(name: HopName): boolean {
    return this.#hops.has(name);
  }

  /** The first hop that is absent, in words, and when the last of those before it was reached. Null when none is. */
  missing(upTo: HopName): { readonly name: HopName; readonly text: string; readonly sinceMs: number } | null {
    const broken = brokenHop((name) => this.has(name), upTo);
    if (broken === null) return null;
    const before = callPath.slice(
      0,
      callPath.findIndex(([name]) => name === broken.missing),
    );
    const reachedAtMs = before.map(([name]) => Date.parse(this.#hops.get(name)?.at ?? ''));
    return {
      name: broken.missing,
      text: broken.text,
      sinceMs: Math.max(this.#dialledAtMs, ...reachedAtMs.filter((atMs) => !Number.isNaN(atMs))),
    };
  }
}
