/** What the model is told of the conversation so far: kept by us, as heard. */
export type DialogueItem =
  | { readonly kind: 'said'; readonly by: 'callee' | 'ai' | 'context'; readonly text: string }
  | { readonly kind: 'call'; readonly id: string; readonly name: string; readonly arguments: string }
  | { readonly kind: 'result'; readonly id: string; readonly output: string };

/** An item of a conversation of hours is read again with every answer; what is older than this many is forgotten, oldest first. */
const kept = 160;

interface Entry {
  item: DialogueItem;
  /** By which it may still be cut or taken back. */
  readonly key: string | null;
}

/** The messages of one session in order. */
export class Dialogue {
  #entries: Entry[] = [];

  /** @param key by which it may be dropped later; null for what stays */
  add(item: DialogueItem, key: string | null = null): void {
    this.#entries.push({ item, key });
    if (this.#entries.length > kept) this.#entries.shift();
  }

  /** Something the AI says that was begun already, or is begun now: the text so far. */
  say(utterance: string, text: string): void {
    const entry = this.#entries.findLast(({ key }) => key === utterance);
    if (entry) entry.item = { kind: 'said', by: 'ai', text };
    else this.add({ kind: 'said', by: 'ai', text }, utterance);
  }

  /** The callee heard only this of an utterance, and nothing that the AI said after it. @param text empty for nothing */
  cut(utterance: string, text: string): void {
    const at = this.#entries.findIndex(({ key }) => key === utterance);
    const entry = this.#entries[at];
    if (!entry) return;
    entry.item = { kind: 'said', by: 'ai', text };
    this.#entries = this.#entries.filter((one, index) => index < at || (one === entry ? text !== '' : !isUtterance(one)));
  }

  /** Take something out again. */
  drop(key: string): void {
    this.#entries = this.#entries.filter((one) => one.key !== key);
  }

  /** What the model is given. A call without a result, and a result without its call, is refused by the service: neither is told. */
  items(): readonly DialogueItem[] {
    const calls = new Set(this.#entries.flatMap(({ item }) => (item.kind === 'call' ? [item.id] : [])));
    const results = new Set(this.#entries.flatMap(({ item }) => (item.kind === 'result' ? [item.id] : [])));
    return this.#entries
      .map(({ item }) => item)
      .filter((item) => item.kind === 'said' || (item.kind === 'call' ? results.has(item.id) : calls.has(item.id)));
  }
}

function isUtterance({ item, key }: Entry): boolean {
  return key !== null && item.kind === 'said' && item.by === 'ai';
}
