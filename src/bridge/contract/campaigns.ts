import { z } from 'zod';
import { attentionTuning } from './attention.ts';
import { agentId, campaignId } from './ids.ts';
import { instant, micros, phone, turnParts } from './values.ts';
import { campaignState, carrierName, disposition, ladderStep, leadState, outcome, refusalName, rung, world } from './words.ts';

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time of day as "09:00"');
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** `mon` to `sun`; full names and ISO numbers (1 is Monday) are understood too. */
export const weekday = z.preprocess((day) => {
  if (typeof day === 'number') return weekdays[day - 1] ?? day;
  return typeof day === 'string' ? day.toLowerCase().slice(0, 3) : day;
}, z.enum(weekdays));

/** When the lead's own clock allows a call. Half-open: at `end` it is closed. */
export const callingWindow = z
  .object({ days: z.array(weekday).min(1).default(['mon', 'tue', 'wed', 'thu', 'fri']), start: clockTime, end: clockTime })
  .refine((window) => window.start < window.end, { path: ['end'], message: 'must be later than start' });

/** One kind of retry: the wait before each further attempt, and how many attempts in all. */
export const retryRule = z.object({
  delaysMinutes: z
    .array(
      z
        .int()
        .min(0)
        .max(60 * 24 * 30),
    )
    .max(10),
  maxAttempts: z.int().min(1).max(10),
});
/** What happens after each outcome; an outcome that is not named keeps the default. */
export const retryPolicy = z.partialRecord(
  z.enum(['no-answer', 'busy', 'rejected', 'voicemail', 'congestion', 'carrier-error', 'hung-up-early']),
  retryRule,
);

export const compliance = z.object({
  hours: z.enum(['enforce', 'off']).default('enforce'),
  consent: z.enum(['enforce', 'off']).default('enforce'),
});

const fields = {
  name: z.string().trim().min(1).max(120),
  agentId,
  carrier: carrierName,
  world: world.default('real'),
  fromNumbers: z.array(phone).min(1).max(200),
  /** `human`: a colleague on duty is rung when nobody above can talk. The announcement is the last resort of every ladder. */
  ladder: z.array(ladderStep).min(1).max(7).default(['realtime', 'announcement']),
  /** Calls at once. */
  lines: z.int().min(1).max(200).default(3),
  /** New calls per second, kept under the carrier's own limit. */
  callsPerSecond: z.number().positive().max(50).default(0.9),
  window: callingWindow.default({ days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '09:00', end: '20:00' }),
  retry: retryPolicy.default({}),
  budgetMicros: micros.nonnegative().optional(),
  /** A call that has cost this goes on with a cheaper voice, in the next pause. */
  callBudgetMicros: micros.positive().optional(),
  answeringMachine: z.enum(['hang-up', 'leave-message', 'off']).default('hang-up'),
  ringSeconds: z.int().min(5).max(60).default(25),
  maxCallSeconds: z.int().min(10).max(3600).default(300),
  compliance: compliance.default({ hours: 'enforce', consent: 'enforce' }),
  /** Countries that may be dialled, ISO 3166 alpha-2. */
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/))
    .max(50)
    .default(['US', 'CA']),
  /** Also let the carrier record the call; the bridge records in any case. */
  recordAtCarrier: z.boolean().default(false),
  /** Dial only while somebody is on duty at a console. Calls under way go on when the last one leaves. */
  needsDesk: z.boolean().default(false),
};

export const campaignDraft = z.object(fields);
/** Only what is named changes. */
export const campaignChange = z.object({
  id: campaignId,
  name: fields.name.optional(),
  agentId: agentId.optional(),
  carrier: carrierName.optional(),
  world: world.optional(),
  fromNumbers: fields.fromNumbers.optional(),
  ladder: z.array(ladderStep).min(1).max(7).optional(),
  lines: z.int().min(1).max(200).optional(),
  callsPerSecond: z.number().positive().max(50).optional(),
  window: callingWindow.optional(),
  retry: retryPolicy.optional(),
  budgetMicros: micros.nonnegative().nullable().optional(),
  callBudgetMicros: micros.positive().nullable().optional(),
  answeringMachine: z.enum(['hang-up', 'leave-message', 'off']).optional(),
  ringSeconds: z.int().min(5).max(60).optional(),
  maxCallSeconds: z.int().min(10).max(3600).optional(),
  compliance: compliance.optional(),
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/))
    .max(50)
    .optional(),
  recordAtCarrier: z.boolean().optional(),
  needsDesk: z.boolean().optional(),
});

export const campaign = z.object({
  id: campaignId,
  state: campaignState,
  /** Why it is paused, or how it ended. */
  stateReason: z.string().nullable(),
  ...fields,
  createdAt: instant,
  updatedAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  /** Rules that ask for a person and that were not needed in this campaign; absent while all were. */
  attentionTuning: z.array(attentionTuning).optional(),
});

export const forecast = z.object({
  attempts: z.int(),
  durationMs: z.int(),
  costMicros: micros,
  /** Worst case of a single call, which is what the budget reserves before each dial. */
  maxCallCostMicros: micros,
});

export const campaignPreview = z.object({
  leads: z.int(),
  willDial: z.int(),
  refusals: z.array(z.object({ name: refusalName, count: z.int() })),
  forecast,
});

export const campaignHealth = z.object({
  id: campaignId,
  state: campaignState,
  dialling: z.boolean(),
  /** Why it is, or is not, dialling at this moment, as sentences, most important first. */
  reasons: z.array(z.object({ name: z.string(), message: z.string(), clearsAt: instant.nullable() })),
  lines: z.object({ inUse: z.int(), limit: z.int() }),
  leads: z.partialRecord(leadState, z.int()),
  outcomes: z.partialRecord(outcome, z.int()),
  dispositions: z.partialRecord(disposition, z.int()),
  refusals: z.array(z.object({ name: refusalName, count: z.int() })),
  /** Of ended calls, by the rung that spoke last. */
  rungs: z.partialRecord(rung, z.int()).optional(),
  /** Replies of the AI that were measured: how long they take on average, where the time goes, and which hop takes the most of it. */
  replies: z
    .object({ turns: z.int(), meanMs: z.int(), parts: turnParts, slowest: z.enum(['endpointMs', 'thinkMs', 'sendMs', 'playMs']) })
    .optional(),
  spentMicros: micros,
  reservedMicros: micros,
  budgetMicros: micros.nullable(),
  nextEligibleAt: instant.nullable(),
});

/** Something that has to be settled before a campaign can start, or that is worth knowing before it, and where. */
export const startBlocker = z.object({
  name: z.string(),
  message: z.string(),
  /** The step of the editor in which it is settled. */
  step: z.enum(['basics', 'people', 'agent', 'schedule', 'setup']),
  /** False when it can start all the same. */
  blocks: z.boolean(),
});

export type CallingWindow = z.infer<typeof callingWindow>;
export type Weekday = z.infer<typeof weekday>;
export type RetryPolicy = z.infer<typeof retryPolicy>;
export type RetryRule = z.infer<typeof retryRule>;
export type Compliance = z.infer<typeof compliance>;
export type CampaignDraft = z.infer<typeof campaignDraft>;
export type CampaignChange = z.infer<typeof campaignChange>;
export type Campaign = z.infer<typeof campaign>;
export type CampaignPreview = z.infer<typeof campaignPreview>;
export type CampaignHealth = z.infer<typeof campaignHealth>;
export type Forecast = z.infer<typeof forecast>;
export type StartBlocker = z.infer<typeof startBlocker>;
