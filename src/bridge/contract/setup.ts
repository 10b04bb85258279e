import { z } from 'zod';
import { providerStatus, vaultStatus } from './credentials.ts';
import { phone } from './values.ts';

export const setupStatus = z.object({
  providers: z.array(providerStatus),
  /** Where saved credentials are kept. */
  vault: vaultStatus,
  publicUrl: z.string().nullable(),
  dataDir: z.string(),
  /** What can be done at this moment: real campaigns need a carrier, an address and, for speech, OpenAI. */
  canCallForReal: z.boolean(),
  canRehearse: z.boolean(),
  nextSteps: z.array(z.string()),
  version: z.string(),
});

/** A number that the carrier's account owns. */
export const ownedNumber = z.object({ number: phone, name: z.string().nullable(), canCall: z.boolean() });

/** What the data folder holds. */
export const dataUsage = z.object({
  dataDir: z.string(),
  databaseBytes: z.int(),
  recordingsBytes: z.int(),
  recordings: z.int(),
  freeBytes: z.int(),
  calls: z.int(),
  segments: z.int(),
  leads: z.int(),
});

export type SetupStatus = z.infer<typeof setupStatus>;
export type OwnedNumber = z.infer<typeof ownedNumber>;
