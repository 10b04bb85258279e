import type { LegRecord } from './carrier.ts';

/** All that a carrier tells of one leg when it is asked. */
export interface CarrierInspection {
  /** Null when it knows no such leg. */
  readonly record: LegRecord | null;
  /** What else its records hold: warnings, errors, requests to us. In its own words, masked and cut. */
  readonly notes: readonly { readonly at: string | null; readonly title: string; readonly detail: string }[];
}
