import type { Migration } from '../migrate.ts';
import { firstTables } from './0001-first-tables.ts';

/** In order; a new one goes to the end. */
export const migrations: readonly Migration[] = [firstTables];
