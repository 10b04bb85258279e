/** What can go wrong with a service that is a stage of a voice, on demand. */
export type ServiceFault =
  /** The connection is cut before any answer. */
  | { readonly kind: 'refuse' }
  /** Nothing is ever answered. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'status'; readonly status: number; readonly code: string; readonly retryAfterSeconds?: number }
  /** The connection is gone after so many pieces of an answer. */
  | { readonly kind: 'cut'; readonly afterPieces: number }
  /** After so many pieces nothing more comes, and no end. */
  | { readonly kind: 'stall'; readonly afterPieces: number }
  /** One message that cannot be read, before the next answer. */
  | { readonly kind: 'garbage' }
  /** The next answer begins later than usual. */
  | { readonly kind: 'slow'; readonly ms: number };

export interface ServiceFaultRule {
  readonly fault: ServiceFault;
  /** Only at addresses that begin like this, as `/v1/listen`; everywhere when absent. */
  readonly at?: string;
  /** How often it happens before it is over; always when absent. */
  readonly times?: number;
}

type OfKind<Kind extends ServiceFault['kind']> = Extract<ServiceFault, { readonly kind: Kind }>;

/** Faults in force. Asking for one uses it up. */
export class ServiceFaults {
  readonly #rules: { readonly rule: ServiceFaultRule; left: number }[] = [];

  /** @returns a function that lifts it */
  add(rule: ServiceFaultRule): () => void {
    const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
    this.#rules.push(entry);
    return () => {
      entry.left = 0;
    };
  }

  /** The fault of this kind that strikes at this address now, or null. */
  take<Kind extends ServiceFault['kind']>(kind: Kind, path: string): OfKind<Kind> | null {
    return this.takeWhen(kind, path, () => true);
  }

  /** The same, but only if it applies now; else it stays. */
  takeWhen<Kind extends ServiceFault['kind']>(kind: Kind, path: string, applies: (fault: OfKind<Kind>) => boolean): OfKind<Kind> | null {
    for (const entry of this.#rules) {
      const fault = entry.rule.fault as OfKind<Kind>;
      if (entry.left <= 0 || fault.kind !== kind || !path.startsWith(entry.rule.at ?? '') || !applies(fault)) continue;
      entry.left -= 1;
      return fault;
    }
    return null;
  }
}
