import { z } from 'zod';
import { compliance } from './campaigns.ts';
import { endCause } from './diagnosis.ts';
import {
  agentId,
  attemptId,
  callClipId,
  callId,
  campaignId,
  involvementId,
  leadId,
  markId,
  nudgeId,
  segmentId,
  transferId,
  transferRequestId,
} from './ids.ts';
import { consent } from './leads.ts';
import { callScore } from './scores.ts';
import { durationMs, instant, micros, phone, turnParts } from './values.ts';
import {
  answerType,
  callState,
  carrierName,
  disposition,
  floor,
  hopName,
  ladderStep,
  outcome,
  party,
  rung,
  speaker,
  world,
} from './words.ts';

export const hop = z.object({
  name: hopName,
  at: instant,
  /** Milliseconds since the request to dial was sent. */
  sinceDialMs: z.number(),
  detail: z.string().optional(),
});

/** A piece of transcript. Times count from the answer, by audio, not by arrival. */
export const segment = z.object({
  id: segmentId,
  speaker,
  text: z.string(),
  /** What the lead's ear received, where the rest was cut off. */
  heardText: z.string().optional(),
  /** Where the ear stopped was reckoned from the length of the audio; nobody confirmed the words. Only along with `heardText`. */
  heardEstimated: z.boolean().optional(),
  startMs: z.int(),
  endMs: z.int(),
  final: z.boolean(),
  interrupted: z.boolean().optional(),
});

export const mark = z.object({ id: markId, at: instant, offsetMs: z.int(), note: z.string().nullable() });

/** A label that people put on a call. Upper and lower case are the same; the way it was first written is kept. */
export const tag = z.string().trim().min(1).max(40);

/** A stretch of the recording that somebody cut out: the file of it is `GET {url}?fromMs=&toMs=` of the recording. */
export const callClip = z.object({
  id: callClipId,
  /** From the beginning of the recording. */
  fromMs: z.int().nonnegative(),
  toMs: z.int(),
  note: z.string().nullable(),
  by: z.string(),
  at: instant,
});

export const toolCall = z.object({
  name: z.string(),
  arguments: z.string(),
  result: z.string(),
  /** From the answer. */
  atMs: z.int(),
  /** How long its answer took. */
  ms: z.int().nonnegative().optional(),
});

/** Why a person should look at a call (`look`), or is needed on it (`act`), in words. */
export const attention = z.object({
  level: z.enum(['look', 'act']),
  reason: z.string(),
  since: instant,
  /** Which rule raised it. */
  rule: z.string().optional(),
  /** The words that raised it, where words did. */
  segmentId: segmentId.optional(),
});

/** One turn of the AI: from the end of the lead's speech to the first audio of the answer. */
export const turnLatency = z.object({
  endOfSpeechMs: z.int(),
  firstAudioMs: z.int(),
  latencyMs: z.int(),
  /**
   * Where it went: until the service knew that the lead had finished, until the first audio of the answer was here, until that was sent, and
   * until the ear began to hear it.
   */
  parts: turnParts.optional(),
});

/** Another rung of the voice ladder took over in the middle of a call, or a person of ours was rung (`human`). */
export const rungChange = z.object({ at: instant, from: ladderStep.nullable(), to: ladderStep, because: z.string() });

/** Kept for a court or an authority: neither retention nor the erasure of its number deletes anything of the call. */
export const legalHold = z.object({ since: instant, by: z.string(), reason: z.string().nullable() });

/** Who speaks for us on a live call. */
export const holder = z.object({
  kind: z.enum(['ai', 'operator', 'colleague']),
  /** Of a person. */
  name: z.string().nullable(),
  /** The session whose operator has it; null when it is not an operator. */
  console: z.string().nullable(),
  since: instant,
});

/** A hint for the AI that the lead does not hear. */
export const nudge = z.object({
  id: nudgeId,
  text: z.string(),
  /** `in-context`: the AI will read it with its next answer. `missed`: the call ended before that. */
  state: z.enum(['queued', 'in-context', 'used', 'withdrawn', 'missed']),
  at: instant,
  /** Who wrote it. */
  by: z.string(),
  /** The sentence that used it: the AI's first one that was begun with it in view. */
  usedIn: segmentId.optional(),
});

/** What a person did on a call, and when. */
export const involvement = z.object({
  id: involvementId,
  who: z.string(),
  /** `reclaimed`: the AI took the call back by itself; `detail` says why. */
  action: z.enum([
    'listened',
    'coached',
    'said',
    'took-over',
    'gave-back',
    'stepped-back',
    'reclaimed',
    'transferred',
    'marked',
    'hung-up',
    'corrected',
  ]),
  /** From the answer. */
  startMs: z.int().nonnegative(),
  /** Null while it goes on. */
  endMs: z.int().nonnegative().nullable(),
  at: instant,
  detail: z.string().optional(),
});

/** The transfer of a call, while it goes on and after its end. */
export const transferInfo = z.object({
  id: transferId,
  kind: z.enum(['cold', 'warm']),
  toName: z.string(),
  toNumber: phone,
  state: z.enum([
    'briefing',
    'ringing',
    'accepted',
    'connected',
    'declined',
    'no-answer',
    'busy',
    'voicemail',
    'failed',
    'abandoned',
    'cancelled',
  ]),
  /** Where it stands, in words. */
  message: z.string(),
  requestedBy: z.enum(['ai', 'operator']),
  /** The operator who asked for it, or allowed the AI to; absent when the AI did it alone. */
  requestedByName: z.string().optional(),
  since: instant,
  cause: z.string().optional(),
});

/** The AI wants to put the lead through and waits for an operator's word. */
export const transferRequest = z.object({
  id: transferRequestId,
  reason: z.string(),
  targetName: z.string().nullable(),
  at: instant,
});

/** A call as lists show it. */
export const callSummary = z.object({
  id: callId,
  attemptId,
  leadId: leadId.nullable(),
  campaignId: campaignId.nullable(),
  agentId,
  agentVersion: z.int(),
  world,
  carrier: carrierName,
  carrierCallId: z.string().nullable(),
  to: phone,
  from: phone,
  leadName: z.string().nullable(),
  /** IANA zone of the lead's clock; null when it cannot be told. */
  leadZone: z.string().nullable(),
  /** Town and region, as `Tucson, AZ`, or as much of it as is known. */
  leadPlace: z.string().nullable(),
  agentName: z.string(),
  /** Which dial of this lead it is, from 1. */
  attemptNumber: z.int().min(1),
  state: callState,
  /** Since when it is in this state. */
  stateSince: instant,
  /** Who has the floor while the call is live. */
  speaking: floor.nullable(),
  /** Nobody speaks, and the lead waits for a word of the AI: an answer is due, asked for, or in the making. */
  thinking: z.boolean(),
  /** Since when this one has the floor, or nobody has it and this side is waited for. */
  speakingSince: instant.nullable(),
  /** Who speaks for us; null when the call is not live. */
  holder: holder.nullable(),
  /** The operator or colleague who has it, by name; null while no person has it. */
  heldBy: z.string().nullable(),
  /** The transfer that goes on, or the last one. */
  transfer: transferInfo.nullable(),
  transferRequest: transferRequest.nullable(),
  attention: attention.nullable(),
  /** Who hears the call at this moment, by name. */
  listeners: z.array(z.string()),
  /** Whether a person ever had it: took it over, or was given it. */
  personInvolved: z.boolean(),
  rung: rung.nullable(),
  /** The last time that another rung took over, and why; absent while the first one speaks, and on calls that are not in memory. */
  rungChange: rungChange.optional(),
  outcome: outcome.nullable(),
  disposition: disposition.nullable(),
  answerType: answerType.nullable(),
  startedAt: instant,
  answeredAt: instant.nullable(),
  endedAt: instant.nullable(),
  endedBy: party.nullable(),
  /** What ended the call, in words. */
  endedReason: z.string().nullable(),
  /** The carrier's own word or code for it. */
  hangupCause: z.string().nullable(),
  /** Why it ended, in words of our own for every carrier and engine, and whose doing it was (null: nobody's). Null while it goes on. */
  end: z.object({ cause: endCause, fault: party.nullable(), words: z.string() }).nullish(),
  talkMs: durationMs,
  costMicros: micros,
  /** A person's decision to dial in spite of the hours or consent guard; shown wherever the call is shown. */
  compliance,
  lastLine: z.string().nullable(),
  lastSpeaker: speaker.nullable(),
  /** In the order of the alphabet; absent when it has none. */
  tags: z.array(tag).optional(),
  /** What a person made of it by the scorecard; absent while nobody did, and while an answer is missing. */
  points: z.int().min(0).max(100).optional(),
});

export const recordingInfo = z.object({
  durationMs,
  channels: z.int(),
  url: z.string(),
  /** An operator's own voice apart, one channel on the same clock; only when somebody took the call over. */
  operatorUrl: z.string().optional(),
});

export const costLine = z.object({ kind: z.string(), micros, detail: z.string(), estimated: z.boolean() });

export const call = callSummary.extend({
  hops: z.array(hop),
  transcript: z.array(segment),
  toolCalls: z.array(toolCall),
  turns: z.array(turnLatency),
  marks: z.array(mark),
  nudges: z.array(nudge),
  involvements: z.array(involvement),
  costs: z.array(costLine),
  /** In order; none on a call that was spoken by one rung all the time. */
  rungChanges: z.array(rungChange).optional(),
  /** When the carrier confirmed that the whole disclosure was played; null when it was not. */
  disclosurePlayedAt: instant.nullable(),
  /** What says who picked up, in words. */
  answerReason: z.string().optional(),
  /** How long either side spoke, and nobody did; known when the call is over. */
  talk: z.object({ leadMs: durationMs, ourMs: durationMs, silenceMs: durationMs }).optional(),
  recording: recordingInfo.optional(),
  note: z.string().nullable(),
  /** Null when it is under none. */
  legalHold: legalHold.nullable().optional(),
  /** Of a call that was answered and is over; absent when there is no scorecard. */
  score: callScore.optional(),
  /** In the order of the recording; absent when there is none. */
  clips: z.array(callClip).optional(),
});

export const dialInput = z.object({
  to: phone,
  agentId,
  carrier: carrierName,
  from: phone,
  world: world.default('real'),
  ladder: z.array(ladderStep).min(1).max(7).default(['realtime', 'announcement']),
  /** A call that has cost this goes on with a cheaper voice, in the next pause. */
  callBudgetMicros: micros.positive().optional(),
  variables: z.record(z.string().max(80), z.string().max(2_000)).default({}),
  /** "off" switches both guards off; it is stored with the attempt and shown wherever the call is shown. Suppressions are never off. */
  compliance: z
    .union([compliance, z.enum(['enforce', 'off'])])
    .default('enforce')
    .transform((value) => (typeof value === 'string' ? { hours: value, consent: value } : value)),
  consent: consent.optional(),
  ringSeconds: z.int().min(5).max(60).default(25),
  /** How long the AI may talk. It stands still while a person has the call, who may talk for an hour on top. */
  maxCallSeconds: z.int().min(10).max(3600).default(300),
  answeringMachine: z.enum(['hang-up', 'leave-message', 'off']).default('off'),
});

export type Hop = z.infer<typeof hop>;
export type Segment = z.infer<typeof segment>;
export type Mark = z.infer<typeof mark>;
export type CallClip = z.infer<typeof callClip>;
export type Attention = z.infer<typeof attention>;
export type Holder = z.infer<typeof holder>;
export type RungChange = z.infer<typeof rungChange>;
export type LegalHold = z.infer<typeof legalHold>;
export type Nudge = z.infer<typeof nudge>;
export type Involvement = z.infer<typeof involvement>;
export type TransferInfo = z.infer<typeof transferInfo>;
export type TransferRequest = z.infer<typeof transferRequest>;
export type ToolCall = z.infer<typeof toolCall>;
export type TurnParts = z.infer<typeof turnParts>;
export type TurnLatency = z.infer<typeof turnLatency>;
export type CallSummary = z.infer<typeof callSummary>;
export type Call = z.infer<typeof call>;
export type CostLine = z.infer<typeof costLine>;
export type DialInput = z.infer<typeof dialInput>;
