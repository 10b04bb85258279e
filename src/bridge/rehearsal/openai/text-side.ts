import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Voices } from '../person.ts';
import type { ServiceFaults } from '../services/faults.ts';
import { fromMulaw } from './audio-format.ts';
import type { Brain, BrainReply, HistoryItem } from './brain.ts';
import type { Chance } from './chance.ts';
import { sentencesOf } from './plan.ts';
import { errorBody } from './rest.ts';
import { speechRequest, TEXT_MODELS, type TextRequest, textRequest } from './text-schemas.ts';
import { errorFromIssues, type Json } from './wire.ts';

/** One request for an answer in text. */
export interface TextRecord {
  readonly model: string;
  /** What the model was told, and last what it said, if it came to that. */
  said: readonly { readonly by: string; readonly text: string }[];
}

export interface TextSideOptions {
  readonly voices: Voices;
  readonly brain: Brain;
  readonly chance: Chance;
  readonly faults: ServiceFaults;
  /** From the request to the first word, between these. */
  readonly firstWordMs: readonly [number, number];
  /** Between two words. */
  readonly wordMs: number;
  readonly firstAudioMs: number;
  /** Seconds of speech made in a second. */
  readonly burst: number;
  readonly records: TextRecord[];
  violation(what: string): void;
}

const mostBytes = 1024 * 1024;
const recordsKept = 500;

/** @returns whether the request was one of these: an answer in text, or a sentence spoken */
export function isTextSide(method: string | undefined, pathname: string): boolean {
  return method === 'POST' && (pathname === '/v1/responses' || pathname === '/v1/audio/speech');
}

/** Answer `POST /v1/responses` or `POST /v1/audio/speech`, whose key was found right. */
export async function answerTextSide(request: IncomingMessage, response: ServerResponse, options: TextSideOptions): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://sim');
  const { faults } = options;
  if (faults.take('refuse', pathname)) {
    request.socket.destroy();
    return;
  }
  if (faults.take('hang', pathname)) return;
  const scripted = faults.take('status', pathname);
  if (scripted) {
    refuse(response, scripted.status, scripted.code, 'Scripted fault.', null, scripted.retryAfterSeconds ?? 1);
    return;
  }
  const input = await bodyOf(request);
  if (input === undefined) {
    refuse(response, 400, 'invalid_json', 'The body is not JSON.');
    return;
  }
  const isText = pathname === '/v1/responses';
  const parsed = (isText ? textRequest : speechRequest).safeParse(input);
  if (!parsed.success) {
    const error = errorFromIssues(parsed.error.issues, input);
    options.violation(error.message);
    refuse(response, 400, error.code, error.message, error.param);
    return;
  }
  if (isText) await answerText(parsed.data as TextRequest, response, options);
  else await speak((parsed.data as { readonly input: string }).input, response, options);
}

async function answerText(request: TextRequest, response: ServerResponse, options: TextSideOptions): Promise<void> {
  const { brain, chance, faults } = options;
  if (!TEXT_MODELS.includes(request.model)) {
    refuse(response, 404, 'model_not_found', `The model '${request.model}' does not exist or you do not have access to it.`);
    return;
  }
  const problem = callProblem(request);
  if (problem) {
    options.violation(problem);
    refuse(response, 400, 'invalid_value', problem, 'input');
    return;
  }
  const history = historyOf(request);
  const record: TextRecord = {
    model: request.model,
    said: history.flatMap((item) => (item.kind === 'said' ? [{ by: item.by, text: item.text }] : [])),
  };
  options.records.push(record);
  if (options.records.length > recordsKept) options.records.shift();
  const last = history.at(-1);
  const override = last?.kind === 'said' && last.by === 'system' ? last.text : null;
  const tools = (request.tools ?? []).map(({ name, description = '', parameters }) => ({
    type: 'function' as const,
    name,
    description,
    parameters,
  }));
  const reply = brain({ instructions: request.instructions ?? '', override, tools, history, trigger: 'turn', nowMs: Date.now() });
  const stream = new EventStream(response, chance);
  const slowMs = faults.take('slow', '/v1/responses')?.ms ?? 0;
  await sleep(chance.between(options.firstWordMs) + slowMs);
  await tellText(stream, request, reply, record, options);
}

async function tellText(
  stream: EventStream,
  request: TextRequest,
  reply: BrainReply,
  record: TextRecord,
  options: TextSideOptions,
): Promise<void> {
  const { chance, faults } = options;
  const path = '/v1/responses';
  const id = chance.id('resp');
  const shell = { id, object: 'response', model: request.model, status: 'in_progress', output: [], usage: null };
  stream.send('response.created', { response: shell });
  stream.send('response.in_progress', { response: shell });
  if (faults.take('garbage', path)) stream.raw('data: {"type":"response.output_te\n\n');
  let index = 0;
  let pieces = 0;
  if (reply.say !== null) {
    const item_id = chance.id('msg');
    const place = { item_id, output_index: index, content_index: 0 };
    stream.send('response.output_item.added', {
      output_index: index,
      item: { id: item_id, type: 'message', role: 'assistant', status: 'in_progress', content: [] },
    });
    stream.send('response.content_part.added', { ...place, part: { type: 'output_text', text: '' } });
    for (const delta of reply.say.match(/\S+\s*/g) ?? []) {
      if (stream.isGone) return;
      if (faults.takeWhen('cut', path, ({ afterPieces }) => pieces >= afterPieces)) {
        stream.drop();
        return;
      }
      if (faults.takeWhen('stall', path, ({ afterPieces }) => pieces >= afterPieces)) return;
      pieces += 1;
      stream.send('response.output_text.delta', { ...place, delta });
      if (options.wordMs > 0) await sleep(options.wordMs);
    }
    record.said = [...record.said, { by: 'ai', text: reply.say }];
    stream.send('response.output_text.done', { ...place, text: reply.say });
    stream.send('response.output_item.done', {
      output_index: index,
      item: { id: item_id, type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: reply.say }] },
    });
    index += 1;
  }
  for (const { name, arguments: given } of reply.calls) {
    const item_id = chance.id('fc');
    const item = {
      id: item_id,
      type: 'function_call',
      call_id: chance.id('call'),
      name,
      arguments: JSON.stringify(given),
      status: 'completed',
    };
    stream.send('response.output_item.added', { output_index: index, item: { ...item, arguments: '', status: 'in_progress' } });
    for (const delta of item.arguments.match(/[\s\S]{1,12}/g) ?? []) {
      stream.send('response.function_call_arguments.delta', { item_id, output_index: index, delta });
    }
    stream.send('response.function_call_arguments.done', { item_id, output_index: index, arguments: item.arguments });
    stream.send('response.output_item.done', { output_index: index, item });
    index += 1;
  }
  const input_tokens = Math.ceil(JSON.stringify(request).length / 4);
  const output_tokens = Math.ceil(((reply.say?.length ?? 0) + JSON.stringify(reply.calls).length) / 4);
  const usage = {
    input_tokens,
    input_tokens_details: { cached_tokens: Math.floor(input_tokens / 2 / 128) * 128, cache_write_tokens: 0 },
    output_tokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input_tokens + output_tokens,
  };
  stream.send('response.completed', { response: { ...shell, status: 'completed', usage } });
  stream.end();
}

/** 24 kHz, as fast as asked, in pieces that end in the middle of a sample now and then. */
async function speak(text: string, response: ServerResponse, { voices, faults, firstAudioMs, burst }: TextSideOptions): Promise<void> {
  const path = '/v1/audio/speech';
  await sleep(firstAudioMs + (faults.take('slow', path)?.ms ?? 0));
  response.writeHead(200, { 'content-type': 'audio/pcm' });
  let pieces = 0;
  for (const sentence of sentencesOf(text)) {
    const pcm = fromMulaw(await voices.render(sentence, 'slt'), { type: 'audio/pcm', rate: 24_000 });
    for (let at = 0; at < pcm.length; at += 9_601) {
      if (response.destroyed) return;
      if (faults.takeWhen('cut', path, ({ afterPieces }) => pieces >= afterPieces)) {
        response.destroy();
        return;
      }
      if (faults.takeWhen('stall', path, ({ afterPieces }) => pieces >= afterPieces)) return;
      pieces += 1;
      response.write(pcm.subarray(at, at + 9_601));
      await sleep(200 / burst);
    }
  }
  response.end();
}

/** What is wrong with the calls in a conversation, in the service's words, or null. */
function callProblem({ input }: TextRequest): string | null {
  if (typeof input === 'string') return null;
  const calls = new Set<string>();
  const results = new Set<string>();
  for (const item of input) {
    if (item.type === 'function_call') calls.add(item.call_id);
    if (item.type !== 'function_call_output') continue;
    if (!calls.has(item.call_id)) return `No tool call found for function call output with call_id ${item.call_id}.`;
    results.add(item.call_id);
  }
  const open = [...calls].find((id) => !results.has(id));
  return open === undefined ? null : `No tool output found for function call ${open}.`;
}

const speakers = { user: 'callee', assistant: 'ai', system: 'system', developer: 'system' } as const;

function historyOf({ input }: TextRequest): HistoryItem[] {
  if (typeof input === 'string') return [{ kind: 'said', by: 'callee', text: input }];
  return input.flatMap((item): HistoryItem[] => {
    if (item.type === 'function_call_output') return [];
    if (item.type !== 'function_call') return [{ kind: 'said', by: speakers[item.role], text: item.content }];
    const result = input.find((other) => other.type === 'function_call_output' && other.call_id === item.call_id);
    return [
      { kind: 'call', name: item.name, arguments: item.arguments, output: result?.type === 'function_call_output' ? result.output : null },
    ];
  });
}

/** Events as the network delivers them: in pieces that end anywhere, inside a character and inside `data:` too. */
class EventStream {
  readonly #response: ServerResponse;
  readonly #chance: Chance;
  #sequence = 0;

  constructor(response: ServerResponse, chance: Chance) {
    this.#response = response;
    this.#chance = chance;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    response.write(': stream\n\n');
  }

  get isGone(): boolean {
    return this.#response.destroyed;
  }

  send(type: string, fields: Json): void {
    this.raw(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: this.#sequence, ...fields })}\n\n`);
    this.#sequence += 1;
  }

  raw(text: string): void {
    if (this.isGone) return;
    const bytes = Buffer.from(text);
    const cut = Math.floor(this.#chance.next() * bytes.length);
    this.#response.write(bytes.subarray(0, cut));
    this.#response.write(bytes.subarray(cut));
  }

  /** Gone in the middle; what was written before is on its way. */
  drop(): void {
    setTimeout(() => this.#response.destroy(), 10);
  }

  end(): void {
    this.#response.end();
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let body = '';
  for await (const piece of request.setEncoding('utf8')) {
    body += String(piece);
    if (body.length > mostBytes) return undefined;
  }
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  param: string | null = null,
  retryAfter = 1,
): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...(status === 429 ? { 'retry-after': String(retryAfter) } : {}) })
    .end(JSON.stringify(errorBody(code, message, param)));
}
