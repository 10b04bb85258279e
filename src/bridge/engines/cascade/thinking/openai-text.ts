import { z } from 'zod';
import type { Clock } from '#bridge/contract/clock.ts';
import type { UsageLine } from '../../engine.ts';
import { Timers } from '../../timers.ts';
import { accountAt, headersOf, openAiService, type ServiceAccount } from '../accounts.ts';
import type { DialogueItem } from '../dialogue.ts';
import { ask } from '../http.ts';
import { codeIn, gone, judgeNetwork, judgeStatus, type StageProblem, safe } from '../problems.ts';
import type { ThinkingHandlers, ThinkingRequest, ThinkingRun, ThinkingStage } from '../stages.ts';
import { SseReader } from './sse.ts';
import { textCost } from './text-prices.ts';

export interface OpenAiTextOptions {
  readonly apiKey: string | null;
  /** With `/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly clock: Clock;
}

/** The first word takes half a second; who waits longer has a callee in silence. */
export const firstWordLimitMs = 5_000;
export const nextWordLimitMs = 2_000;
/** About a minute of speech. */
const maxOutputTokens = 600;

const usage = z.looseObject({
  input_tokens: z.number(),
  input_tokens_details: z.looseObject({ cached_tokens: z.number().optional(), cache_write_tokens: z.number().optional() }).nullish(),
  output_tokens: z.number(),
});

const errorShape = z.looseObject({ code: z.string().nullish(), message: z.string().nullish() });
const finished = z.looseObject({
  usage: usage.nullish(),
  error: errorShape.nullish(),
  incomplete_details: z.looseObject({ reason: z.string().optional() }).nullish(),
});
const event = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('response.output_text.delta'), delta: z.string() }),
  z.looseObject({
    type: z.literal('response.output_item.done'),
    item: z.looseObject({
      type: z.string(),
      call_id: z.string().optional(),
      name: z.string().optional(),
      arguments: z.string().optional(),
    }),
  }),
  z.looseObject({ type: z.literal('response.completed'), response: finished }),
  z.looseObject({ type: z.literal('response.incomplete'), response: finished }),
  z.looseObject({ type: z.literal('response.failed'), response: finished }),
  z.looseObject({ type: z.literal('error'), code: z.string().nullish(), message: z.string().nullish() }),
]);

/**
 * A text model of OpenAI, streamed over HTTP. Nothing is stored at the service: the whole conversation goes along each time.
 *
 * @see https://developers.openai.com/api/docs/guides/streaming-responses
 */
export function openAiText(options: OpenAiTextOptions): ThinkingStage {
  return {
    name: `openai-text ${options.model}`,
    model: options.model,
    account: accountAt(openAiService, options),
    think: (request, on) => new TextRun(options, request, on),
  };
}

class TextRun implements ThinkingRun {
  readonly #options: OpenAiTextOptions;
  readonly #on: ThinkingHandlers;
  readonly #aborter = new AbortController();
  readonly #timers: Timers;
  readonly #nextWordLimitMs: number;
  readonly #inputCharacters: number;
  #outputCharacters = 0;
  #over = false;

  constructor(options: OpenAiTextOptions, request: ThinkingRequest, on: ThinkingHandlers) {
    this.#options = options;
    this.#on = on;
    this.#timers = new Timers(options.clock);
    const body = JSON.stringify(bodyOf(options.model, request));
    this.#inputCharacters = body.length;
    this.#nextWordLimitMs = Math.min(nextWordLimitMs, request.wordLimitMs ?? nextWordLimitMs);
    this.#watch(request.wordLimitMs ?? firstWordLimitMs);
    void this.#run(body);
  }

  abort(): readonly UsageLine[] {
    if (this.#over) return [];
    this.#end();
    return textCost(this.#options.model, null, { inputCharacters: this.#inputCharacters, outputCharacters: this.#outputCharacters });
  }

  async #run(body: string): Promise<void> {
    const account: ServiceAccount = accountAt(openAiService, this.#options);
    try {
      const response = await ask(`${account.baseUrl}/responses`, {
        method: 'POST',
        headers: { ...headersOf(account), 'content-type': 'application/json', accept: 'text/event-stream' },
        body,
        signal: this.#aborter.signal,
      });
      if (!response.ok || !response.body) {
        const text = await response.text();
        this.#fail(judgeStatus(openAiService, response.status, codeIn(text)));
        return;
      }
      const reader = new SseReader();
      for await (const chunk of response.body) {
        for (const data of reader.push(chunk as Uint8Array)) this.#take(data);
        if (this.#over) return;
      }
      this.#fail(gone(openAiService, 'broke an answer off in the middle'));
    } catch (error) {
      this.#fail(judgeNetwork(openAiService, error));
    }
  }

  #take(data: string): void {
    if (this.#over || data === '[DONE]') return;
    let json: unknown;
    try {
      json = JSON.parse(data);
    } catch {
      this.#fail(gone(openAiService, 'sent an answer that cannot be read'));
      return;
    }
    const parsed = event.safeParse(json);
    this.#watch(this.#nextWordLimitMs);
    if (!parsed.success) return;
    const told = parsed.data;
    switch (told.type) {
      case 'response.output_text.delta':
        this.#outputCharacters += told.delta.length;
        this.#on.text(told.delta);
        return;
      case 'response.output_item.done': {
        const { type, call_id: id, name, arguments: given } = told.item;
        if (type === 'function_call' && id && name) this.#on.call({ id, name, arguments: given ?? '{}' });
        return;
      }
      case 'response.completed':
      case 'response.incomplete':
        this.#end();
        this.#on.done({
          status: told.type === 'response.completed' ? 'completed' : 'incomplete',
          usage: textCost(this.#options.model, told.response.usage ?? null, {
            inputCharacters: this.#inputCharacters,
            outputCharacters: this.#outputCharacters,
          }),
        });
        return;
      case 'response.failed':
        this.#fail(errorProblem(told.response.error?.code ?? null));
        return;
      case 'error':
        this.#fail(errorProblem(told.code ?? null));
        return;
    }
  }

  #watch(ms: number): void {
    this.#timers.set('word', ms, () => this.#fail(gone(openAiService, 'stopped writing in the middle of an answer')));
  }

  #fail(problem: StageProblem): void {
    if (this.#over) return;
    this.#end();
    this.#on.failed(problem);
  }

  #end(): void {
    this.#over = true;
    this.#timers.end();
    this.#aborter.abort();
  }
}

/** An error inside a stream: the HTTP status was 200 long ago. */
function errorProblem(code: string | null): StageProblem {
  if (code === 'rate_limit_exceeded') return judgeStatus(openAiService, 429, code);
  if (code !== null && /quota|billing/.test(code)) return judgeStatus(openAiService, 429, code);
  return gone(openAiService, `could not finish an answer (${safe(code ?? 'no code')})`);
}

function bodyOf(model: string, request: ThinkingRequest): object {
  const input = request.items.map(inputItem);
  return {
    model,
    instructions: request.instructions,
    input: request.note === null ? input : [...input, { role: 'developer', content: request.note }],
    stream: true,
    store: false,
    reasoning: { effort: 'none' },
    max_output_tokens: maxOutputTokens,
    safety_identifier: request.safetyIdentifier.replace(/[^\x21-\x7e]/g, '').slice(0, 64),
    ...(request.tools.length > 0
      ? {
          tools: request.tools.map(({ name, description, parameters }) => ({
            type: 'function',
            name,
            description,
            parameters,
            strict: false,
          })),
        }
      : {}),
  };
}

function inputItem(item: DialogueItem): object {
  switch (item.kind) {
    case 'said':
      return { role: roles[item.by], content: item.text };
    case 'call':
      return { type: 'function_call', call_id: item.id, name: item.name, arguments: item.arguments };
    case 'result':
      return { type: 'function_call_output', call_id: item.id, output: item.output };
  }
}

const roles = { callee: 'user', ai: 'assistant', context: 'developer' } as const;
