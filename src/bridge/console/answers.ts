import { BridgeError } from '#bridge/contract/errors.ts';

/** What an operation answers that has nothing to tell. */
export const done = { ok: true } as const;

/** @throws {BridgeError} `not-found` */
export function found<Thing>(thing: Thing | null, what: string): Thing {
  if (thing === null) throw new BridgeError('not-found', `There is no such ${what}.`);
  return thing;
}
