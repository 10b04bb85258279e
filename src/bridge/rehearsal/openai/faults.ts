/** What can go wrong with the service, on demand. */
export type Fault =
  /** The connection is cut before any answer. */
  | { readonly kind: 'refuse' }
  /** The upgrade is never answered. */
  | { readonly kind: 'hang-upgrade' }
  | { readonly kind: 'upgrade-status'; readonly status: 401 | 403 | 429 | 500 | 503 }
  /** An `error` event right after opening (or now, on a session that is open), then a close where one is given. */
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly type?: string;
      readonly message?: string;
      readonly close?: number;
      readonly afterMs?: number;
    }
  /** The socket is gone without a close frame, after so many pieces of audio of an answer. */
  | { readonly kind: 'drop-in-answer'; readonly afterDeltas: number }
  /** 1006 means without a close frame. */
  | { readonly kind: 'close'; readonly code: number; readonly afterMs: number }
  | { readonly kind: 'garbage-frame'; readonly afterMs: number }
  | { readonly kind: 'unknown-event'; readonly afterMs: number }
  | { readonly kind: 'response-failed'; readonly code: string; readonly type?: string }
  | { readonly kind: 'slow-first-audio'; readonly ms: number }
  | { readonly kind: 'never-updated' }
  /** The session's time is over: error `session_expired`, then closed. `expires_at` tells of it in time. */
  | { readonly kind: 'expire'; readonly afterMs: number }
  | { readonly kind: 'transcripts'; readonly mode: 'prompt' | 'late' | 'missing' | 'failed' }
  /** An answer stops in the middle: no more audio, and no end. */
  | { readonly kind: 'stall-in-answer'; readonly afterDeltas: number };

export interface FaultRule {
  readonly fault: Fault;
  /** Which session, by its number from 1 in the order of the connection attempts; all of them when absent. */
  readonly session?: number;
  /** How often it happens before it is over; always when absent. */
  readonly times?: number;
}

type OfKind<Kind extends Fault['kind']> = Extract<Fault, { readonly kind: Kind }>;

/** Faults in force. Asking for one uses it up. */
export class Faults {
  readonly #rules: { readonly rule: FaultRule; left: number }[] = [];

  /** @returns a function that lifts it */
  add(rule: FaultRule): () => void {
    const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
    this.#rules.push(entry);
    return () => {
      entry.left = 0;
    };
  }

  /** The fault of this kind that strikes this session now, or null. */
  take<Kind extends Fault['kind']>(kind: Kind, session: number): OfKind<Kind> | null {
    return this.takeWhen(kind, session, () => true);
  }

  /** The same, but only if it applies now; else it stays. */
  takeWhen<Kind extends Fault['kind']>(kind: Kind, session: number, applies: (fault: OfKind<Kind>) => boolean): OfKind<Kind> | null {
    for (const entry of this.#rules) {
      const { session: only } = entry.rule;
      const fault = entry.rule.fault as OfKind<Kind>;
      if (entry.left <= 0 || fault.kind !== kind || (only !== undefined && only !== session) || !applies(fault)) continue;
      entry.left--;
      return fault;
    }
    return null;
  }
}
