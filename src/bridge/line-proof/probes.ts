import { createHmac, randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type {
  CallDocument,
  CallLinks,
  Carrier,
  CarrierHost,
  DocumentMoment,
  LegEvent,
  MediaHandlers,
  MediaStream,
} from '../carriers/carrier.ts';

const prefix = 'probe_';

/** Whether an attempt is none, but a probe of the line. */
export function isProbe(attempt: AttemptId): boolean {
  return attempt.startsWith(prefix);
}

/** What a probe does when the outside finds it. */
export interface ProbeParts {
  readonly carrier: Carrier;
  /** A signed webhook came to the probe's own address; nothing else changes by it. */
  onWebhook?(): void;
  /** The upgrade was allowed. */
  onAdmitted?(): void;
  media?(stream: () => MediaStream | null): Omit<MediaHandlers, 'attempt'>;
  documentFor?(moment: DocumentMoment): { readonly document: CallDocument; readonly links: CallLinks };
  onLegEvent?(event: LegEvent): void;
}

/** Something that looks like a call from outside, and is none: no lead, no row, no bill. */
export interface Probe {
  readonly attempt: AttemptId;
  readonly ticket: string;
  /** Good for one socket. */
  mediaToken(): string;
  /** Whether anything from outside has asked for a media token of this probe, right or wrong. */
  readonly wasAskedFor: boolean;
  close(): void;
}

interface Entry extends ProbeParts {
  readonly attempt: AttemptId;
  readonly tokens: Set<string>;
  wasAskedFor: boolean;
}

/** The probes of the moment, and the public side's way to them. */
export class Probes {
  readonly #byTicket = new Map<string, Entry>();
  readonly #byAttempt = new Map<AttemptId, Entry>();
  readonly #secret = randomBytes(32);

  /** Who answers here, for who asks with a nonce of hexadecimal digits; only this process can know the answer. */
  identify(nonce: string): string | null {
    return /^[0-9a-f]{32}$/.test(nonce) ? createHmac('sha256', this.#secret).update(nonce).digest('hex') : null;
  }

  open(parts: ProbeParts): Probe {
    const attempt = `${prefix}${randomBytes(12).toString('hex')}` as AttemptId;
    const ticket = `${attempt}.${randomBytes(16).toString('hex')}`;
    const entry: Entry = { ...parts, attempt, tokens: new Set<string>(), wasAskedFor: false };
    this.#byTicket.set(ticket, entry);
    this.#byAttempt.set(attempt, entry);
    return {
      attempt,
      ticket,
      mediaToken: () => {
        const token = `${prefix}${randomBytes(24).toString('base64url')}`;
        entry.tokens.add(token);
        return token;
      },
      get wasAskedFor() {
        return entry.wasAskedFor;
      },
      close: () => {
        this.#byTicket.delete(ticket);
        this.#byAttempt.delete(attempt);
      },
    };
  }

  /** As the ingress asks for every ticket; null when it is none of ours. */
  webhookTarget(name: CarrierName, ticket: string): { readonly attempt: AttemptId; readonly carrier: Carrier } | null {
    const entry = this.#byTicket.get(ticket);
    if (!entry || entry.carrier.name !== name) return null;
    return { attempt: entry.attempt, carrier: withProbeWebhook(entry) };
  }

  mediaTarget(name: CarrierName, token: string) {
    const entry = token.startsWith(prefix) ? [...this.#byTicket.values()].find(({ tokens }) => tokens.has(token)) : undefined;
    if (!entry || entry.carrier.name !== name) return null;
    entry.wasAskedFor = true;
    return {
      attempt: entry.attempt,
      carrier: entry.carrier,
      claim: () => entry.tokens.delete(token),
      accept: (socket: WebSocket, _underlying: Duplex) => {
        entry.onAdmitted?.();
        let stream: MediaStream | null = null;
        const handlers = entry.media?.(() => stream);
        if (handlers) stream = entry.carrier.openMedia(socket, { ...handlers, attempt: entry.attempt });
        else socket.terminate();
      },
    };
  }

  /** The same host; what concerns a probe goes to the probe. */
  hostFor(host: CarrierHost): CarrierHost {
    return {
      publicOrigin: () => host.publicOrigin(),
      attemptOf: (ticket) => this.#byTicket.get(ticket)?.attempt ?? host.attemptOf(ticket),
      documentFor: (attempt, moment) => this.#byAttempt.get(attempt)?.documentFor?.(moment) ?? host.documentFor(attempt, moment),
      onLegEvent: (event) => {
        const entry = this.#byAttempt.get(event.attempt);
        if (entry) entry.onLegEvent?.(event);
        else host.onLegEvent(event);
      },
      note: (exchange) => {
        if (!this.#byAttempt.has(exchange.attempt)) host.note?.(exchange);
      },
    };
  }
}

/** The carrier with one address more. */
function withProbeWebhook(entry: Entry): Carrier {
  const { carrier } = entry;
  return new Proxy(carrier, {
    get: (target, name) => {
      if (name === 'webhooks')
        return [
          {
            path: '/probe/:ticket',
            methods: ['POST'],
            handle: () => {
              entry.onWebhook?.();
              return { status: 200, contentType: 'text/plain; charset=utf-8', body: 'probe\n' };
            },
          },
          ...target.webhooks,
        ];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
