import { type CallOrigin, CallRecord } from '../call-record.ts';
import type { Scope } from '../scope.ts';
import type { Cause } from './causes.ts';
import type { PlivoSettings } from './create-request.ts';

export interface PlivoStream {
  readonly id: string;
  readonly serviceUrl: string;
  readonly startedAtMs: number;
  stop(): void;
}

/** A call at the simulated Plivo: `id` is its CallUUID, `requestId` what the create request was answered with. */
export class PlivoCall extends CallRecord {
  /** Null for a leg that a document dialled. */
  readonly settings: PlivoSettings | null;
  readonly queueMs: number;
  cause: Cause | null = null;
  /** Set when the record is in the list of completed calls. */
  isFiled = false;
  /** The one stream that a call may have. */
  stream: PlivoStream | null = null;

  constructor(origin: CallOrigin, world: Scope, settings: PlivoSettings | null, queueMs: number) {
    super(origin, world);
    this.settings = settings;
    this.queueMs = queueMs;
  }
}

/** Plivo writes numbers without the plus sign. */
export function bare(number: string): string {
  return number.replace(/^\+/, '');
}

/** As `2026-11-23 15:00:00`, UTC. */
export function plivoTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
}
