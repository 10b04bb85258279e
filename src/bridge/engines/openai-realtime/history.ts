/**
 * The conversation so far, as text: what a new session is told when it takes over from one that reaches its longest duration. A session
 * of the service cannot be resumed or copied.
 */

/** Turns that the successor is told of; the rest is older than anybody refers to, and each is read again with every answer. */
const seededTurns = 20;
const kept = 60;

export type Role = 'callee' | 'ai' | 'context';

export interface Line {
  readonly role: Role;
  readonly text: string;
  /** Of what can still be taken back or cut. */
  readonly id: string | null;
}

interface Entry {
  readonly id: string | null;
  readonly role: Role;
  text: string;
  /** Its words may still change. */
  open: boolean;
}

export class History {
  #entries: Entry[] = [];

  /** Something that is whole at once. */
  note(role: Role, text: string): void {
    this.#add({ id: null, role, text, open: false });
  }

  /** Give a turn or an utterance its place; its words may come later. */
  begin(role: Role, id: string): void {
    if (!this.#find(id)) this.#add({ id, role, text: '', open: true });
  }

  setText(id: string, text: string): void {
    const entry = this.#find(id);
    if (entry?.open) entry.text = text;
  }

  settle(id: string): void {
    const entry = this.#find(id);
    if (entry) entry.open = false;
  }

  textOf(id: string): string {
    return this.#find(id)?.text ?? '';
  }

  /**
   * The callee heard only a part of an utterance and nothing that the AI said after it. Which words were heard is estimated by the share
   * of the sound.
   * @param share 0 to 1
   */
  cut(id: string, share: number): void {
    const at = this.#entries.findIndex((entry) => entry.id === id);
    const entry = this.#entries[at];
    if (!entry) return;
    if (entry.open || share < 1) entry.text = firstWords(entry.text, share);
    entry.open = false;
    this.#entries = this.#entries.filter((other, index) => index <= at || other.role !== 'ai' || other.id === null);
  }

  /** The last turns whose words are known, oldest first. */
  recent(): readonly Line[] {
    const known = this.#entries.filter((entry) => !entry.open && entry.text.trim() !== '');
    return known.slice(-seededTurns).map(({ role, text, id }) => ({ role, text, id }));
  }

  /** It was taken back. */
  forget(id: string): void {
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
  }

  #find(id: string): Entry | undefined {
    return this.#entries.findLast((entry) => entry.id === id);
  }

  #add(entry: Entry): void {
    this.#entries.push(entry);
    if (this.#entries.length > kept) this.#entries.shift();
  }
}

/** A share of a text, up to the end of a word. */
function firstWords(text: string, share: number): string {
  const end = Math.round(text.length * Math.max(0, Math.min(1, share)));
  if (end >= text.length) return text;
  const space = text.lastIndexOf(' ', end);
  return space > 0 ? `${text.slice(0, space)}…` : '';
}
