import { z } from 'zod';
import { callingWindow } from './campaigns.ts';
import { colleagueId } from './ids.ts';
import { instant, phone } from './values.ts';

const fields = {
  name: z.string().trim().min(1).max(80),
  number: phone,
  /** When they take calls, on this computer's clock; null is always. */
  hours: callingWindow.nullable().default(null),
  /** They have said that they are there. */
  onDuty: z.boolean(),
  canTakeTransfers: z.boolean().default(true),
};

export const colleagueDraft = z.object({ id: colleagueId.optional(), ...fields });

/** A person on a phone to whom a call can be handed. */
export const colleague = z.object({
  id: colleagueId,
  ...fields,
  /** On duty, within their hours, and not on another transferred call. */
  availableNow: z.boolean(),
  /** When their hours begin again; absent when they are available, off duty, or it cannot be told. */
  nextAvailableAt: instant.optional(),
});

export type ColleagueDraft = z.infer<typeof colleagueDraft>;
export type Colleague = z.infer<typeof colleague>;
