import { BridgeError } from '#bridge/contract/errors.ts';
import type { Sql } from './sql.ts';

/** One step of the schema, forward only. A shipped migration stays as it is. */
export interface Migration {
  /** Becomes `user_version`; counts up from 1 without gaps. */
  readonly id: number;
  readonly name: string;
  up(sql: Sql): void;
}

/**
 * Bring the file up to this build. Each migration is one transaction together with its `user_version`, so a killed process leaves
 * either all of it or nothing.
 *
 * @param onBegin called before the file of an older build is rewritten, which takes seconds where it holds very many calls
 * @returns how many migrations were applied
 * @throws {BridgeError} `store/newer` when the file was written by a later build
 */
export function migrate(sql: Sql, migrations: readonly Migration[], folder: string, onBegin: () => void = () => {}): number {
  const known = migrations.at(-1)?.id ?? 0;
  if (versionOf(sql) >= known) {
    refuseNewer(versionOf(sql), known, folder);
    return 0;
  }
  if (versionOf(sql) > 0) onBegin();
  // A migration may rebuild tables that others refer to; references are checked once, at its end. Cannot be switched in a transaction.
  sql.pragma('foreign_keys = OFF');
  let applied = 0;
  try {
    for (const migration of migrations) {
      sql.transaction(() => {
        // Read again: another process may have been faster.
        const version = versionOf(sql);
        refuseNewer(version, known, folder);
        if (version >= migration.id) return;
        migration.up(sql);
        const broken = sql.one('SELECT * FROM pragma_foreign_key_check LIMIT 1');
        if (broken) throw new Error(`migration ${migration.id} (${migration.name}) leaves a reference to nothing`);
        sql.pragma(`user_version = ${migration.id}`);
        applied += 1;
      });
    }
  } finally {
    sql.pragma('foreign_keys = ON');
  }
  return applied;
}

function versionOf(sql: Sql): number {
  return Number(sql.pragma('user_version'));
}

function refuseNewer(found: number, known: number, folder: string): void {
  if (found <= known) return;
  throw new BridgeError(
    'store/newer',
    `The database in ${folder} is of version ${found}; this build knows only up to version ${known}. Start the newer build again, or set RINGSIDE_DATA_DIR to another folder.`,
    { details: { found, known } },
  );
}
