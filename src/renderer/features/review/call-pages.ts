import type { CallSummary } from '#bridge/contract/calls.ts';

/** Rows of one page, and what is asked for in one go. */
export const pageSize = 100;
/** So many pages are kept; what lies farther off is read again when somebody comes back to it. */
const keptPages = 24;
/** Pages read beyond what is seen, so that scrolling meets rows and not gaps. */
const pagesAhead = 2;
/** On the way to a far place so many pages are passed in one go. */
const strideMax = 5;

export type AskCalls = (cursor: string | undefined, limit: number) => Promise<readonly CallSummary[]>;

/** What a table draws besides its rows. A new object whenever something changed. */
export interface PagesState {
  /** So many rows are known to exist. */
  readonly known: number;
  /** Whether `known` is all there are. */
  readonly atEnd: boolean;
  /** The first page was read. */
  readonly isRead: boolean;
  readonly reading: boolean;
  /** Why the last page could not be read; null when it could. */
  readonly problem: string | null;
}

/**
 * A long list that can only be asked for page by page behind a cursor. It keeps the pages around what is seen and the cursors of all that
 * was passed, so that a hundred thousand rows cost the memory of a few thousand.
 */
export class CallPages {
  readonly #ask: AskCalls;
  readonly #listeners = new Set<() => void>();
  #pages = new Map<number, readonly CallSummary[]>();
  /** What was there before a renewal, shown until the new page has come. */
  #before = new Map<number, readonly CallSummary[]>();
  /** `[3]` is the cursor behind which page 3 begins. */
  #cursors: (string | undefined)[] = [undefined];
  #end: number | null = null;
  #first = 0;
  #last = 0;
  #generation = 0;
  #running = false;
  #problem: string | null = null;
  #state: PagesState = { known: 0, atEnd: false, isRead: false, reading: false, problem: null };

  constructor(ask: AskCalls) {
    this.#ask = ask;
  }

  state = (): PagesState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  row(index: number): CallSummary | undefined {
    const page = Math.floor(index / pageSize);
    return (this.#pages.get(page) ?? this.#before.get(page))?.[index % pageSize];
  }

  /** @returns the place of a call among the rows that are kept; null when it is not among them */
  indexOf(id: string): number | null {
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex((call) => call.id === id);
      if (at !== -1) return page * pageSize + at;
    }
    return null;
  }

  /** These rows are on screen, both included: read what is missing, and what comes next. */
  want(first: number, last: number): void {
    this.#first = Math.max(0, Math.floor(first / pageSize));
    this.#last = Math.max(this.#first, Math.floor(last / pageSize));
    void this.#run();
  }

  /** The feed told of a change; the row stays where it is. */
  update(call: CallSummary): void {
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex(({ id }) => id === call.id);
      if (at === -1) continue;
      this.#pages.set(page, rows.with(at, call));
      this.#tell();
      return;
    }
  }

  /** Read everything again; the old rows stand until the new ones have come. */
  renew(): void {
    this.#generation += 1;
    this.#before = new Map([...this.#before, ...this.#pages]);
    this.#pages = new Map();
    this.#cursors = [undefined];
    this.#end = null;
    this.#problem = null;
    void this.#run();
  }

  retry(): void {
    this.#problem = null;
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running || this.#problem !== null) return;
    this.#running = true;
    try {
      for (let page = this.#missing(); page !== null; page = this.#missing()) {
        this.#tell();
        await this.#read(page);
      }
      this.#before.clear();
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#running = false;
      this.#tell();
    }
  }

  /** The page that is wanted most and not there. */
  #missing(): number | null {
    for (let page = this.#first; page <= this.#last + pagesAhead; page++) {
      if (this.#end !== null && page * pageSize >= this.#end) break;
      if (!this.#pages.has(page)) return page;
    }
    return null;
  }

  /** Reads the page, or takes a stride towards it when its cursor is not known yet. */
  async #read(page: number): Promise<void> {
    const generation = this.#generation;
    const from = Math.min(page, this.#cursors.length - 1);
    const count = Math.max(1, Math.min(strideMax, page - from + 1));
    const limit = count * pageSize;
    const rows = await this.#ask(this.#cursors[from], limit);
    if (generation !== this.#generation) return;
    for (let at = 0; at < count; at++) {
      const part = rows.slice(at * pageSize, (at + 1) * pageSize);
      if (part.length === pageSize) this.#cursors[from + at + 1] = part[pageSize - 1]?.id;
      if (part.length > 0 || from + at === 0) this.#pages.set(from + at, part);
    }
    if (rows.length < limit) this.#end = from * pageSize + rows.length;
    this.#evict();
  }

  #evict(): void {
    if (this.#pages.size <= keptPages) return;
    const distance = (page: number) => Math.max(this.#first - page, page - this.#last);
    const farthestFirst = [...this.#pages.keys()].toSorted((a, b) => distance(b) - distance(a));
    for (const page of farthestFirst.slice(0, this.#pages.size - keptPages)) this.#pages.delete(page);
  }

  #tell(): void {
    const known = this.#end ?? Math.max((this.#cursors.length - 1) * pageSize, this.#before.size === 0 ? 0 : this.#state.known);
    this.#state = {
      known,
      atEnd: this.#end !== null,
      isRead: this.#state.isRead || this.#pages.size > 0,
      reading: this.#running,
      problem: this.#problem,
    };
    for (const listener of this.#listeners) listener();
  }
}
