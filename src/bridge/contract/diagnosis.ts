import { z } from 'zod';
import { type AttemptId, callId } from './ids.ts';
import { instant } from './values.ts';
import { hopName, party } from './words.ts';

/** One message between us and a service, made fit to be shown: no secret, no audio, no spoken word, no full number. */
export const exchange = z.object({
  at: instant,
  /** Seen from here. */
  way: z.enum(['in', 'out']),
  kind: z.enum(['webhook', 'document', 'media', 'ai', 'rest']),
  /** As `status` or `session.updated`. */
  name: z.string(),
  detail: z.string(),
});

/** Why a call ended, in our own words, whichever carrier and engine it ran on. Each names the party whose doing it was. */
export const endCause = z.enum([
  'talked-out',
  'lead-hung-up',
  'opted-out',
  'operator-ended',
  'transferred',
  'machine',
  'nobody-spoke',
  'nobody-came',
  'no-answer',
  'busy',
  'declined',
  'wrong-number',
  'destination-barred',
  'blocked-by-network',
  'carrier-busy',
  'carrier-refused',
  'carrier-failed',
  'cancelled',
  'time-limit',
  'budget-spent',
  'settings-wrong',
  'webhook-not-reached',
  'media-not-opened',
  'no-audio-from-carrier',
  'media-not-understood',
  'network-cut',
  'ai-not-reached',
  'ai-refused',
  'ai-failed',
  'ringside-failed',
  'ringside-restarted',
  'not-known',
]);
export type EndCause = z.infer<typeof endCause>;

export const diagnosedHop = z.object({
  name: hopName,
  state: z.enum(['reached', 'missing', 'not-reached', 'not-needed']),
  at: instant.nullable(),
  sinceDialMs: z.number().nullable(),
  /** From the step before it. */
  stepMs: z.number().nullable(),
  /** The same step of the last good call. */
  goodStepMs: z.number().nullable(),
  detail: z.string().nullable(),
  /** What its absence means. */
  meaning: z.string(),
});

/** What a call's path tells, beside the last good call of the same carrier. */
export const callDiagnosis = z.object({
  callId,
  /** What happened, in a sentence. */
  verdict: z.string(),
  /** Null while the call goes on. */
  cause: endCause.nullable(),
  /** Whose doing it was; null when nobody did anything wrong. */
  fault: party.nullable(),
  /** What to do about it; null when there is nothing to do. */
  cure: z.string().nullable(),
  hops: z.array(diagnosedHop),
  firstMissing: hopName.nullable(),
  /** The step that took much longer than in the good call. */
  slowest: z.object({ name: hopName, ms: z.number(), goodMs: z.number() }).nullable(),
  comparedWith: z.object({ callId, at: instant }).nullable(),
});

/** The carrier's own records of a call, asked for at this moment. */
export const carrierView = z.object({
  at: instant,
  /** False when the carrier knows no such call. */
  found: z.boolean(),
  facts: z.array(z.object({ name: z.string(), theirs: z.string().nullable(), ours: z.string().nullable(), differs: z.boolean() })),
  notes: z.array(z.object({ at: z.string().nullable(), title: z.string(), detail: z.string() })),
});

/** A message as it passed. What must not be kept of it is taken out by who keeps it. */
export interface NotedExchange extends Pick<z.infer<typeof exchange>, 'way' | 'kind' | 'name'> {
  readonly attempt: AttemptId;
  readonly atMs: number;
  /** An object by its fields, or markup as text. */
  readonly content: unknown;
}

/** Takes note of what passed between us and a service. Never throws, never waits. */
export type NoteExchange = (exchange: NotedExchange) => void;

export type Exchange = z.infer<typeof exchange>;
export type CallDiagnosis = z.infer<typeof callDiagnosis>;
export type DiagnosedHop = z.infer<typeof diagnosedHop>;
export type CarrierView = z.infer<typeof carrierView>;
