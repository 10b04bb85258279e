import { z } from 'zod';
import { durationMs, instant, phone } from './values.ts';
import { carrierName, world } from './words.ts';

export const tunnelState = z.enum(['off', 'opening', 'up', 'reconnecting', 'failed']);

/** A count of this month, what it will be at its end if it goes on so, and what ngrok's free plan gives (null for other ways in). */
const monthly = z.object({ count: z.int(), forecast: z.int(), freeLimit: z.int().nullable() });

/** The way in from outside. */
export const tunnelStatus = z.object({
  provider: z.enum(['ngrok', 'fixed', 'none']),
  state: tunnelState,
  publicUrl: z.string().nullable(),
  /** The provider's own code, as `ERR_NGROK_105`. */
  code: z.string().nullable(),
  cause: z.string().nullable(),
  cure: z.string().nullable(),
  openPage: z.string().nullable(),
  upSince: instant.nullable(),
  /** When it is tried again by itself. */
  nextTryAt: instant.nullable(),
  region: z.string().nullable(),
  /** Counted on our side; bytes go both ways. */
  usage: z.object({ month: z.string(), since: instant, requests: monthly, bytes: monthly }),
});
export type TunnelStatus = z.infer<typeof tunnelStatus>;

/** The steps of the line proof, in the order in which they are shown. `speech:` is followed by the name of a provider of the cascade. */
export const proofStepName = z.union([
  z.enum([
    'credentials',
    'caller-number',
    'balance',
    'clock',
    'tunnel',
    'public-https',
    'signature',
    'public-wss',
    'audio',
    'ai-socket',
    'ai-session',
    'ai-audio',
    'disk',
    'database',
    'free-space',
    'power',
    'ring',
  ]),
  z.templateLiteral(['speech:', z.string()]),
]);
export type ProofStepName = z.infer<typeof proofStepName>;

/** What the console can do about it with one button. */
export const proofAction = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('restart-tunnel') }),
  z.object({ kind: z.literal('open-page'), url: z.string() }),
  /** `numbers`: those of the account that can call; may be empty. */
  z.object({ kind: z.literal('choose-caller-number'), numbers: z.array(phone) }),
  z.object({ kind: z.literal('open-setup'), provider: z.string() }),
]);
export type ProofAction = z.infer<typeof proofAction>;

export const proofStep = z.object({
  name: proofStepName,
  title: z.string(),
  /** False when it failed, and when it could not be tried because a step before it failed. */
  ok: z.boolean(),
  /** Nothing was found; `result` says why. With `ok` false it was not tried, because a step before it failed. */
  skipped: z.boolean(),
  ms: durationMs,
  /** When it began, counted from the beginning of the proof. */
  startMs: durationMs,
  /** What was found, in words. */
  result: z.string(),
  cause: z.string().optional(),
  cure: z.string().optional(),
  action: proofAction.optional(),
});
export type ProofStep = z.infer<typeof proofStep>;

export const proofInput = z.object({
  carrier: carrierName,
  /** The caller number that is to be used; without one, any number of the account that can call will do. */
  from: phone.optional(),
  world: world.default('real'),
  /** Ring this phone at the end, and let whoever answers hear their own voice. */
  ringOwner: phone.optional(),
  /** Without audio and without AI. */
  quick: z.boolean().default(false),
});
export type ProofInput = z.infer<typeof proofInput>;

export const lineProof = z.object({
  id: z.string(),
  ok: z.boolean(),
  carrier: carrierName,
  world,
  from: phone.nullable(),
  quick: z.boolean(),
  at: instant,
  ms: durationMs,
  /** One sentence: what is proven, or which step failed first and why. */
  summary: z.string(),
  steps: z.array(proofStep),
});
export type LineProof = z.infer<typeof lineProof>;

/** The dot in the shell. `trouble` after one failed probe or a proof that failed, `broken` after two failed probes. */
export const lineHealth = z.object({
  state: z.enum(['good', 'trouble', 'broken', 'unknown']),
  summary: z.string(),
  step: proofStepName.nullable(),
  cause: z.string().nullable(),
  checkedAt: instant.nullable(),
  /** What failed in a proof and has not been good since, when that is why there is trouble. `carrier` is null where it concerns all. */
  unmended: z.object({ title: z.string(), carrier: carrierName.nullable(), at: instant }).nullable(),
});
export type LineHealth = z.infer<typeof lineHealth>;
