import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { BridgeEnv } from './bridge-child.ts';

/** What a bridge left behind, for the reader of a failed test: its files, its attempts as the disk has them, and its log. */
export function postMortem({ dataDir, logFile }: BridgeEnv): string {
  const files = existsSync(dataDir) ? readdirSync(dataDir).map((name) => `${name} (${statSync(join(dataDir, name)).size} bytes)`) : [];
  const log = existsSync(logFile) ? readFileSync(logFile, 'utf8') : '';
  return ['files:', ...files, 'attempts:', ...attempts(dataDir), 'log:', log].join('\n');
}

/** Read from a copy: whoever opens the database itself would repair it. */
function attempts(dataDir: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-post-mortem-'));
  try {
    for (const name of ['ringside.db', 'ringside.db-wal'])
      if (existsSync(join(dataDir, name))) cpSync(join(dataDir, name), join(folder, name));
    const db = new Database(join(folder, 'ringside.db'));
    try {
      const rows = db
        .prepare('SELECT id, call_id, phase, carrier_call_id, submitted_at_ms, answered_at_ms, ended_at_ms, ended_reason FROM attempts')
        .all();
      const version = db.pragma('user_version', { simple: true });
      return [`version ${String(version)}`, ...rows.map((row) => JSON.stringify(row))];
    } finally {
      db.close();
    }
  } catch (error) {
    return [String(error)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
