import Database from 'better-sqlite3';
import { BridgeError } from '#bridge/contract/errors.ts';
import { storeError } from './store-errors.ts';

export type SqlValue = string | number | Uint8Array | null;
/** All that a question needs, whichever connection it is put to. */
export type Reads = Pick<Sql, 'one' | 'all'>;
export type SqlParameters = Readonly<Record<string, SqlValue>>;

/** How long a statement waits for another process that writes, before it gives up. */
const busyTimeoutMs = 5_000;

/**
 * One connection. Statements are prepared once and kept; every refusal of the disk leaves as `store/unavailable`.
 *
 * A commit does not wait for the disk: that takes milliseconds, on a busy disk hundreds, in which no call would move its audio. It
 * survives the end of the process all the same. Who needs the disk's word asks for it (`Store.synced`). The log is moved into the file
 * by another thread, for the same reason.
 */
export class Sql {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement<unknown[]>>();
  readonly #folder: string;
  #depth = 0;

  /** @param file path of the database, or `:memory:` @param folder what an error names */
  constructor(file: string, folder: string) {
    this.#folder = folder;
    this.#db = this.#guarded(() => new Database(file, { timeout: busyTimeoutMs }));
    try {
      this.pragma('journal_mode = WAL');
      this.pragma('synchronous = NORMAL');
      this.pragma('wal_autocheckpoint = 0');
      this.pragma('foreign_keys = ON');
      this.pragma('secure_delete = ON');
      this.pragma('temp_store = MEMORY');
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** First row, or null. */
  one<Row>(sql: string, ...bind: readonly (SqlValue | SqlParameters)[]): Row | null {
    return this.#guarded(() => (this.#prepared(sql).get(...bind) as Row | undefined) ?? null);
  }

  all<Row>(sql: string, ...bind: readonly (SqlValue | SqlParameters)[]): Row[] {
    return this.#guarded(() => this.#prepared(sql).all(...bind) as Row[]);
  }

  /** @returns how many rows changed, those of triggers apart */
  run(sql: string, ...bind: readonly (SqlValue | SqlParameters)[]): number {
    return this.#guarded(() => {
      // A full disk may make SQLite roll everything back by itself. What follows must not then be committed one by one.
      if (this.#depth > 0 && !this.#db.inTransaction) throw new BridgeError('store/unavailable', 'The transaction was rolled back.');
      return this.#prepared(sql).run(...bind).changes;
    });
  }

  /** Several statements without parameters; for migrations. */
  script(sql: string): void {
    this.#guarded(() => this.#db.exec(sql));
  }

  pragma(text: string): unknown {
    return this.#guarded(() => this.#db.pragma(text, { simple: true }));
  }

  /** See `Store.transaction`. An error inside a nested one undoes only what the nested one did. */
  transaction<Result>(work: () => Result): Result {
    const depth = this.#depth;
    const [begin, commit, undo] = depth === 0 ? outermost : nested(depth);
    this.#guarded(() => this.#prepared(begin).run());
    this.#depth = depth + 1;
    try {
      const result = work();
      if (result instanceof Promise) throw new TypeError('A transaction cannot wait for a promise.');
      this.#guarded(() => this.#prepared(commit).run());
      return result;
    } catch (error) {
      if (this.#db.inTransaction) for (const step of undo) this.#prepared(step).run();
      throw error;
    } finally {
      this.#depth = depth;
    }
  }

  /** Move everything from the write-ahead log into the file and empty the log, so that what was erased is in neither. */
  checkpoint(): void {
    this.pragma('wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    this.#db.close();
  }

  get isOpen(): boolean {
    return this.#db.open;
  }

  /** The connection itself, for the search of an in-memory database, which no second connection can see. */
  get connection(): Database.Database {
    return this.#db;
  }

  #prepared(sql: string): Database.Statement<unknown[]> {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare<unknown[]>(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw storeError(error, this.#folder);
    }
  }
}

/** Questions to a connection that is not ours to write on. */
export function readsOf(db: Database.Database): Reads {
  const statements = new Map<string, Database.Statement<unknown[]>>();
  const prepared = (sql: string) => {
    const known = statements.get(sql);
    if (known) return known;
    const made = db.prepare<unknown[]>(sql);
    statements.set(sql, made);
    return made;
  };
  return {
    one: <Row>(sql: string, ...bind: readonly (SqlValue | SqlParameters)[]) => (prepared(sql).get(...bind) as Row | undefined) ?? null,
    all: <Row>(sql: string, ...bind: readonly (SqlValue | SqlParameters)[]) => prepared(sql).all(...bind) as Row[],
  };
}

type Steps = readonly [begin: string, commit: string, undo: readonly string[]];
const outermost: Steps = ['BEGIN IMMEDIATE', 'COMMIT', ['ROLLBACK']];
const nested = (depth: number): Steps => [
  `SAVEPOINT nested_${depth}`,
  `RELEASE nested_${depth}`,
  [`ROLLBACK TO nested_${depth}`, `RELEASE nested_${depth}`],
];
