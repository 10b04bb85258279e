import { randomUUID } from 'node:crypto';

/** A new identifier: a prefix for the person who reads a log, and 122 random bits. */
export function newId<Id extends string>(prefix: 'agent' | 'campaign' | 'lead' | 'suppression' | 'colleague'): Id {
  return `${prefix}_${randomUUID().replaceAll('-', '')}` as Id;
}
