import type { Forecast } from '#bridge/contract/campaigns.ts';

/**
 * How a lead list usually behaves: shares of attempts and how long each holds a line (setup, ring, talk, wrap-up). A campaign with a
 * history may bring its own shares.
 */
export interface DialMix {
  readonly human: number;
  readonly machine: number;
  readonly noAnswer: number;
  readonly failed: number;
}

export const usualMix: DialMix = { human: 0.2, machine: 0.35, noAnswer: 0.4, failed: 0.05 };

const HUMAN_RING_MS = 15_000;
const HUMAN_TALK_MS = 90_000;
const HUMAN_WRAP_MS = 3_000;
const MACHINE_RING_MS = 18_000;
const MACHINE_TALK_MS = 12_000;
const MACHINE_WRAP_MS = 2_000;
const NO_ANSWER_WRAP_MS = 1_000;
const FAILED_MS = 4_000;
const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

export interface ForecastInput {
  /** Leads that will be dialled. */
  readonly leads: number;
  readonly lines: number;
  readonly callsPerSecond: number;
  readonly ringTimeoutMs: number;
  readonly maxCallMs: number;
  /** Attempts that one lead may have in all. */
  readonly maxAttempts: number;
  /** Hours of a week in which the campaign may dial. */
  readonly hoursPerWeek: number;
  /** Worst-case cost of one call that is cut off after this long. */
  readonly costOfMicros: (maxCallMs: number) => number;
  readonly mix?: DialMix;
}

/** How long one attempt holds a line on average, in milliseconds. */
export function lineTimeMs(mix: DialMix, ringTimeoutMs: number, maxCallMs: number): number {
  const talkMs = Math.min(HUMAN_TALK_MS, maxCallMs);
  return (
    mix.human * (Math.min(HUMAN_RING_MS, ringTimeoutMs) + talkMs + HUMAN_WRAP_MS) +
    mix.machine * (Math.min(MACHINE_RING_MS, ringTimeoutMs) + Math.min(MACHINE_TALK_MS, maxCallMs) + MACHINE_WRAP_MS) +
    mix.noAnswer * (ringTimeoutMs + NO_ANSWER_WRAP_MS) +
    mix.failed * FAILED_MS
  );
}

/** Attempts one lead takes on average until a person answers or the attempts are used up. */
export function expectedAttempts(contactChance: number, maxAttempts: number): number {
  if (contactChance <= 0) return maxAttempts;
  return (1 - (1 - contactChance) ** maxAttempts) / contactChance;
}

/**
 * What a campaign will take: attempts, time on the calendar (nights and closed days included) and money. An average of lists like this
 * one, not a promise; only `maxCallCostMicros` is a bound.
 */
export function forecast(input: ForecastInput): Forecast {
  const mix = input.mix ?? usualMix;
  const attempts = Math.ceil(input.leads * expectedAttempts(mix.human, input.maxAttempts));
  const heldMs = lineTimeMs(mix, input.ringTimeoutMs, input.maxCallMs);
  const attemptsPerHour = Math.min((HOUR_MS * input.lines) / heldMs, 3_600 * input.callsPerSecond);
  const diallingMs = (attempts / attemptsPerHour) * HOUR_MS;
  const openMsPerWeek = Math.min(input.hoursPerWeek * HOUR_MS, WEEK_MS);
  // Carriers charge started minutes: a talk of 90 s costs two of them, a machine one.
  const perAttemptMicros =
    mix.human * input.costOfMicros(Math.min(Math.ceil(HUMAN_TALK_MS / 60_000) * 60_000, input.maxCallMs)) +
    mix.machine * input.costOfMicros(Math.min(60_000, input.maxCallMs));
  return {
    attempts,
    durationMs: Math.round(openMsPerWeek > 0 ? onCalendar(diallingMs, openMsPerWeek) : 0),
    costMicros: Math.round(attempts * perAttemptMicros),
    maxCallCostMicros: Math.round(input.costOfMicros(input.maxCallMs)),
  };
}

/** Working time spread over a calendar that is open for only a part of each day. */
function onCalendar(workMs: number, openMsPerWeek: number): number {
  const openMsPerDay = openMsPerWeek / 7;
  return workMs <= openMsPerDay ? workMs : (workMs / openMsPerWeek) * WEEK_MS;
}
