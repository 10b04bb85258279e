import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { Directory, Voices } from '../person.ts';
import type { FaultRule } from './faults.ts';
import type { Routes } from './urls.ts';

/** What both simulated carriers are made of. Everything random follows from `seed`. */
export interface CarrierSimOptions<Credentials> {
  readonly credentials: Credentials;
  /** Caller numbers that the account owns, E.164. */
  readonly numbers: readonly string[];
  /** Who answers at which number, for calls and for transfers alike. */
  readonly directory: Directory;
  /** The carrier's own voice: text to 8 kHz mu-law. */
  readonly speech: (text: string, language: string) => Promise<Uint8Array>;
  /** What the carrier's own recogniser understands; without it, it understands nobody. */
  readonly recognise?: Voices['recognise'];
  readonly seed: number;
  readonly clock?: Clock;
  /** Port of the REST API on loopback; 0, the default, picks a free one. */
  readonly port?: number;
  /** How many calls begin per second; the rest waits in the carrier's queue. */
  readonly callsPerSecond?: number;
  readonly timing?: Partial<CarrierTiming>;
  readonly faults?: readonly FaultRule[];
  /** Public origins that lead to this machine, as a tunnel's do. Addresses of loopback need none; all others are never reached. */
  readonly routes?: Routes;
  /** Keep what each person heard and said. */
  readonly keepAudio?: boolean;
  readonly log?: Logger;
  readonly account?: Partial<SimAccount>;
}

/** What the carrier says of the account, beside what it does. */
export interface SimAccount {
  readonly isTrial: boolean;
  /** Dollars, as the carrier writes them. */
  readonly balance: string;
  /** How far the carrier's clock is ahead of this machine's. */
  readonly clockAheadMs: number;
  /** Webhooks and upgrades are signed with this token; null: with the one of the REST API. */
  readonly signingToken: string | null;
  /** The account has accepted the terms of the relay (Twilio). */
  readonly mayRelay: boolean;
}

export const STANDARD_ACCOUNT: SimAccount = { isTrial: false, balance: '25.00', clockAheadMs: 0, signingToken: null, mayRelay: true };

/** All in milliseconds. */
export interface CarrierTiming {
  /** From the start of the dialling to the ringing. */
  readonly ringAfterMs: number;
  /** From an ended call to its recording being ready. */
  readonly recordingReadyMs: number;
  /** From an ended call to its record being in the list of completed calls (Plivo). */
  readonly recordAfterMs: number;
  /** From an ended call to its price being known (Twilio). */
  readonly priceAfterMs: number;
  /** How long a media socket may take to open. */
  readonly handshakeMs: number;
}

export const STANDARD_TIMING: CarrierTiming = {
  ringAfterMs: 300,
  recordingReadyMs: 800,
  recordAfterMs: 100,
  priceAfterMs: 500,
  handshakeMs: 5_000,
};

/** A simulated phone company on loopback. */
export interface CarrierSim {
  /** Base of its REST API, as `http://127.0.0.1:40123`. */
  readonly baseUrl: string;
  /** Every call ever created, in the order of their making; legs that a document dialled are among them. */
  calls(): readonly SimCall[];
  /** Script a fault from now on. */
  fault(rule: FaultRule): void;
  /** The account is another one from now on, in what is named. */
  amend(account: Partial<SimAccount>): void;
  /** Everything that the bridge did against the protocol. A test asserts that there is none. */
  violations(): readonly Violation[];
  stats(): CarrierStats;
  /** End all calls without a word, close every socket and timer. */
  close(): Promise<void>;
}

export interface Violation {
  readonly atMs: number;
  /** Null when it belongs to no call. */
  readonly callId: string | null;
  /** What rule was broken, as `media.wrong-stream-sid`. */
  readonly rule: string;
  readonly detail: string;
}

export interface CarrierStats {
  readonly created: number;
  readonly queued: number;
  readonly ringing: number;
  readonly live: number;
  readonly ended: number;
  readonly restRequests: number;
  readonly webhooks: number;
  readonly mediaSockets: number;
  readonly framesToBridge: number;
  readonly framesFromBridge: number;
  /** 20 ms beats, the worst lateness of one, and beats given up after a long sleep of the machine. */
  readonly pacer: { readonly ticks: number; readonly lateMaxMs: number; readonly skipped: number };
}

/** A call as the carrier saw it. A live view: fields change while the call goes on. */
export interface SimCall {
  /** Twilio's call sid, Plivo's call uuid. */
  readonly id: string;
  /** What the create request was answered with; the same as `id` for Twilio, another for Plivo. */
  readonly requestId: string;
  readonly from: string;
  readonly to: string;
  /** `outbound-dial` is a leg that a document of `parentId` dialled. */
  readonly direction: 'outbound-api' | 'outbound-dial';
  readonly parentId: string | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly ringingAtMs: number | null;
  readonly answeredAtMs: number | null;
  readonly endedAtMs: number | null;
  /** The carrier's own word. */
  readonly status: string;
  readonly hangup: Hangup | null;
  readonly history: readonly SimEvent[];
  readonly media: MediaFigures;
  /** What reached the person's ear since the answer, mu-law; null without `keepAudio`. Sample n is as old as sample n of `said`. */
  readonly heard: Uint8Array | null;
  readonly said: Uint8Array | null;
}

export interface Hangup {
  readonly code: string;
  readonly name: string;
  /** Who ended it, in the carrier's words. */
  readonly source: string;
}

export interface MediaFigures {
  readonly framesToBridge: number;
  readonly framesFromBridge: number;
  readonly bytesFromBridge: number;
  /** Times that audio ran dry in mid-sentence: it went on within 200 ms. */
  readonly holes: number;
  readonly maxQueuedMs: number;
  readonly firstFrameToBridgeAtMs: number | null;
  readonly firstFrameFromBridgeAtMs: number | null;
}

export type SimEvent =
  | { readonly kind: 'state'; readonly atMs: number; readonly status: string }
  | {
      readonly kind: 'rest';
      readonly atMs: number;
      readonly method: string;
      readonly path: string;
      readonly params: Readonly<Record<string, unknown>>;
      readonly status: number;
    }
  | {
      readonly kind: 'webhook';
      readonly atMs: number;
      /** What it was for, as `answer` or `status:ringing`. */
      readonly name: string;
      readonly method: string;
      readonly url: string;
      readonly params: Readonly<Record<string, string>>;
      /** What the bridge answered, or why there is no answer. */
      readonly status: number | null;
      readonly body: string;
      readonly failure: string | null;
      readonly tookMs: number;
    }
  | { readonly kind: 'socket'; readonly atMs: number; readonly direction: 'to-bridge' | 'from-bridge' | 'state'; readonly message: unknown }
  | { readonly kind: 'verb'; readonly atMs: number; readonly verb: string; readonly detail: string }
  | { readonly kind: 'key'; readonly atMs: number; readonly digit: string }
  | { readonly kind: 'fault'; readonly atMs: number; readonly what: string }
  | { readonly kind: 'note'; readonly atMs: number; readonly what: string };
