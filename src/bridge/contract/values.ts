import { z } from 'zod';

/** ISO 8601 UTC with milliseconds, as `2026-11-21T09:30:00.000Z`. */
export const instant = z.iso.datetime({ precision: 3 });
/** A phone number with country code, as `+15550100001`. */
export const phone = z.e164();
/** Micro-dollars: 1,000,000 is one dollar. */
export const micros = z.int();
export const durationMs = z.int().nonnegative();

export type Phone = z.infer<typeof phone>;

/** A moment as people and programs write it: with or without milliseconds, with an offset, or a date alone (midnight UTC). */
export const instantInput = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).transform((text) => new Date(text).toISOString());

/** A place in a list: the identifier of the last item that you have; the list goes on behind it. Bad input when a lead or a suppression is gone. */
export const cursor = z.string().max(80);
export const limit = z.int().min(1).max(1000).default(100);

/** The hops of one reply: how long each took. */
export const turnParts = z.object({ endpointMs: z.int(), thinkMs: z.int(), sendMs: z.int(), playMs: z.int() });
