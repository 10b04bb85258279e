import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { NoteExchange } from '#bridge/contract/diagnosis.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { OwnedNumber } from '#bridge/contract/setup.ts';
import type { Phone } from '#bridge/contract/values.ts';
import type { AnswerType, CarrierName, Outcome, Party } from '#bridge/contract/words.ts';
import type { CarrierInspection } from './inspection.ts';
import type { CarrierAccount, CarrierMirror } from './mirror.ts';
import type { RelayHandlers, RelayStream } from './relay.ts';

/**
 * What we need of a phone company. A carrier's own words, ids and documents stay inside its adapter; what comes out is in our words.
 */
export interface Carrier {
  readonly name: CarrierName;

  /**
   * Ask the carrier to ring somebody. Resolves when the carrier accepts the request, long before anyone answers. Sent once: a create
   * request is never repeated by the adapter, because neither carrier knows an idempotency key.
   *
   * @throws {BridgeError} `carrier/rejected` (definitely not placed; `details` holds {@link DialRejection}), `carrier/credentials` and
   * `carrier/rate-limited` (not placed), `carrier/unreachable` (nothing was sent), `carrier/unknown` (it may have been placed)
   */
  dial(request: DialRequest, signal: AbortSignal): Promise<DialAccepted>;

  /** End a leg, whether it rings or talks. A leg that is gone already is fine. @throws {BridgeError} when the carrier cannot be told */
  hangUp(leg: LegRef): Promise<void>;

  /**
   * Replace what a live leg runs by another document; a media stream in progress ends.
   * @throws {BridgeError} `carrier/gone` when the leg has ended
   */
  redirect(leg: LegRef, document: CallDocument, links: CallLinks): Promise<void>;

  /** Start the carrier's own two-channel recording of a live leg, from now to its end. */
  record(leg: LegRef, links: CallLinks): Promise<void>;

  /**
   * Press keys towards the callee from outside the media socket, where the carrier can.
   * Twilio has no way to do so without ending the stream: there, tones are sent as audio (see `MediaStream.sendDigits`).
   */
  sendDigits(leg: LegRef, digits: string): Promise<void>;

  /** The carrier's own record of a leg, or null when it knows none. */
  lookUp(leg: LegRef): Promise<LegRecord | null>;

  /** All that its records hold of a leg, for a person. @throws {BridgeError} `carrier/credentials`, `carrier/unreachable` */
  inspect(leg: LegRef): Promise<CarrierInspection>;

  /**
   * Every leg that the carrier knows between these two numbers that may have been created in the interval: queued, live and ended ones.
   * Used to find out what became of a request whose answer was lost.
   */
  find(query: LegQuery): Promise<readonly LegRecord[]>;

  /** Whether the credentials are accepted; cheap, places no call. @throws {BridgeError} `carrier/credentials`, `carrier/unreachable` */
  testCredentials(): Promise<{ readonly accountName: string | null }>;

  /** The numbers that the account owns, in the carrier's order. @throws {BridgeError} `carrier/credentials`, `carrier/unreachable` */
  ownedNumbers(): Promise<readonly OwnedNumber[]>;

  /** What the account is and has; cheap, places no call. @throws {BridgeError} `carrier/credentials`, `carrier/unreachable` */
  account(): Promise<CarrierAccount>;

  /** Whether a number that the account does not own may be shown to callees all the same: it was verified. */
  isVerified(number: Phone): Promise<boolean>;

  /** This carrier played against us, for the line proof. */
  readonly mirror: CarrierMirror;

  /** What the carrier calls on our public side, as data: the ingress mounts these below `/carrier/{name}` and learns nothing else. */
  readonly webhooks: readonly Webhook[];

  /** Whether a webhook request was signed by this carrier, for the public address under which it was called. */
  isSigned(request: WebhookRequest): boolean;

  /** Whether the upgrade request of a media socket was signed by this carrier. Names the form that matched, for the log. */
  isUpgradeSigned(request: IncomingMessage): string | null;

  /** Speak this carrier's media protocol on a socket that has just been upgraded. Nothing is sent before the carrier's `start`. */
  openMedia(socket: WebSocket, handlers: MediaHandlers): MediaStream;

  /**
   * Speak this carrier's text protocol on a socket that has just been upgraded for a `relay` document. Absent where the carrier has none.
   */
  openRelay?(socket: WebSocket, handlers: RelayHandlers): RelayStream;

  /** Let go of connections and timers. A create request still in flight fails with `carrier/unknown`. */
  close(): Promise<void>;
}

/**
 * What an adapter is handed when it is made. Everything it tells goes through here, everything it may answer comes from here, both
 * synchronously and from memory: a carrier waits while somebody stands at the phone.
 */
export interface CarrierHost {
  /** The attempt behind the ticket in a webhook's path, or null when the ticket is not ours or names another carrier or world. */
  attemptOf(ticket: string): AttemptId | null;
  /** What the leg shall run now. */
  documentFor(attempt: AttemptId, moment: DocumentMoment): { readonly document: CallDocument; readonly links: CallLinks };
  /** What happened to a leg; late, repeated and reordered ones included. */
  onLegEvent(event: LegEvent): void;
  /** Is told of what passes on a media socket beside the audio. */
  readonly note?: NoteExchange;
  /** Public origin that the carrier calls, without a slash at the end, as `https://tunnel.example`. Null when there is none (yet). */
  publicOrigin(): string | null;
}

/** Public addresses of one attempt. Each carries the attempt's ticket; the media address carries a single-use token. */
export interface CallLinks {
  /** Below it the adapter appends its own paths: `${webhookBase}/answer/${ticket}`. */
  readonly webhookBase: string;
  readonly ticket: string;
  /** wss (or, on loopback, ws) address of the media socket, token included. Null when the document holds no stream. */
  readonly mediaUrl: string | null;
}

export interface DialRequest {
  readonly attempt: AttemptId;
  readonly to: Phone;
  readonly from: Phone;
  readonly links: CallLinks;
  /** What the carrier runs when our side cannot be reached at the answer; given along where the carrier takes it. */
  readonly fallback: CallDocument;
  readonly ringTimeoutMs: number;
  /** Enforced by the carrier, so that it holds when this process is gone. */
  readonly maxCallMs: number;
  readonly detectMachine: boolean;
  readonly recordAtCarrier: boolean;
}

export interface DialAccepted {
  /** What the carrier answered with: Twilio's call sid, Plivo's request uuid (which need not be the call's uuid). */
  readonly requestId: string;
  /** Known at once for Twilio; for Plivo only with the first webhook. */
  readonly carrierCallId: string | null;
  /** How long the carrier says it will queue the call, where it says so. */
  readonly queueMs: number | null;
}

export interface DialRejection {
  readonly httpStatus: number;
  readonly carrierCode: string | null;
  readonly outcome: Outcome;
  /** Cause in words that a person understands, and what to do. */
  readonly cause: string;
  /** The whole campaign cannot go on with this (credit, permission, caller number): stop it instead of burning leads. */
  readonly stopsCampaign: boolean;
}

/** Names one leg at its carrier. At least one of the two is known. */
export interface LegRef {
  readonly carrierCallId: string | null;
  readonly requestId: string | null;
}

export interface LegQuery {
  readonly to: Phone;
  readonly from: Phone;
  readonly createdAfterMs: number;
  readonly createdBeforeMs: number;
}

/** The carrier's own view of a leg. */
export interface LegRecord {
  readonly carrierCallId: string;
  readonly requestId: string | null;
  readonly phase: 'queued' | 'ringing' | 'live' | 'ended';
  readonly outcome: Outcome | null;
  readonly cause: HangupCause | null;
  readonly createdAtMs: number | null;
  readonly answeredAtMs: number | null;
  readonly endedAtMs: number | null;
  /** Talk time, from the answer. */
  readonly durationMs: number | null;
  /** What the carrier charges for this leg; null until it has priced it. */
  readonly priceMicros: number | null;
}

/** The carrier's reason, kept beside our outcome. */
export interface HangupCause {
  /** The carrier's own code or word, as `4000` or `busy`. */
  readonly code: string;
  /** A sentence that a person understands. */
  readonly text: string;
  /** Whose doing it was. */
  readonly party: Party;
  /** The whole campaign cannot go on with this (credit, caller number): stop it instead of burning leads. Absent means no. */
  readonly stopsCampaign?: boolean;
}

export type DocumentMoment =
  /** The callee has answered. */
  | { readonly kind: 'answered' }
  /** The media stream is over and the leg is still up. */
  | { readonly kind: 'stream-ended' }
  /** The answer document could not be had; this is the second try. */
  | { readonly kind: 'fallback' }
  /** Keys were pressed into an announcement; empty when the time ran out. */
  | { readonly kind: 'digits'; readonly digits: string }
  /** A `gather` document is over. Both are empty when nothing came in time. @property confidence 0 to 1, where the carrier tells it */
  | { readonly kind: 'said'; readonly words: string; readonly confidence: number | null; readonly digits: string }
  /** A `wait` document is over. */
  | { readonly kind: 'waited' }
  /** A `relay` document is over. @property handoff what we gave along when it was we who ended it */
  | { readonly kind: 'relay-ended'; readonly handoff: string | null; readonly problem: string | null }
  /** A `dial` document is over. */
  | { readonly kind: 'dial-ended'; readonly result: DialResult };

export type DialResult = 'answered' | 'busy' | 'no-answer' | 'failed' | 'cancelled';

/** What a leg runs, in our words; each adapter renders it in its carrier's markup. */
export type CallDocument =
  /**
   * Two-way audio to `links.mediaUrl`. When the stream is over and the call goes on, the adapter gives the leg the `stream-ended` document;
   * when nobody is here to do so, the carrier's own voice says the apology and the leg ends. What is to be said first is said by that
   * voice, before there is any stream.
   */
  | {
      readonly kind: 'stream';
      readonly apology: { readonly text: string; readonly language: string };
      readonly sayFirst?: { readonly text: string; readonly language: string };
    }
  /**
   * One-way speech by the carrier's own voice. `optOutDigit` and any other key lead to the `digits` moment; with no key the leg ends.
   * The text is spoken `repeat` times.
   */
  | {
      readonly kind: 'announce';
      readonly text: string;
      readonly language: string;
      readonly optOutDigit: string | null;
      readonly repeat: number;
    }
  /** Say something, then listen for words or one key with the carrier's own recogniser; then the `said` moment. Talking over it stops it. */
  | {
      readonly kind: 'gather';
      /** Empty: only listen. */
      readonly text: string;
      /** Said before that and to its end: nobody is listened to yet, and talking does not stop it. */
      readonly whole?: string;
      readonly language: string;
      /** Words that are likely to come: names, keys, places. */
      readonly hints: readonly string[];
      /** From the end of our words to the beginning of theirs; 5 to 60 s. */
      readonly patienceMs: number;
    }
  /** Say something short or nothing, be silent for a moment, then the `waited` moment: somebody is still thinking. */
  | { readonly kind: 'wait'; readonly text: string; readonly language: string; readonly forMs: number }
  /**
   * The carrier hears and speaks for us and tells us the words, over a socket at `links.mediaUrl`; then the `relay-ended` moment.
   * Not every carrier can do that (`Carrier.openRelay`).
   */
  | {
      readonly kind: 'relay';
      /** Empty: silence until we say something. */
      readonly greeting: string;
      /** The greeting is said to its end, whoever talks. */
      readonly isWhole?: boolean;
      readonly language: string;
      readonly voice: string | null;
      readonly hints: readonly string[];
      readonly apology: { readonly text: string; readonly language: string };
    }
  /** A last sentence, then the end. */
  | { readonly kind: 'say-and-hang-up'; readonly text: string; readonly language: string }
  /** Ring somebody else and connect; then the `dial-ended` moment. */
  | {
      readonly kind: 'dial';
      readonly number: Phone;
      readonly callerId: Phone;
      readonly ringTimeoutMs: number;
      readonly sayFirst: string | null;
      readonly language: string;
    }
  | { readonly kind: 'hang-up' };

/** What happened to a leg. `atMs` is when we heard of it, epoch milliseconds. */
export type LegEvent =
  | { readonly type: 'leg.queued'; readonly attempt: AttemptId; readonly atMs: number; readonly leg: LegRef }
  | { readonly type: 'leg.ringing'; readonly attempt: AttemptId; readonly atMs: number; readonly leg: LegRef }
  | { readonly type: 'leg.answered'; readonly attempt: AttemptId; readonly atMs: number; readonly leg: LegRef }
  | { readonly type: 'leg.document-served'; readonly attempt: AttemptId; readonly atMs: number; readonly document: CallDocument['kind'] }
  | {
      readonly type: 'leg.ended';
      readonly attempt: AttemptId;
      readonly atMs: number;
      readonly leg: LegRef;
      readonly outcome: Outcome;
      readonly cause: HangupCause;
      readonly durationMs: number | null;
    }
  | {
      readonly type: 'leg.machine-detected';
      readonly attempt: AttemptId;
      readonly atMs: number;
      readonly answerType: AnswerType;
      readonly detail: string;
    }
  | { readonly type: 'leg.digits'; readonly attempt: AttemptId; readonly atMs: number; readonly digits: string }
  /** Whom a `dial` document rings has picked up, and talks with the callee. */
  | { readonly type: 'leg.dial-answered'; readonly attempt: AttemptId; readonly atMs: number }
  | {
      readonly type: 'leg.dial-ended';
      readonly attempt: AttemptId;
      readonly atMs: number;
      readonly result: DialResult;
      readonly cause: string;
    }
  | { readonly type: 'leg.stream-trouble'; readonly attempt: AttemptId; readonly atMs: number; readonly detail: string }
  | {
      readonly type: 'leg.recording-ready';
      readonly attempt: AttemptId;
      readonly atMs: number;
      readonly recordingId: string;
      readonly url: string;
    };

/** One thing the carrier calls on our public side. */
export interface Webhook {
  /** Path below `/carrier/{name}` with exactly one `:ticket`, as `/answer/:ticket`. */
  readonly path: string;
  readonly methods: readonly ('GET' | 'POST')[];
  /**
   * Called with a request whose ticket and signature are right. Synchronous: the answer comes from memory.
   * @throws {BridgeError} `input/invalid` naming the field, when a signed request does not parse; nothing has changed then
   */
  handle(request: WebhookRequest): WebhookReply;
}

export interface WebhookRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query exactly as received, as `/carrier/plivo/answer/abc?x=1`. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: Buffer;
  /** Form fields of the body, decoded; a repeated field is an array. */
  readonly form: Readonly<Record<string, string | string[]>>;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly attempt: AttemptId;
  readonly receivedAtMs: number;
}

export interface WebhookReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Called by the adapter as the carrier's messages come in; on the audio path, so nobody may wait or allocate needlessly in them. */
export interface MediaHandlers {
  readonly attempt: AttemptId;
  /** The carrier has named the stream. @returns false when the call it names is not ours: the adapter closes the socket */
  started(stream: { readonly carrierCallId: string; readonly streamId: string }): boolean;
  /**
   * 20 ms of the callee: 160 bytes of mu-law (other sizes may occur), valid only during the call.
   * @param timestampMs the carrier's own clock, of which only differences mean something
   */
  frame(bytes: Uint8Array, timestampMs: number): void;
  /** The audio before this checkpoint was played, or (Twilio) was dropped by a clear: the caller keeps generations apart. */
  checkpoint(name: string): void;
  digit(digit: string): void;
  /** We have begun to end the stream; `closed` follows when the carrier has answered. */
  leaving?(): void;
  /** The carrier ended the stream, or the socket is gone. Comes once, last. @param by who ended it in good order */
  closed(reason: string, by?: 'us' | 'carrier' | 'nobody'): void;
  /** Something in the protocol was not as it should be; the stream goes on. */
  trouble(detail: string): void;
}

/** Our side of a media socket. All methods are no-ops before `started` and after `closed`. */
export interface MediaStream {
  /** @param frame mu-law 8 kHz, normally 160 bytes; copied before this returns */
  send(frame: Uint8Array): void;
  /** Ask to be told when everything sent so far was played. */
  checkpoint(name: string): void;
  /** Drop what was sent and not yet played. */
  clear(): void;
  /** Keys towards the callee through the socket. @returns false when this carrier cannot do that */
  sendDigits(digits: string): boolean;
  /** Bytes that wait in our own socket buffer because the carrier does not read. */
  readonly bufferedBytes: number;
  /** End the stream in good order; the leg then gets the `stream-ended` document. */
  close(reason: string): void;
}
