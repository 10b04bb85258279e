import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** What a client event looks like from outside: anything with a type. */
export interface Received {
  readonly type: string;
  readonly event_id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was sent
  readonly [field: string]: any;
}

export interface Refusal {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Take the request and never answer. */
  readonly hang?: boolean;
}

interface Options {
  /** Answer `session.update` at once. */
  readonly configures?: boolean;
  /** Answer a valid `response.create` with `response.created` at once. */
  readonly creates?: boolean;
  /** Seconds from now; null leaves the field out. */
  readonly expiresAtSeconds?: number | null;
  /** What the effective session says in place of what was asked. */
  readonly format?: object;
  readonly key?: string;
}

const sessionFields = new Set([
  'type',
  'output_modalities',
  'instructions',
  'audio',
  'reasoning',
  'tools',
  'tool_choice',
  'max_output_tokens',
  'truncation',
  'tracing',
  'include',
  'parallel_tool_calls',
]);
const listeningFields = new Set(['type', 'audio', 'include']);
const inputFields = new Set(['format', 'noise_reduction', 'transcription', 'turn_detection']);
const outputFields = new Set(['format', 'voice', 'speed']);
const vadFields = {
  server_vad: new Set([
    'type',
    'threshold',
    'prefix_padding_ms',
    'silence_duration_ms',
    'create_response',
    'interrupt_response',
    'idle_timeout_ms',
  ]),
  semantic_vad: new Set(['type', 'eagerness', 'create_response', 'interrupt_response']),
};

/** A Realtime service on this machine: strict about what it is sent, silent until the test makes it speak. */
export class RealtimeServer {
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #hanging = new Set<Duplex>();
  readonly #waiters: ((peer: RealtimePeer) => void)[] = [];
  readonly #fresh: RealtimePeer[] = [];
  readonly peers: RealtimePeer[] = [];
  refusal: Refusal | null = null;
  modelsReply: Refusal = { status: 200, body: JSON.stringify({ data: [{ id: 'gpt-realtime-2.1' }, { id: 'gpt-transcribe' }] }) };
  options: Options;
  lastRequest: IncomingMessage | null = null;

  private constructor(options: Options) {
    this.options = options;
    this.#http = createServer((request, response) => {
      this.lastRequest = request;
      if (this.modelsReply.hang) return;
      response.writeHead(this.modelsReply.status, { 'content-type': 'application/json', ...this.modelsReply.headers });
      response.end(this.modelsReply.body ?? '{}');
    });
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  static async start(options: Options = {}): Promise<RealtimeServer> {
    const server = new RealtimeServer(options);
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/v1`;
  }

  get openSockets(): number {
    return this.#sockets.clients.size;
  }

  /** The next session that is opened, or was opened and not asked for yet. */
  async peer(): Promise<RealtimePeer> {
    const ready = this.#fresh.shift();
    if (ready) return ready;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  async stop(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    for (const socket of this.#hanging) socket.destroy();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.lastRequest = request;
    const url = new URL(request.url ?? '', 'http://localhost');
    const model = url.searchParams.get('model');
    const key = this.options.key ?? 'sk-test';
    let refusal = this.refusal;
    if (!refusal && url.pathname !== '/v1/realtime') refusal = { status: 404 };
    const intent = url.searchParams.get('intent');
    if (!refusal && (model === null) === (intent === null)) refusal = { status: 400 };
    if (!refusal && intent !== null && intent !== 'transcription') refusal = { status: 400 };
    if (!refusal && request.headers.authorization !== `Bearer ${key}`) {
      refusal = { status: 401, body: JSON.stringify({ error: { code: 'invalid_api_key', message: 'no' } }) };
    }
    if (refusal?.hang) {
      this.#hanging.add(socket);
      socket.on('error', () => {});
      return;
    }
    if (refusal) {
      const body = refusal.body ?? '';
      const headers = Object.entries({ 'content-length': String(Buffer.byteLength(body)), connection: 'close', ...refusal.headers });
      socket.end(`HTTP/1.1 ${refusal.status} No\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
      return;
    }
    if (request.headers['sec-websocket-extensions'] !== undefined) throw new Error('compression was offered');
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      const peer = new RealtimePeer(client, model, this.options, request.headers['openai-beta'] !== undefined);
      this.peers.push(peer);
      const waiter = this.#waiters.shift();
      if (waiter) waiter(peer);
      else this.#fresh.push(peer);
    });
  }
}

/** One session as the service sees it. */
export class RealtimePeer {
  readonly socket: WebSocket;
  readonly received: Received[] = [];
  /** Every audio payload in order. */
  readonly heard: string[] = [];
  /** Refusals that this peer sent: a test of good behaviour wants none. */
  readonly refusals: string[] = [];
  session: Record<string, unknown>;
  readonly #options: Options;
  readonly #onlyListens: boolean;
  #unread: Received[] = [];
  #waiters: { readonly type: string; readonly resolve: (event: Received) => void }[] = [];
  #count = 0;
  /** The response of the conversation that is in progress. */
  active: string | null = null;
  readonly #beside = new Set<string>();
  readonly #audioMs = new Map<string, number>();
  readonly #calls = new Map<string, 'open' | 'answered'>();
  readonly closed: Promise<number>;

  /** @param model null for a session that only listens */
  constructor(socket: WebSocket, model: string | null, options: Options, isBeta: boolean) {
    this.socket = socket;
    this.#options = options;
    this.closed = new Promise((resolve) => socket.on('close', resolve));
    this.#onlyListens = model === null;
    this.session = this.#onlyListens
      ? { type: 'transcription', object: 'realtime.transcription_session', id: 'sess_1' }
      : { type: 'realtime', object: 'realtime.session', id: 'sess_1', model };
    if (options.expiresAtSeconds != null) this.session.expires_at = options.expiresAtSeconds;
    const pcm = { format: { type: 'audio/pcm', rate: 24_000 } };
    this.session.audio = this.#onlyListens ? { input: pcm } : { input: pcm, output: pcm };
    socket.on('message', (data, isBinary) => {
      if (isBinary) throw new Error('a binary frame was sent');
      this.#take(JSON.parse(data.toString()) as Received);
    });
    if (isBeta) {
      this.error('beta_api_shape_disabled');
      socket.close(4000);
      return;
    }
    this.send({ type: 'session.created', session: this.session });
    this.send({ type: 'conversation.created', conversation: { id: 'conv_1', object: 'realtime.conversation' } });
  }

  id(prefix: string): string {
    this.#count += 1;
    return `${prefix}_${this.#count}`;
  }

  send(event: object): void {
    this.socket.send(JSON.stringify({ event_id: this.id('event'), ...event }));
  }

  error(code: string | null, more: object = {}): void {
    this.refusals.push(code ?? 'error');
    this.send({ type: 'error', error: { type: 'invalid_request_error', code, message: 'no', param: null, event_id: null, ...more } });
  }

  /** The next client event of this type that no one has asked for yet. */
  async next(type: string): Promise<Received> {
    const at = this.#unread.findIndex((event) => event.type === type);
    const [found] = at === -1 ? [] : this.#unread.splice(at, 1);
    if (found) return found;
    return new Promise((resolve) => this.#waiters.push({ type, resolve }));
  }

  /** All of this type so far, asked for or not. */
  all(type: string): readonly Received[] {
    return this.received.filter((event) => event.type === type);
  }

  /** Everything that was on its way when this is called has arrived, and what answers it by itself as well; or the client has closed. */
  async settle(): Promise<void> {
    for (let trip = 0; trip < 2; trip += 1) {
      const answered = new Promise<void>((resolve) => {
        this.socket.once('pong', () => resolve());
        this.socket.ping();
      });
      await Promise.race([answered, this.closed]);
    }
  }

  /** The service answers by itself, as it does after a turn. */
  autoCreate(): string {
    return this.created(null);
  }

  created(event: Received | null, beside = false): string {
    const responseId = this.id('resp');
    if (beside) this.#beside.add(responseId);
    else this.active = responseId;
    this.send({
      type: 'response.created',
      response: {
        object: 'realtime.response',
        id: responseId,
        status: 'in_progress',
        output: [],
        metadata: event?.response?.metadata ?? null,
        ...(beside ? {} : { conversation_id: 'conv_1' }),
      },
    });
    this.send({ type: 'rate_limits.updated', rate_limits: [{ name: 'tokens', limit: 10, remaining: 9, reset_seconds: 1 }] });
    return responseId;
  }

  beginItem(response: string, item = this.id('item')): string {
    this.#audioMs.set(item, 0);
    const content = { id: item, object: 'realtime.item', type: 'message', role: 'assistant', status: 'in_progress', content: [] };
    this.send({ type: 'response.output_item.added', response_id: response, output_index: 0, item: content });
    this.send({ type: 'conversation.item.added', previous_item_id: null, item: content });
    return item;
  }

  audio(response: string, item: string, bytes: Uint8Array): void {
    this.#audioMs.set(item, (this.#audioMs.get(item) ?? 0) + bytes.length / 8);
    const delta = Buffer.from(bytes).toString('base64');
    this.send({ type: 'response.output_audio.delta', response_id: response, item_id: item, output_index: 0, content_index: 0, delta });
  }

  words(response: string, item: string, delta: string): void {
    this.send({
      type: 'response.output_audio_transcript.delta',
      response_id: response,
      item_id: item,
      output_index: 0,
      content_index: 0,
      delta,
    });
  }

  endItem(response: string, item: string, transcript: string, status = 'completed'): void {
    const at = { response_id: response, item_id: item, output_index: 0, content_index: 0 };
    this.send({ type: 'response.output_audio.done', ...at });
    this.send({ type: 'response.output_audio_transcript.done', ...at, transcript });
    this.send({ type: 'response.content_part.done', ...at, part: { type: 'audio', transcript } });
    this.send({
      type: 'response.output_item.done',
      response_id: response,
      output_index: 0,
      item: {
        id: item,
        object: 'realtime.item',
        type: 'message',
        role: 'assistant',
        status,
        content: [{ type: 'output_audio', transcript }],
      },
    });
  }

  call(response: string, callId: string, name: string, args: object, status = 'completed'): void {
    this.#calls.set(callId, 'open');
    const item = {
      id: this.id('item'),
      object: 'realtime.item',
      type: 'function_call',
      status,
      name,
      call_id: callId,
      arguments: JSON.stringify(args),
    };
    const { type: _, ...wanted } = item;
    this.send({ type: 'response.function_call_arguments.done', response_id: response, item_id: item.id, output_index: 1, ...wanted });
    this.send({ type: 'response.output_item.done', response_id: response, output_index: 1, item });
  }

  done(response: string, more: object = {}): void {
    this.#beside.delete(response);
    if (this.active === response) this.active = null;
    this.send({
      type: 'response.done',
      response: { object: 'realtime.response', id: response, status: 'completed', output: [], metadata: null, usage: someUsage, ...more },
    });
  }

  /** One whole answer of one item. */
  say(response: string, text: string, sound: Uint8Array): string {
    const item = this.beginItem(response);
    this.words(response, item, text);
    // Odd sizes: nothing may count on whole frames.
    for (let at = 0; at < sound.length; at += 777) this.audio(response, item, sound.subarray(at, at + 777));
    this.endItem(response, item, text);
    this.done(response);
    return item;
  }

  /** A whole turn of the callee, up to its commit. */
  turn(item: string, startMs: number, endMs: number, after: string | null): void {
    this.send({ type: 'input_audio_buffer.speech_started', item_id: item, audio_start_ms: startMs });
    this.send({ type: 'input_audio_buffer.speech_stopped', item_id: item, audio_end_ms: endMs });
    this.send({ type: 'input_audio_buffer.committed', item_id: item, previous_item_id: after });
  }

  transcript(item: string, transcript: string): void {
    this.send({
      type: 'conversation.item.input_audio_transcription.completed',
      item_id: item,
      content_index: 0,
      transcript,
      usage: { type: 'duration', seconds: 2 },
    });
  }

  #take(event: Received): void {
    if (event.type === 'input_audio_buffer.append') {
      this.heard.push(event.audio as string);
      return;
    }
    this.received.push(event);
    this.#check(event);
    const at = this.#waiters.findIndex((waiter) => waiter.type === event.type);
    const [waiter] = at === -1 ? [] : this.#waiters.splice(at, 1);
    if (waiter) waiter.resolve(event);
    else this.#unread.push(event);
  }

  #check(event: Received): void {
    const event_id = event.event_id ?? null;
    if (this.#onlyListens && event.type !== 'session.update' && !event.type.startsWith('input_audio_buffer.')) {
      this.error('invalid_value', { event_id, param: 'type' });
      return;
    }
    switch (event.type) {
      case 'session.update':
        this.#configure(event);
        return;
      case 'response.create':
        this.#create(event);
        return;
      case 'response.cancel': {
        const wanted = event.response_id as string | undefined;
        const cancelled = wanted ?? this.active;
        if (!cancelled || (cancelled !== this.active && !this.#beside.has(cancelled))) {
          this.error('response_cancel_not_active', { event_id });
          return;
        }
        this.done(cancelled, { status: 'cancelled', status_details: { type: 'cancelled', reason: 'client_cancelled' } });
        return;
      }
      case 'conversation.item.truncate': {
        const lengthMs = this.#audioMs.get(event.item_id as string);
        if (lengthMs === undefined) {
          this.error('item_truncate_invalid_item_id', { event_id });
          return;
        }
        if ((event.audio_end_ms as number) > lengthMs || event.audio_end_ms === 0) {
          this.error('invalid_value', { event_id });
          return;
        }
        this.send({ type: 'conversation.item.truncated', item_id: event.item_id, content_index: 0, audio_end_ms: event.audio_end_ms });
        return;
      }
      case 'conversation.item.delete':
        if (!this.#audioMs.delete(event.item_id as string)) {
          this.error('item_delete_invalid_item_id', { event_id });
          return;
        }
        this.send({ type: 'conversation.item.deleted', item_id: event.item_id });
        return;
      case 'conversation.item.create': {
        const item = event.item as Record<string, string>;
        if (item.type === 'function_call_output') {
          if (this.#calls.get(item.call_id ?? '') !== 'open') {
            this.error('invalid_value', { event_id });
            return;
          }
          this.#calls.set(item.call_id ?? '', 'answered');
        }
        return;
      }
      default:
        this.error('unknown_parameter', { event_id, param: 'type' });
        return;
    }
  }

  #create(event: Received): void {
    const event_id = event.event_id ?? null;
    const beside = event.response?.conversation === 'none';
    if (!beside && this.active !== null) {
      this.error('conversation_already_has_active_response', { event_id });
      return;
    }
    const unanswered = [...this.#calls.values()].includes('open');
    if (!beside && unanswered) {
      this.error('invalid_value', { event_id, param: 'missing function_call_output' });
      return;
    }
    if (this.#options.creates !== false) this.created(event, beside);
  }

  #configure(event: Received): void {
    const event_id = event.event_id ?? null;
    const wanted = event.session as Record<string, unknown>;
    const audio = (wanted.audio ?? {}) as { input?: Record<string, unknown>; output?: Record<string, unknown> };
    const vad = audio.input?.turn_detection as Record<string, unknown> | undefined;
    const known = vad ? vadFields[vad.type as keyof typeof vadFields] : null;
    const unknown =
      Object.keys(wanted).find((field) => !(this.#onlyListens ? listeningFields : sessionFields).has(field)) ??
      Object.keys(audio.input ?? {}).find((field) => !inputFields.has(field)) ??
      Object.keys(audio.output ?? {}).find((field) => !outputFields.has(field)) ??
      Object.keys(vad ?? {}).find((field) => !known?.has(field) || (this.#onlyListens && field.endsWith('_response')));
    if (unknown !== undefined) {
      this.error('unknown_parameter', { event_id, param: `session.${unknown}` });
      return;
    }
    if (wanted.type !== this.session.type) {
      this.error('missing_required_parameter', { event_id, param: 'session.type' });
      return;
    }
    if (wanted.reasoning && !String(this.session.model).startsWith('gpt-realtime-2')) {
      this.error('invalid_value', { event_id, param: 'session.reasoning' });
      return;
    }
    const before = this.session.audio as { input: object; output: object };
    this.session = {
      ...this.session,
      ...wanted,
      audio: {
        input: { ...before.input, ...audio.input },
        ...(this.#onlyListens ? {} : { output: { ...before.output, ...audio.output } }),
      },
    };
    if (this.#options.format) this.session.audio = { input: { format: this.#options.format }, output: { format: this.#options.format } };
    if (this.#options.configures !== false) this.send({ type: 'session.updated', session: this.session });
  }
}

export const someUsage = {
  total_tokens: 1610,
  input_tokens: 1350,
  output_tokens: 260,
  input_token_details: {
    text_tokens: 610,
    audio_tokens: 740,
    image_tokens: 0,
    cached_tokens: 1024,
    cached_tokens_details: { text_tokens: 576, audio_tokens: 448, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 60, audio_tokens: 200 },
};

/** Bytes that differ from place to place, so that a lost or repeated piece shows. */
export function sound(ms: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length: ms * 8 }, (_, index) => (index * 31 + seed * 17 + (index >> 8)) & 0xff);
}
