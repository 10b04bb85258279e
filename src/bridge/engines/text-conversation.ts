import type { Clock } from '#bridge/contract/clock.ts';
import type { HistoryLine, ToolDefinition, UsageLine } from './engine.ts';
import type { TextCall, TextItem, TextMind } from './text-mind.ts';

/** A model that has not answered after this is not waited for. */
const answerLimitMs = 12_000;
/** Whoever wants tools again and again for one answer has lost the thread. */
const roundsMax = 4;
const itemsMax = 160;

export interface TextConversationParts {
  readonly mind: TextMind;
  readonly instructions: string;
  readonly tools: readonly ToolDefinition[];
  readonly safetyIdentifier: string;
  /** What was said before this engine got the call. */
  readonly history: readonly HistoryLine[];
  readonly clock: Clock;
  /** Do what the AI wants. @returns what came of it; without `thenAnswer` it has nothing more to say */
  runTool(call: TextCall): Promise<{ readonly result: string; readonly thenAnswer: boolean }>;
  usage(lines: readonly UsageLine[]): void;
}

/** One answer, from the question to its last word. */
export interface TextAnswer {
  readonly text: string;
  /** A tool was run of which the AI was not to speak: whoever ran it decides what comes next. */
  readonly isHandedOver: boolean;
}

/** A conversation in text, as heard: what an engine needs of a model when a carrier hears and speaks for it. */
export class TextConversation {
  readonly #parts: TextConversationParts;
  #items: TextItem[];
  /** Of those, what was said before this engine got the call. */
  #before: readonly TextItem[];
  readonly #byKey = new Map<string, TextItem>();
  #run: AbortController | null = null;
  #answers = 0;

  constructor(parts: TextConversationParts) {
    this.#parts = parts;
    this.#before = saidBefore(parts.history);
    this.#items = [...this.#before];
  }

  /** What was said before is known better by now; what was added since stays behind it. */
  recall(history: readonly HistoryLine[]): void {
    const isKnown = (item: TextItem) =>
      item.kind === 'said' && item.by !== 'context' && history.some(({ role, text }) => role === item.by && text === item.text);
    const added = this.#items.filter((item) => !this.#before.includes(item) && !isKnown(item));
    this.#before = saidBefore(history);
    this.#items = [...this.#before, ...added].slice(-itemsMax);
  }

  get isAnswering(): boolean {
    return this.#run !== null;
  }

  /** How many answers were begun so far. */
  get answersBegun(): number {
    return this.#answers;
  }

  heard(text: string): void {
    this.#add({ kind: 'said', by: 'callee', text });
  }

  /** Words of ours that reach the ear. */
  spoke(text: string): void {
    if (text.trim() !== '') this.#add({ kind: 'said', by: 'ai', text: text.trim() });
  }

  /** @param key by which it can be taken back */
  know(text: string, key: string | null = null): void {
    const item: TextItem = { kind: 'said', by: 'context', text };
    if (key !== null) this.#byKey.set(key, item);
    this.#add(item);
  }

  forget(key: string): void {
    const item = this.#byKey.get(key);
    this.#byKey.delete(key);
    this.#items = this.#items.filter((candidate) => candidate !== item);
  }

  /** Of our last words only these were heard. @param text empty for nothing */
  cutLast(text: string): void {
    const at = this.#items.findLastIndex((item) => item.kind === 'said' && item.by === 'ai');
    if (at < 0) return;
    const words = text.trim();
    this.#items.splice(at, 1, ...(words === '' ? [] : [{ kind: 'said' as const, by: 'ai' as const, text: words }]));
  }

  get items(): readonly TextItem[] {
    return this.#items;
  }

  /**
   * Have an answer made; one in the making is given up. What is spoken of it is noted by whoever speaks it (`spoke`).
   * @param onRetry a model has failed, and another one is asked for the same answer
   * @throws when the model fails or takes too long; never after `cancel`, which makes it resolve with null
   */
  async answer(note: string | null, onText: (delta: string) => void, onRetry?: () => void): Promise<TextAnswer | null> {
    this.cancel();
    this.#answers += 1;
    const run = new AbortController();
    this.#run = run;
    const { clock, mind, instructions, tools, safetyIdentifier } = this.#parts;
    let isLate = false;
    const cancelLimit = clock.after(answerLimitMs, () => {
      isLate = true;
      run.abort();
    });
    try {
      let text = '';
      for (let round = 0; round < roundsMax; round += 1) {
        const request = { instructions, items: this.#items, note, tools, safetyIdentifier };
        const whileWanted = (told: () => void) => (run.signal.aborted ? undefined : told());
        const reply = await mind.reply(
          request,
          (delta) => whileWanted(() => onText(delta)),
          run.signal,
          () => whileWanted(() => onRetry?.()),
        );
        this.#parts.usage(reply.usage);
        if (run.signal.aborted) break;
        text = `${text} ${reply.text}`.trim();
        if (reply.calls.length === 0) return { text, isHandedOver: false };
        const goesOn = await this.#runTools(reply.calls, run.signal);
        if (run.signal.aborted) break;
        if (!goesOn) return { text, isHandedOver: true };
      }
      if (run.signal.aborted) {
        if (isLate) throw new Error('the model took too long');
        return null;
      }
      return { text, isHandedOver: false };
    } catch (error) {
      if (run.signal.aborted && !isLate) return null;
      throw error;
    } finally {
      cancelLimit();
      if (this.#run === run) this.#run = null;
    }
  }

  /** Give up the answer in the making. */
  cancel(): void {
    this.#run?.abort();
    this.#run = null;
  }

  async #runTools(calls: readonly TextCall[], signal: AbortSignal): Promise<boolean> {
    let goesOn = false;
    for (const call of calls) {
      const { result, thenAnswer } = await this.#parts.runTool(call);
      // A call and its result stand together, or the model refuses the whole conversation.
      this.#add({ kind: 'call', ...call });
      this.#add({ kind: 'result', id: call.id, output: result });
      goesOn ||= thenAnswer;
      if (signal.aborted) return false;
    }
    return goesOn;
  }

  #add(item: TextItem): void {
    this.#items = [...this.#items, item].slice(-itemsMax);
  }
}

function saidBefore(history: readonly HistoryLine[]): readonly TextItem[] {
  return history.map(({ role, text }) => ({ kind: 'said', by: role, text }));
}

/** What is written for the eye and nobody can hear. Carriers read it out. */
export function speakable(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/gu, '$1')
    .replace(/[*_#`~|>]+/gu, '')
    .replace(/\p{Extended_Pictographic}/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}
