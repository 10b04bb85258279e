import type { Random } from './random.ts';

/** Something that goes wrong, and for whom. */
export type FaultRule = Fault & {
  /** Only calls to this number; all when absent. */
  readonly to?: string;
  /** How often; once when absent. */
  readonly times?: number;
  /** Leave so many matching occasions in peace first. */
  readonly skip?: number;
  /** Probability at each occasion, by the simulator's seed; 1 when absent. */
  readonly chance?: number;
};

export type Fault = RestFault | WebhookFault | SocketFault | CallFault | RelayFault;

export type RestRequestName = 'create' | 'update' | 'hang-up' | 'get' | 'list' | 'record' | 'account' | 'numbers' | 'any';

/** The REST API misbehaves. */
export interface RestFault {
  readonly on: 'rest';
  readonly request: RestRequestName;
  /** An answer with this status and error; no answer until the client gives up; or the connection cut. */
  readonly act: { readonly status: number; readonly code?: number; readonly message?: string } | 'no-answer' | 'reset';
  /** The request was carried out all the same: a 500 after the call was really placed. Otherwise it is lost. */
  readonly carriedOut?: boolean;
}

/** A webhook comes wrong. `webhook` is its name (`answer`, `status`, `status:ringing`, `hangup`, ...) as the history has it. */
export interface WebhookFault {
  readonly on: 'webhook';
  readonly webhook: string;
  readonly act:
    | 'drop'
    /** Sent twice, freshly signed. */
    | 'duplicate'
    /** Somebody without the token sends it first, wrongly signed; the genuine one follows. */
    | 'forged'
    /** The only one sent carries a wrong signature. */
    | 'wrong-signature'
    | 'no-signature'
    | { readonly delayMs: number }
    /** The same bytes once more after this time, with the old nonce and signature. */
    | { readonly replayAfterMs: number };
}

/** A media socket comes wrong; times count from its opening. */
export interface SocketFault {
  readonly on: 'socket';
  readonly act: /** Has its document and never opens the socket. */
    | 'never-opens'
    /** Opens and never says a word. */
    | 'silent'
    /** Checkpoints and marks are never acknowledged. */
    | 'no-checkpoints'
    | 'media-before-start'
    /** Names another call in `start`. */
    | 'wrong-call'
    /** Upgrade with a wrong signature; the socket is not tried again. */
    | 'wrong-signature'
    | { readonly send: 'garbage' | 'truncated' | 'oversized' | 'binary'; readonly afterMs: number }
    /** Cut without a closing handshake: the bridge sees 1006. */
    | { readonly cutAfterMs: number }
    /** A second socket to the same address. */
    | { readonly secondAfterMs: number }
    /** The carrier says that the bridge reads too slowly (Plivo's DegradedStream). */
    | { readonly backlogAfterMs: number }
    /** The carrier does not read for a while. */
    | { readonly stallAfterMs: number; readonly forMs: number };
}

export interface CallFault {
  readonly on: 'call';
  readonly act: /** The person hangs up while the answer document is being fetched. */
    | 'hangs-up-before-document'
    /** The carrier cannot or will not put the call through. `code` is Plivo's hangup code or Twilio's SIP response. */
    | { readonly fails: number };
}

/** A relay of words goes wrong while it runs (Twilio). */
export interface RelayFault {
  readonly on: 'relay';
  readonly act: /** Cut without a closing handshake: the bridge sees 1006. */
    | 'cut'
    /** What it tells cannot be read from now on. */
    | 'garbage'
    /** It says nothing more of ours and tells nothing more. */
    | 'stall';
}

type Named<Kind extends Fault['on']> = Extract<Fault, { on: Kind }>;

interface Entry {
  readonly rule: FaultRule;
  skip: number;
  left: number;
}

/** The faults still to happen. */
export class FaultBook {
  readonly #random: Random;
  readonly #entries: Entry[] = [];

  constructor(random: Random, rules: readonly FaultRule[]) {
    this.#random = random;
    for (const rule of rules) this.add(rule);
  }

  add(rule: FaultRule): void {
    this.#entries.push({ rule, skip: rule.skip ?? 0, left: rule.times ?? 1 });
  }

  /** The first fault of this kind that applies now; used up by being taken. */
  take<Kind extends Fault['on']>(on: Kind, to: string | null, applies: (fault: Named<Kind>) => boolean): Named<Kind> | null {
    for (const entry of this.#entries) {
      const fault = this.#use(entry, on, to, applies);
      if (fault) return fault;
    }
    return null;
  }

  /** All faults of this kind that apply now, each once. */
  takeAll<Kind extends Fault['on']>(on: Kind, to: string | null): Named<Kind>[] {
    return this.#entries.map((entry) => this.#use(entry, on, to, () => true)).filter((fault) => fault !== null);
  }

  #use<Kind extends Fault['on']>(entry: Entry, on: Kind, to: string | null, applies: (fault: Named<Kind>) => boolean): Named<Kind> | null {
    const { rule } = entry;
    if (entry.left <= 0 || !isOn(rule, on) || (rule.to !== undefined && rule.to !== to) || !applies(rule)) return null;
    if (entry.skip > 0) {
      entry.skip--;
      return null;
    }
    if (rule.chance !== undefined && this.#random.next() >= rule.chance) return null;
    entry.left--;
    return rule;
  }
}

function isOn<Kind extends Fault['on']>(rule: FaultRule, on: Kind): rule is FaultRule & Named<Kind> {
  return rule.on === on;
}
