import { z } from 'zod';
import { endCause } from './diagnosis.ts';
import { agentId, campaignId, criterionId } from './ids.ts';
import { durationMs, instant, instantInput, micros } from './values.ts';
import { disposition, outcome, party, rung, world } from './words.ts';

/** What a campaign is made for: a call with one of these counts as won. */
export const wonDispositions = ['interested', 'appointment', 'sale', 'transferred'] as const;

/** Calls that were dialled from `since` on and before `until`, at most 400 days. */
export const insightsQuery = z
  .object({
    world: world.default('real'),
    campaignId: campaignId.optional(),
    since: instantInput,
    until: instantInput,
  })
  .refine(({ since, until }) => Date.parse(until) > Date.parse(since), { path: ['until'], message: 'must be after since' })
  .refine(({ since, until }) => Date.parse(until) - Date.parse(since) <= 400 * 86_400_000, {
    path: ['since'],
    message: 'at most 400 days before until',
  });

const counted = {
  dialled: z.int(),
  /** Picked up, by whomever or whatever. */
  answered: z.int(),
  /**
   * Picked up by a person: by the verdict on who picked up, or, where there is none, by a disposition that only a person brings about; whoever
   * was won is one in any case. What neither tells is nobody.
   */
  people: z.int(),
  /** Those that ended with one of {@link wonDispositions}. */
  won: z.int(),
  /** Asked never to be called again. */
  optOuts: z.int(),
  costMicros: micros,
};

export const insights = z.object({
  since: instant,
  until: instant,
  totals: z.object({
    ...counted,
    talkMs: durationMs,
    /** Calls that a person of ours had for a while. */
    personInvolved: z.int(),
    /** Calls in which another voice took over; that is kept as long as the transcript. */
    voiceChanged: z.int(),
  }),
  /** By day of this machine's calendar, oldest first, days without calls too. */
  days: z.array(z.object({ day: z.iso.date(), ...counted })),
  /** By the hour of the lead's own clock at the dial, 0 to 23; calls whose zone is not known are in none. */
  hours: z.array(z.object({ hour: z.int().min(0).max(23), dialled: z.int(), people: z.int() })).length(24),
  /** The most frequent first, here and below. */
  outcomes: z.array(z.object({ outcome, calls: z.int() })),
  dispositions: z.array(z.object({ disposition, calls: z.int() })),
  /** By the rung that spoke last. */
  rungs: z.array(z.object({ rung, calls: z.int() })),
  /** Why calls ended, and whose doing it was. */
  ends: z.array(z.object({ cause: endCause, fault: party.nullable(), words: z.string(), calls: z.int() })),
  /** From the lead's last word to the first sound of the answer; null when no reply was measured. */
  replies: z.object({ turns: z.int(), medianMs: z.int(), p95Ms: z.int() }).nullable(),
  /** Each version of each agent that called, the newest call first. */
  agents: z.array(
    z.object({
      agentId,
      name: z.string(),
      version: z.int(),
      ...counted,
      /** Of the calls that a person scored; null when none was. */
      averagePoints: z.number().min(0).max(100).nullable(),
    }),
  ),
  scores: z.object({
    /** Those with an answer to every question. */
    scored: z.int(),
    averagePoints: z.number().min(0).max(100).nullable(),
    /** Questions as they were last asked; the one that was answered no most often first. */
    criteria: z.array(z.object({ criterionId, question: z.string(), yes: z.int(), no: z.int() })),
  }),
  tags: z.array(z.object({ tag: z.string(), calls: z.int() })),
});

export type Insights = z.infer<typeof insights>;
