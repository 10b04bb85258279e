import { z } from 'zod';
import type { Clock } from '#bridge/contract/clock.ts';
import type { Voices } from '../person.ts';
import { type Answer, type ServiceSim, type SimSocket, type SocketTalk, startServiceSim } from '../services/service-sim.ts';
import { Speaker } from '../services/speaker.ts';

export interface CartesiaSimOptions {
  /** What it speaks with. Stays open when the simulated service closes. */
  readonly voices: Voices;
  readonly apiKey?: string;
  readonly delayMs?: number;
  readonly firstAudioMs?: number;
  /** Seconds of speech made in a second. */
  readonly burst?: number;
  readonly clock?: Clock;
}

const query = z.strictObject({ cartesia_version: z.literal('2026-08-14') });
const contextId = z.string().min(1).max(100);
const message = z.union([
  z.strictObject({ context_id: contextId, cancel: z.literal(true) }),
  z.strictObject({
    context_id: contextId,
    model_id: z.enum(['sonic-3.5', 'sonic-3', 'sonic-latest']),
    voice: z.union([z.string(), z.strictObject({ mode: z.literal('id').optional(), id: z.string().min(1) })]),
    transcript: z.string(),
    output_format: z.strictObject({
      container: z.literal('raw'),
      encoding: z.enum(['pcm_mulaw']),
      sample_rate: z.literal(8_000),
    }),
    language: z.string().regex(/^[a-z]{2}$/),
    continue: z.boolean().optional(),
    flush: z.boolean().optional(),
    max_buffer_delay_ms: z.int().min(0).max(5_000).optional(),
    add_timestamps: z.boolean().optional(),
    generation_config: z
      .strictObject({ speed: z.number().optional(), volume: z.number().optional(), emotion: z.string().optional() })
      .optional(),
  }),
]);

const path = '/tts/websocket';
const idleMs = 5 * 60_000;
/** Contexts that may speak at once, on a small plan. */
const mostContexts = 15;

/** A simulated Cartesia: the socket at `/tts/websocket`. Unknown fields are refused; cancelled contexts fall silent. */
export function startCartesiaSim(options: CartesiaSimOptions): Promise<ServiceSim> {
  const apiKey = options.apiKey ?? 'ca-rehearsal';
  const { voices, firstAudioMs = 90, burst = 10 } = options;
  return startServiceSim({
    name: 'cartesia',
    apiKey,
    delayMs: options.delayMs ?? 0,
    ...(options.clock ? { clock: options.clock } : {}),
    errorBody,
    refuse: (request) => (request.headers.authorization === `Bearer ${apiKey}` ? null : refused(401, 'unauthorized')),
    answer: (request, url) => {
      if (url.pathname !== '/voices') return refused(404, 'not_found');
      return request.headers['cartesia-version'] === undefined
        ? refused(400, 'version_missing')
        : { status: 200, body: { data: [], has_more: false } };
    },
    talk(url) {
      if (url.pathname !== path) return { refuse: refused(404, 'not_found') };
      if (!query.safeParse(Object.fromEntries(url.searchParams)).success) return { refuse: refused(400, 'invalid_version') };
      return { begin: (socket) => new CartesiaTalk(socket, { voices, firstAudioMs, burst }) };
    },
  });
}

interface Context {
  open: number;
  ended: boolean;
  cancelled: boolean;
  /** Sound made for it so far. */
  soundMs: number;
}

class CartesiaTalk implements SocketTalk {
  readonly #socket: SimSocket;
  readonly #speaker: Speaker;
  readonly #contexts = new Map<string, Context>();
  #cancelIdle: () => void = () => undefined;

  constructor(socket: SimSocket, traits: { readonly voices: Voices; readonly firstAudioMs: number; readonly burst: number }) {
    const { timers, faults } = socket;
    this.#socket = socket;
    this.#speaker = new Speaker({ ...traits, timers, faults, path, drop: () => socket.drop() });
    this.#alive();
  }

  binary(): void {
    this.#bad(null, 'binary messages are not taken');
  }

  text(text: string): void {
    const parsed = parse(text);
    if (!parsed) {
      this.#bad(null, 'a message that is not known');
      return;
    }
    this.#alive();
    const id = parsed.context_id;
    const known = this.#contexts.get(id);
    if ('cancel' in parsed) {
      // One that is over already is nobody's fault.
      if (known) known.cancelled = true;
      this.#contexts.delete(id);
      return;
    }
    if (known?.ended) {
      this.#bad(id, 'the context has ended');
      return;
    }
    if (!known && this.#contexts.size >= mostContexts) {
      this.#socket.send({
        type: 'error',
        context_id: id,
        status_code: 429,
        title: 'Too many contexts',
        message: 'Too many contexts.',
        error_code: 'concurrency_limited',
        done: true,
      });
      return;
    }
    const context = known ?? { open: 0, ended: false, cancelled: false, soundMs: 0 };
    this.#contexts.set(id, context);
    if (parsed.continue !== true) context.ended = true;
    else if (!parsed.transcript.endsWith(' ')) this.#socket.violation('a transcript that goes on and does not end in a space');
    if (parsed.transcript.trim() === '') this.#endPerhaps(id, context);
    else this.#say(id, context, parsed.transcript.trim(), parsed.add_timestamps === true);
  }

  end(): void {
    this.#speaker.close();
  }

  #say(id: string, context: Context, text: string, withTimes: boolean): void {
    context.open += 1;
    if (this.#socket.faults.take('garbage', path)) this.#socket.sendRaw('{"type":"chu');
    let startMs = 0;
    let isFirst = true;
    this.#speaker
      .say(
        text,
        (bytes, words) => {
          if (isFirst) startMs = context.soundMs;
          isFirst = false;
          context.soundMs += bytes.length / 8;
          this.#socket.send({
            type: 'chunk',
            context_id: id,
            data: Buffer.from(bytes).toString('base64'),
            done: false,
            status_code: 206,
            step_time: 12,
          });
          if (!withTimes || words.length === 0) return;
          const word_timestamps = {
            words: words.map(({ word }) => word),
            start: words.map(({ fromMs }) => (startMs + fromMs) / 1_000),
            end: words.map(({ toMs }) => (startMs + toMs) / 1_000),
          };
          this.#socket.send({ type: 'timestamps', context_id: id, word_timestamps, done: false, status_code: 206 });
        },
        () => !context.cancelled,
      )
      .then(
        () => {
          context.open -= 1;
          if (!context.cancelled) this.#endPerhaps(id, context);
        },
        () => this.#socket.drop(),
      );
  }

  #endPerhaps(id: string, context: Context): void {
    if (!context.ended || context.open > 0) return;
    this.#contexts.delete(id);
    this.#socket.send({ type: 'done', context_id: id, done: true, status_code: 200 });
  }

  #alive(): void {
    this.#cancelIdle();
    this.#cancelIdle = this.#socket.timers.after(idleMs, () => this.#socket.close(1000, 'connection idle timeout'));
  }

  #bad(id: string | null, what: string): void {
    this.#socket.violation(what);
    this.#socket.send({
      type: 'error',
      context_id: id,
      status_code: 400,
      title: 'Bad request',
      message: what,
      error_code: 'invalid_request',
      done: true,
    });
  }
}

function refused(status: number, code: string): Answer {
  return { status, body: errorBody(status, code) };
}

function errorBody(status: number, code: string): unknown {
  return { error_code: code, title: 'Refused', message: `The request was refused with ${status}.` };
}

function parse(text: string): z.infer<typeof message> | null {
  try {
    return message.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
