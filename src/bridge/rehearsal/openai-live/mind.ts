import type { Brain, BrainReply, HistoryItem } from '../openai/brain.ts';
import { wordSpans } from '../openai/words-heard.ts';
import type { LiveConfig } from './schemas.ts';

/** What the simulated model knows of the conversation, and what it makes of it. */
export class LiveMind {
  readonly #brain: Brain;
  #history: HistoryItem[] = [];

  constructor(brain: Brain) {
    this.#brain = brain;
  }

  get said(): readonly { readonly by: string; readonly text: string }[] {
    return this.#history.flatMap((item) => (item.kind === 'said' ? [{ by: item.by, text: item.text }] : []));
  }

  note(by: 'callee' | 'ai' | 'system', text: string): void {
    if (text !== '') this.#history.push({ kind: 'said', by, text });
  }

  /** A fact of the client's; some are about what the model has said. */
  know(content: string): void {
    const spoken = /^You have said to the person: ([\s\S]*)$/.exec(content)?.[1];
    const heard = /^Of your last words the person heard only: ([\s\S]*)$/.exec(content)?.[1];
    if (spoken !== undefined) this.note('ai', spoken);
    else if (heard !== undefined || content.startsWith('The person did not hear: ')) {
      const at = this.#history.findLastIndex((item) => item.kind === 'said' && item.by === 'ai');
      if (at < 0) return;
      this.#history.splice(at, 1, ...(heard === undefined ? [] : [{ kind: 'said' as const, by: 'ai' as const, text: heard }]));
    } else this.note('system', content);
  }

  /** A tool was wanted. @returns takes what came of it */
  call(name: string, text: string): (output: string) => void {
    const item: HistoryItem = { kind: 'call', name, arguments: text, output: null };
    this.#history.push(item);
    return (output) => {
      this.#history = [...this.#history.filter((other) => other !== item), { ...item, output }];
    };
  }

  think(config: LiveConfig | null, trigger: 'turn' | 'client', override: string | null, nowMs: number): BrainReply {
    const delegation = config?.delegation;
    const offered = delegation?.type === 'responses' ? (delegation.responses.tools ?? []) : [];
    const tools = offered.flatMap((tool) =>
      tool.type === 'function'
        ? [
            {
              type: 'function' as const,
              name: tool.name,
              description: tool.description ?? '',
              parameters: { ...tool.parameters, type: 'object' as const },
            },
          ]
        : [],
    );
    return this.#brain({ instructions: config?.instructions ?? '', override, tools, history: this.#history, trigger, nowMs });
  }
}

/** The words of a turn in steps of 200 ms, each with its place on the session's clock. */
export function fragmentsOf(
  words: string,
  startMs: number,
  lengthMs: number,
): { readonly delta: string; readonly start_ms: number; readonly end_ms: number }[] {
  const steps = new Map<number, ReturnType<typeof wordSpans>>();
  for (const span of wordSpans(words, lengthMs)) {
    const step = Math.floor(span.from / 200);
    steps.set(step, [...(steps.get(step) ?? []), span]);
  }
  return [...steps.values()].map((spans) => ({
    delta: spans.map(({ word }) => ` ${word}`).join(''),
    start_ms: Math.round(startMs + (spans[0]?.from ?? 0)),
    end_ms: Math.round(startMs + (spans.at(-1)?.to ?? 0)),
  }));
}
