import { z } from 'zod';
import { callingWindow } from './campaigns.ts';
import { scorecard } from './scores.ts';
import { micros, phone } from './values.ts';
import { carrierName } from './words.ts';

/** What new campaigns begin with, and who sits here. */
export const consoleSettings = z.object({
  /** Shown to colleagues and in transcripts. */
  operatorName: z.string().max(80),
  defaults: z.object({
    carrier: carrierName,
    fromNumbers: z.array(phone).max(200),
    region: z.string().regex(/^[A-Z]{2}$/),
    lines: z.int().min(1).max(200),
    ringSeconds: z.int().min(5).max(60),
    maxCallSeconds: z.int().min(10).max(3600),
    budgetMicros: micros.nonnegative().nullable(),
    window: callingWindow,
  }),
  spending: z.object({
    /** What one day on this machine's clock may cost, all campaigns and calls of the real world together; null for no limit. */
    dayBudgetMicros: micros.positive().nullable(),
  }),
  /** What reviewers ask of each call. */
  scorecard,
  /** After so many days it is deleted by itself; null keeps it for ever. A legal hold on a call keeps all of it. */
  retention: z.object({
    recordingDays: z.int().min(1).max(3_650).nullable(),
    transcriptDays: z.int().min(1).max(3_650).nullable(),
    /** Name, number and what else is known of the lead; with it goes all the rest. */
    personalDays: z.int().min(30).max(3_650).nullable(),
  }),
});

/** What is not named stays as it is. */
export const settingsChange = z.object({
  operatorName: consoleSettings.shape.operatorName.optional(),
  defaults: consoleSettings.shape.defaults.partial().optional(),
  spending: consoleSettings.shape.spending.partial().optional(),
  /** All of it; calls that were scored keep the questions that they were asked. */
  scorecard: consoleSettings.shape.scorecard.optional(),
  retention: consoleSettings.shape.retention.partial().optional(),
});

export type ConsoleSettings = z.infer<typeof consoleSettings>;
