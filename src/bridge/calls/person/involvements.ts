import type { Involvement } from '#bridge/contract/calls.ts';
import type { InvolvementId } from '#bridge/contract/ids.ts';
import { newId } from '../new-id.ts';

export interface InvolvementsParts {
  /** Wall clock. */
  now(): number;
  sinceAnswerMs(): number;
  /** New, or over: keep it and tell everybody. */
  changed(involvement: Involvement): void;
}

/** What people did on one call, and when. */
export class Involvements {
  readonly #parts: InvolvementsParts;
  readonly #open = new Map<InvolvementId, Involvement>();

  constructor(parts: InvolvementsParts) {
    this.#parts = parts;
  }

  /** Something that was done in a moment. */
  note(who: string, action: Involvement['action'], detail?: string): void {
    const made = this.#make(who, action, detail);
    this.#parts.changed({ ...made, endMs: made.startMs });
  }

  /** Something that lasts. @returns ends it, once */
  begin(who: string, action: Involvement['action'], detail?: string): () => void {
    const made = this.#make(who, action, detail);
    this.#open.set(made.id, made);
    this.#parts.changed(made);
    return () => this.#end(made);
  }

  /** The call is over. */
  close(): void {
    for (const involvement of [...this.#open.values()]) this.#end(involvement);
  }

  #make(who: string, action: Involvement['action'], detail: string | undefined): Involvement {
    return {
      id: newId<InvolvementId>('inv'),
      who,
      action,
      startMs: this.#parts.sinceAnswerMs(),
      endMs: null,
      at: new Date(this.#parts.now()).toISOString(),
      ...(detail === undefined ? {} : { detail }),
    };
  }

  #end(involvement: Involvement): void {
    if (!this.#open.delete(involvement.id)) return;
    this.#parts.changed({ ...involvement, endMs: Math.max(involvement.startMs, this.#parts.sinceAnswerMs()) });
  }
}
