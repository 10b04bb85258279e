/** What can go wrong with the Live service, on demand. */
export type LiveFault =
  /** The connection is cut before any answer. */
  | { readonly kind: 'refuse' }
  | { readonly kind: 'hang-upgrade' }
  | { readonly kind: 'upgrade-status'; readonly status: 401 | 403 | 429 | 500 | 503 }
  /** `session.start` is never answered. */
  | { readonly kind: 'never-started' }
  | { readonly kind: 'slow-start'; readonly ms: number }
  /** `session.start` is answered with this error. */
  | { readonly kind: 'start-error'; readonly code: string }
  /** The socket is gone without a word, so long after the start. */
  | { readonly kind: 'drop'; readonly afterMs: number }
  /** The same, after so many pieces of sound. */
  | { readonly kind: 'drop-in-speech'; readonly afterDeltas: number }
  /** The service ends the session. */
  | { readonly kind: 'closed'; readonly reason: 'expired' | 'content' | 'connection_lost'; readonly afterMs: number }
  /** Speech is cut off with an error, and the session goes on. */
  | { readonly kind: 'moderation'; readonly afterDeltas: number }
  /** Speech stops in the middle, and nothing more is said; the session goes on. */
  | { readonly kind: 'stall-in-speech'; readonly afterDeltas: number }
  /** It hears and never speaks. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'garbage-frame'; readonly afterMs: number }
  | { readonly kind: 'unknown-event'; readonly afterMs: number }
  /** The model behind the voice fails. */
  | { readonly kind: 'delegation-failed' };

export interface LiveFaultRule {
  readonly fault: LiveFault;
  /** Which session, by its number from 1; all of them when absent. */
  readonly session?: number;
  /** How often it happens before it is over; always when absent. */
  readonly times?: number;
}

type OfKind<Kind extends LiveFault['kind']> = Extract<LiveFault, { readonly kind: Kind }>;

/** Faults in force. Asking for one uses it up. */
export class LiveFaults {
  readonly #rules: { readonly rule: LiveFaultRule; left: number }[] = [];

  /** @returns a function that lifts it */
  add(rule: LiveFaultRule): () => void {
    const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
    this.#rules.push(entry);
    return () => {
      entry.left = 0;
    };
  }

  take<Kind extends LiveFault['kind']>(
    kind: Kind,
    session: number,
    applies: (fault: OfKind<Kind>) => boolean = () => true,
  ): OfKind<Kind> | null {
    for (const entry of this.#rules) {
      const { session: only } = entry.rule;
      const fault = entry.rule.fault as OfKind<Kind>;
      if (entry.left <= 0 || fault.kind !== kind || (only !== undefined && only !== session) || !applies(fault)) continue;
      entry.left -= 1;
      return fault;
    }
    return null;
  }
}
