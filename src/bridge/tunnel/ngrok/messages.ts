import { z } from 'zod';

/** What the bridge and the process that holds the tunnel say to each other. */
export const toWorker = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('open'),
    authToken: z.string(),
    domain: z.string().nullable(),
    /** On loopback; the only thing that is forwarded. */
    port: z.int().min(1).max(65_535),
  }),
]);
export type ToWorker = z.infer<typeof toWorker>;

export const fromWorker = z.discriminatedUnion('type', [
  z.object({ type: z.literal('up'), url: z.url(), region: z.string().max(40).nullable() }),
  /** The session lost its connection, or has it again; ngrok dials again by itself. */
  z.object({ type: z.literal('session'), state: z.enum(['connected', 'closed']) }),
  z.object({ type: z.literal('failed'), code: z.string().max(40).nullable(), message: z.string().max(2_000) }),
]);
export type FromWorker = z.infer<typeof fromWorker>;
