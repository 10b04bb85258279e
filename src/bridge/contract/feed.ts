import { z } from 'zod';
import { callSummary, hop, involvement, mark, nudge, segment, toolCall, turnLatency } from './calls.ts';
import { campaign, campaignHealth } from './campaigns.ts';
import { colleague } from './colleagues.ts';
import { errorBody } from './errors.ts';
import { callId, campaignId, markId } from './ids.ts';
import { lineHealth, proofStep, tunnelState } from './line.ts';
import { instant } from './values.ts';
import { carrierName, world } from './words.ts';

/** What the live feed tells; `seq` and `at` are added on the way out. */
export const feedBody = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call.changed'), call: callSummary }),
  z.object({ type: z.literal('call.segment'), callId, segment }),
  z.object({ type: z.literal('call.hop'), callId, hop }),
  z.object({ type: z.literal('call.tool'), callId, toolCall }),
  z.object({ type: z.literal('call.turn'), callId, turn: turnLatency }),
  z.object({ type: z.literal('call.mark'), callId, mark }),
  z.object({ type: z.literal('call.mark-removed'), callId, markId }),
  /** `rank` sorts by need: 0 none, 1 look, 2 act. */
  z.object({ type: z.literal('call.attention'), callId, reason: z.string().nullable(), rank: z.int(), rule: z.string().optional() }),
  z.object({ type: z.literal('call.nudge'), callId, nudge }),
  z.object({ type: z.literal('call.involvement'), callId, involvement }),
  /** Somebody would like to have a call that another person holds. @property by their name */
  z.object({ type: z.literal('call.asked'), callId, by: z.string(), note: z.string().nullable() }),
  z.object({ type: z.literal('campaign.changed'), campaign }),
  z.object({ type: z.literal('campaign.removed'), campaignId }),
  z.object({ type: z.literal('campaign.health'), health: campaignHealth }),
  z.object({ type: z.literal('import.progress'), campaignId, rows: z.int(), bytes: z.int(), totalBytes: z.int().nullable() }),
  /** All of them, whenever one has changed. */
  z.object({ type: z.literal('colleagues.changed'), colleagues: z.array(colleague) }),
  z.object({
    type: z.literal('tunnel.changed'),
    publicUrl: z.string().nullable(),
    state: tunnelState,
    cause: z.string().nullable(),
    cure: z.string().nullable(),
  }),
  /** A step of a proof that runs is over; the answer of `line.prove` holds them all. */
  z.object({ type: z.literal('proof.step'), proofId: z.string(), carrier: carrierName, world, quick: z.boolean(), step: proofStep }),
  z.object({ type: z.literal('line.health'), health: lineHealth }),
  z.object({ type: z.literal('alert'), level: z.enum(['info', 'warn', 'error']), message: z.string(), callId: callId.optional() }),
]);

/** Sent to who attaches, and to who asks for more than the bridge still remembers. Everything after it follows without gap or repeat. */
export const feedSnapshot = z.object({
  type: z.literal('snapshot'),
  /** Names this run of the bridge; sequence numbers of another run mean nothing in this one. */
  run: z.string(),
  calls: z.array(callSummary),
  campaigns: z.array(campaign),
});

export const feedEvent = z.intersection(z.object({ seq: z.int(), at: instant }), z.union([feedBody, feedSnapshot]));

/** What a console sends on the live socket as text. */
export const feedRequest = z.discriminatedUnion('type', [
  /** `seq` is the last one that the console has; `run` comes from its snapshot, and tells a restarted bridge from the old one. */
  z.object({ type: z.literal('resume'), seq: z.int().nonnegative(), run: z.string().max(80).optional() }),
  z.object({
    type: z.literal('audio.open'),
    callId,
    listen: z.boolean(),
    /** Binary messages on this channel are the operator's microphone. Needs a call that this console holds. */
    speak: z.boolean().default(false),
    /** Only to show how loud it is: does not count as listening. */
    levelsOnly: z.boolean().default(false),
  }),
  z.object({ type: z.literal('audio.close'), channel: z.int().nonnegative() }),
  /** Begin again so far behind the live sound; 0 is live. */
  z.object({ type: z.literal('audio.seek'), channel: z.int().nonnegative(), backMs: z.int().nonnegative() }),
  /** How fast the past is played until it has caught up with the live sound. */
  z.object({ type: z.literal('audio.rate'), channel: z.int().nonnegative(), rate: z.union([z.literal(1), z.literal(1.5)]) }),
  /** From a console that holds a call, every half second in which its microphone sends nothing: it is still there. */
  z.object({ type: z.literal('talk.ping'), channel: z.int().nonnegative() }),
  /** From a console whose person comes on duty or leaves; who has said nothing is off duty, and so is who goes. */
  z.object({ type: z.literal('duty'), isOnDuty: z.boolean() }),
  /** Any operation, by its name; the answer carries the same id. */
  z.object({
    type: z.literal('invoke'),
    id: z.union([z.string().max(80), z.int()]),
    operation: z.string().max(80),
    input: z.unknown().optional(),
  }),
]);

/** What the bridge answers on the live socket, beside the feed's events: these have no `seq` and are not replayed. */
export const feedReply = z.discriminatedUnion('type', [
  z.object({ type: z.literal('audio.opened'), callId, channel: z.int() }),
  /** Asked for, or the call is over. */
  z.object({ type: z.literal('audio.closed'), callId, channel: z.int() }),
  /** @property heldMs how much of the past can be had */
  z.object({ type: z.literal('audio.sought'), channel: z.int(), backMs: z.int(), heldMs: z.int() }),
  z.object({
    type: z.literal('answer'),
    id: z.union([z.string(), z.int()]),
    result: z.unknown().optional(),
    error: errorBody.optional(),
  }),
  /** A message could not be done; `request` repeats its type where it had one. */
  z.object({ type: z.literal('error'), request: z.string().nullable(), callId: callId.optional(), error: errorBody }),
]);

export type FeedBody = z.infer<typeof feedBody>;
export type FeedSnapshot = z.infer<typeof feedSnapshot>;
export type FeedEvent = z.infer<typeof feedEvent>;
export type FeedRequest = z.infer<typeof feedRequest>;
export type FeedReply = z.infer<typeof feedReply>;

/** Tells everyone who watches. Never throws and never waits. */
export type Publish = (event: FeedBody) => void;
