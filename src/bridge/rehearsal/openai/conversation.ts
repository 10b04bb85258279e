import type { HistoryItem } from './brain.ts';
import type { HeardTurn } from './ear.ts';
import type { ClientItem } from './schemas.ts';
import { type Json, ProtocolError } from './wire.ts';
import { wordSpans } from './words-heard.ts';

/** A sentence of an assistant's audio and where it lies in it. */
export interface SpokenPart {
  readonly text: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** An item as the service keeps it: what it shows of it, and what it knows besides. */
export interface Item {
  readonly id: string;
  /** As it goes over the wire. */
  readonly wire: Json;
  history: HistoryItem | null;
  /** Length of the callee's or of our own audio; 0 for an item of text. */
  audioMs: number;
  /** Mu-law of an assistant, or the input format of the callee's turn. */
  audio: Uint8Array[];
  spoken: SpokenPart[];
  truncatedAtMs: number | null;
}

/** The items of a session in order, with the rules for changing them. */
export class Conversation {
  #items: Item[] = [];

  /** @returns the id of the item before it, or null when it is the first */
  append(item: Item): string | null {
    const previous = this.#items.at(-1)?.id ?? null;
    this.#items.push(item);
    return previous;
  }

  get lastId(): string | null {
    return this.#items.at(-1)?.id ?? null;
  }

  get items(): readonly Item[] {
    return this.#items;
  }

  /** Put in what a client made. @returns the id of the item before it. @throws {ProtocolError} */
  create(
    item: ClientItem,
    id: string,
    previousItemId: string | null | undefined,
  ): { readonly item: Item; readonly previous: string | null } {
    if (this.find(id)) throw new ProtocolError('invalid_value', `An item with the id '${id}' exists already.`, 'item.id');
    if (item.type === 'function_call_output' && !this.#hasCall(item.call_id)) {
      throw new ProtocolError('invalid_tool_call_id', `Tool call ID '${item.call_id}' not found in conversation.`, 'item.call_id');
    }
    const made = clientMade(item, id);
    let at = this.#items.length;
    if (previousItemId === 'root') at = 0;
    else if (typeof previousItemId === 'string') {
      const before = this.#items.findIndex((other) => other.id === previousItemId);
      if (before < 0) {
        throw new ProtocolError('invalid_value', `The previous item '${previousItemId}' does not exist.`, 'previous_item_id');
      }
      at = before + 1;
    }
    const previous = this.#items[at - 1]?.id ?? null;
    this.#items.splice(at, 0, made);
    return { item: made, previous };
  }

  find(id: string): Item | null {
    return this.#items.find((item) => item.id === id) ?? null;
  }

  /** @throws {ProtocolError} */
  get(id: string, action: 'retrieve' | 'truncate' | 'delete'): Item {
    const item = this.find(id);
    if (!item) throw new ProtocolError(`item_${action}_invalid_item_id`, `Item with id '${id}' does not exist.`, 'item_id');
    return item;
  }

  /** @throws {ProtocolError} when it is not audio of ours, or not that long */
  truncate(id: string, audioEndMs: number): void {
    const item = this.get(id, 'truncate');
    if (item.wire.role !== 'assistant' || item.audioMs === 0) {
      throw new ProtocolError('invalid_value', 'Only assistant messages with audio can be truncated.', 'item_id');
    }
    const lengthMs = Math.min(item.audioMs, item.truncatedAtMs ?? Number.POSITIVE_INFINITY);
    if (audioEndMs > lengthMs) {
      const message = `Audio content of ${Math.floor(lengthMs)}ms is already shorter than ${audioEndMs}ms`;
      throw new ProtocolError('invalid_value', message, 'audio_end_ms');
    }
    item.truncatedAtMs = audioEndMs;
    // The service drops its text for the whole item: nobody was heard to say it.
    item.wire.content = [{ type: 'output_audio' }];
  }

  /** @throws {ProtocolError} */
  delete(id: string): void {
    this.get(id, 'delete');
    this.#items = this.#items.filter((item) => item.id !== id);
  }

  /** What the model knows, in order: of what was cut off, only the words that were heard. */
  history(items: readonly Item[] = this.#items): HistoryItem[] {
    const outputs = new Map<unknown, string>();
    for (const { wire } of items) if (wire.type === 'function_call_output') outputs.set(wire.call_id, String(wire.output));
    return items.flatMap((item): HistoryItem[] => {
      if (item.wire.type === 'function_call' && item.history?.kind === 'call') {
        return [{ ...item.history, output: outputs.get(item.wire.call_id) ?? null }];
      }
      if (item.spoken.length > 0) {
        const text = heardText(item);
        return text === '' ? [] : [{ kind: 'said', by: 'ai', text }];
      }
      return item.history ? [item.history] : [];
    });
  }

  /** Calls that nobody has answered. A model that is asked to go on without them is mute or repeats itself. */
  unanswered(): string[] {
    const answered = new Set(this.#items.filter(({ wire }) => wire.type === 'function_call_output').map(({ wire }) => wire.call_id));
    return this.#items
      .filter(({ wire }) => wire.type === 'function_call' && !answered.has(wire.call_id))
      .map(({ wire }) => String(wire.call_id));
  }

  #hasCall(callId: string): boolean {
    return this.#items.some(({ wire }) => wire.type === 'function_call' && wire.call_id === callId);
  }
}

/** The words of an assistant's audio up to its cut. */
export function heardText(item: Item): string {
  const untilMs = item.truncatedAtMs ?? item.audioMs;
  return item.spoken
    .flatMap(({ text, fromMs, toMs }) =>
      wordSpans(text, toMs - fromMs)
        .filter(({ from, to }) => fromMs + (from + to) / 2 <= untilMs)
        .map(({ word }) => word),
    )
    .join(' ');
}

const bare = { audioMs: 0, truncatedAtMs: null } as const;

function clientMade(item: ClientItem, id: string): Item {
  const wire: Json = { ...item, id, object: 'realtime.item', status: 'completed' };
  const common = { ...bare, id, wire, audio: [], spoken: [] };
  if (item.type === 'function_call') {
    wire.call_id ??= id;
    return { ...common, history: { kind: 'call', name: item.name, arguments: item.arguments, output: null } };
  }
  if (item.type === 'function_call_output') return { ...common, history: null };
  const text = item.content
    .map((part) =>
      part.type === 'input_text' || part.type === 'output_text' ? part.text : part.type === 'input_audio' ? (part.transcript ?? '') : '',
    )
    .join(' ')
    .trim();
  const by = item.role === 'user' ? 'callee' : item.role === 'assistant' ? 'ai' : 'system';
  return { ...common, history: { kind: 'said', by, text } };
}

/** A turn of the callee, as the service makes it of the input buffer. */
export function calleeTurn(id: string, turn: HeardTurn): Item {
  return {
    ...bare,
    id,
    audioMs: turn.endMs - turn.startMs,
    audio: [turn.audio],
    spoken: [],
    wire: {
      id,
      object: 'realtime.item',
      type: 'message',
      status: 'completed',
      role: 'user',
      content: [{ type: 'input_audio', transcript: null }],
    },
    history: { kind: 'said', by: 'callee', text: turn.words },
  };
}
