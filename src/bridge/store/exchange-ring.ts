import { chmod, open } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { Exchange, NotedExchange, NoteExchange } from '#bridge/contract/diagnosis.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import { redactMarkup, redactValue } from '#bridge/domain/redact.ts';

/** Of the newest so many calls the exchange is kept. */
const callsMax = 200;
/** A call that never ends must not fill the ring by itself. */
const perCallMax = 400;
/** What was noted is written together, and often: a long write would keep the audio waiting. */
const writeEveryMs = 250;
/** What waits for its writing. Beyond it the disk does not keep up, and what is new is left out. */
const waitingMax = 5_000;

/** A message as it is kept. */
type Kept = Omit<NotedExchange, 'content'> & { readonly detail: string };

interface Row {
  readonly at_ms: number;
  readonly way: Exchange['way'];
  readonly kind: Exchange['kind'];
  readonly name: string;
  readonly detail: string;
}

/**
 * The raw exchange of the last two hundred calls, in a file of its own: it may be lost or deleted without harm to anything else, so
 * nothing here waits for the disk.
 */
export class ExchangeRing {
  readonly #db: Database.Database;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #insert: Database.Statement<[AttemptId, number, string, string, string, string]>;
  readonly #forget: Database.Statement<[AttemptId]>;
  /** The calls of which something is kept, the oldest first, and how much. */
  readonly #counts: Map<AttemptId, number>;
  #waiting: Kept[] = [];
  #cancelWrite: (() => void) | null = null;
  #isClosed = false;

  private constructor(db: Database.Database, clock: Clock, log: Logger) {
    this.#db = db;
    this.#clock = clock;
    this.#log = log;
    this.#insert = db.prepare('INSERT INTO exchanges (attempt, at_ms, way, kind, name, detail) VALUES (?, ?, ?, ?, ?, ?)');
    this.#forget = db.prepare('DELETE FROM exchanges WHERE attempt = ?');
    const kept = db
      .prepare<[], { attempt: AttemptId; count: number }>(
        'SELECT attempt, count(*) AS count FROM exchanges GROUP BY attempt ORDER BY min(seq)',
      )
      .all();
    this.#counts = new Map(kept.map(({ attempt, count }) => [attempt, count]));
  }

  /** @param dataDir `:memory:` keeps nothing. A file that cannot be read is begun anew in memory, with a word in the log */
  static async open(dataDir: string, clock: Clock, log: Logger): Promise<ExchangeRing> {
    const file = dataDir === ':memory:' ? dataDir : join(dataDir, 'exchanges.db');
    try {
      if (file !== ':memory:') {
        await (await open(file, 'a', 0o600)).close();
        await chmod(file, 0o600);
      }
      return new ExchangeRing(prepared(new Database(file)), clock, log);
    } catch (error) {
      log.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'the exchange of calls is not kept on the disk in this run');
      return new ExchangeRing(prepared(new Database(':memory:')), clock, log);
    }
  }

  readonly note: NoteExchange = (exchange) => {
    if (this.#isClosed || this.#waiting.length >= waitingMax) return;
    const count = this.#counts.get(exchange.attempt) ?? 0;
    if (count >= perCallMax) return;
    this.#counts.set(exchange.attempt, count + 1);
    const { content, ...head } = exchange;
    this.#waiting.push({ ...head, detail: detailOf(content) });
    this.#cancelWrite ??= this.#clock.after(writeEveryMs, () => this.#write());
  };

  /** What passed on one call, in order. */
  list(attempt: AttemptId): Exchange[] {
    this.#write();
    const rows = this.#db
      .prepare<[string], Row>('SELECT at_ms, way, kind, name, detail FROM exchanges WHERE attempt = ? ORDER BY at_ms, seq')
      .all(attempt);
    return rows.map(({ at_ms, ...row }) => ({ at: new Date(at_ms).toISOString(), ...row }));
  }

  /** The calls whose exchange is kept, newest first. */
  attempts(limit: number): AttemptId[] {
    this.#write();
    return this.#db
      .prepare<[number], { attempt: AttemptId }>(
        'SELECT attempt, max(seq) AS last FROM exchanges GROUP BY attempt ORDER BY last DESC LIMIT ?',
      )
      .all(limit)
      .map(({ attempt }) => attempt);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#write();
    this.#isClosed = true;
    this.#cancelWrite?.();
    this.#db.close();
  }

  #write(): void {
    this.#cancelWrite?.();
    this.#cancelWrite = null;
    const rows = this.#waiting;
    if (rows.length === 0 || this.#isClosed) return;
    this.#waiting = [];
    try {
      this.#db.transaction(() => {
        for (const { attempt, atMs, way, kind, name, detail } of rows) this.#insert.run(attempt, atMs, way, kind, name, detail);
        this.#forgetOld();
      })();
    } catch (error) {
      this.#log.warn({ error: error instanceof Error ? error.message : 'unknown' }, 'the exchange of calls could not be written');
    }
  }

  #forgetOld(): void {
    for (const oldest of this.#counts.keys()) {
      if (this.#counts.size <= callsMax) return;
      this.#forget.run(oldest);
      this.#counts.delete(oldest);
    }
  }
}

/** As text, with nothing in it that must not be kept. */
function detailOf(content: unknown): string {
  if (typeof content === 'string') return redactMarkup(content);
  return content === undefined ? '' : (JSON.stringify(redactValue(content)) ?? '');
}

function prepared(db: Database.Database): Database.Database {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  // Often and little, for the same reason: moving a thousand pages into the file takes some milliseconds.
  db.pragma('wal_autocheckpoint = 64');
  db.exec(`
    CREATE TABLE IF NOT EXISTS exchanges (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, attempt TEXT NOT NULL, at_ms INTEGER NOT NULL, way TEXT NOT NULL, kind TEXT NOT NULL,
      name TEXT NOT NULL, detail TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS exchanges_of_attempt ON exchanges (attempt, seq);
  `);
  return db;
}
