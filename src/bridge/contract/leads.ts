import { z } from 'zod';
import { campaignId, leadId, suppressionId } from './ids.ts';
import { cursor, instant, instantInput, limit, phone } from './values.ts';
import { disposition, leadState, outcome, refusalName, world } from './words.ts';

export const consent = z.object({
  /** Why we may call with an artificial voice, in the owner's words: `written`, `customer`, `inquiry`, ... */
  basis: z.string().min(1).max(200),
  source: z.string().max(500).optional(),
  capturedAt: instantInput.optional(),
});

/** Which column of the file holds what. A value is the header as it stands in the file. */
export const leadMapping = z
  .object({
    phone: z.string(),
    firstName: z.string().optional(),
    lastName: z.string().optional(),
    company: z.string().optional(),
    email: z.string().optional(),
    address: z.string().optional(),
    city: z.string().optional(),
    state: z.string().optional(),
    postalCode: z.string().optional(),
    country: z.string().optional(),
    timeZone: z.string().optional(),
    consent: z.string().optional(),
    notes: z.string().optional(),
    externalId: z.string().optional(),
  })
  .strict();

export const leadImport = z
  .object({
    campaignId,
    /** The file's text. */
    csv: z.string().max(104_857_600).optional(),
    /** Or the file itself, on the machine where the bridge runs. */
    path: z.string().max(4096).optional(),
    mapping: leadMapping.partial().optional(),
    /** Country of numbers that are written without one, ISO 3166 alpha-2. */
    defaultRegion: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .default('US'),
    consent: consent.optional(),
    /** Look only; nothing is stored. */
    dryRun: z.boolean().default(false),
  })
  .refine((input) => (input.csv === undefined) !== (input.path === undefined), { path: ['csv'], message: 'give either csv or path' });

export const rejectedRow = z.object({ row: z.int(), reason: z.string(), value: z.string() });

export const leadImportResult = z.object({
  imported: z.int(),
  duplicates: z.int(),
  /** Rows that could not be used; `row` counts from 1 and includes the header, as a spreadsheet does. At most 1,000 are listed. */
  rejected: z.array(rejectedRow),
  rejectedCount: z.int(),
  mapping: leadMapping,
  rows: z.int(),
  encoding: z.string(),
  delimiter: z.string(),
});

export const blocker = z.object({ name: refusalName, message: z.string(), clearsAt: instant.nullable().optional() });

/** A person to call. */
export const lead = z.object({
  id: leadId,
  campaignId,
  phone,
  state: leadState,
  stateReason: z.string().nullable(),
  attempts: z.int(),
  lastOutcome: outcome.nullable(),
  disposition: disposition.nullable(),
  nextAttemptAt: instant.nullable(),
  /** IANA zones that the number or the row points at; more than one when it cannot be told. */
  timeZones: z.array(z.string()),
  fields: z.record(z.string(), z.string()),
  consent: consent.nullable(),
  blocker: blocker.nullable(),
  createdAt: instant,
});

export const leadQuery = z.object({
  campaignId,
  state: leadState.optional(),
  /** Part of a name or number. */
  search: z.string().max(120).optional(),
  cursor: cursor.optional(),
  limit,
});

export const suppressionReason = z.enum(['opt-out', 'complaint', 'legal', 'wrong-number', 'registry', 'manual']);
/** A number that is never dialled, in any campaign of its world. */
export const suppression = z.object({
  id: suppressionId,
  number: phone,
  world,
  reason: suppressionReason,
  /** Where it came from: a call id, a file, a person's note. */
  source: z.string().nullable(),
  createdAt: instant,
});

export type Consent = z.infer<typeof consent>;
export type Lead = z.infer<typeof lead>;
export type LeadMapping = z.infer<typeof leadMapping>;
export type LeadImport = z.infer<typeof leadImport>;
export type LeadImportResult = z.infer<typeof leadImportResult>;
export type RejectedRow = z.infer<typeof rejectedRow>;
export type Suppression = z.infer<typeof suppression>;
export type SuppressionReason = z.infer<typeof suppressionReason>;
