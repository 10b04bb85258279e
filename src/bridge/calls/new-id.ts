import { randomBytes } from 'node:crypto';

/** @returns `{prefix}_` and 128 random bits in hex; unguessable, and safe in paths, file names and logs */
export function newId<Id extends string>(prefix: string): Id {
  return `${prefix}_${randomBytes(16).toString('hex')}` as Id;
}
