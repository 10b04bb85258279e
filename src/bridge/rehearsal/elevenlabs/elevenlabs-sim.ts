import { z } from 'zod';
import type { Clock } from '#bridge/contract/clock.ts';
import { BYTES_PER_MS } from '#bridge/media/g711.ts';
import type { Voices } from '../person.ts';
import { type Answer, type ServiceSim, type SimSocket, type SocketTalk, startServiceSim } from '../services/service-sim.ts';
import { Speaker, type TimedWord } from '../services/speaker.ts';

export interface ElevenLabsSimOptions {
  /** What it speaks with. Stays open when the simulated service closes. */
  readonly voices: Voices;
  readonly apiKey?: string;
  readonly delayMs?: number;
  readonly firstAudioMs?: number;
  /** Seconds of speech made in a second. */
  readonly burst?: number;
  readonly clock?: Clock;
}

const flag = z.enum(['true', 'false']);
const query = z.strictObject({
  // `eleven_v3` is not served on this socket.
  model_id: z.enum(['eleven_flash_v2_5', 'eleven_flash_v2', 'eleven_turbo_v2_5', 'eleven_multilingual_v2']),
  output_format: z.enum(['ulaw_8000']),
  language_code: z
    .string()
    .regex(/^[a-z]{2}$/)
    .optional(),
  inactivity_timeout: z.coerce.number().int().min(1).max(180).optional(),
  auto_mode: flag.optional(),
  sync_alignment: flag.optional(),
  apply_text_normalization: z.enum(['auto', 'on', 'off']).optional(),
  enable_logging: flag.optional(),
  enable_ssml_parsing: flag.optional(),
  seed: z.coerce.number().int().optional(),
});

const contextId = z.string().min(1).max(100);
const voiceSettings = z.strictObject({
  stability: z.number().min(0).max(1).optional(),
  similarity_boost: z.number().min(0).max(1).optional(),
  speed: z.number().min(0.7).max(1.2).optional(),
});
const message = z.union([
  z.strictObject({ close_socket: z.literal(true) }),
  z.strictObject({ context_id: contextId, close_context: z.literal(true) }),
  z.strictObject({
    context_id: contextId,
    text: z.string().max(5_000).optional(),
    flush: z.boolean().optional(),
    voice_settings: voiceSettings.optional(),
    generation_config: z.strictObject({ chunk_length_schedule: z.array(z.number().min(50).max(500)) }).optional(),
  }),
]);

const path = '/v1/text-to-speech';
/** When the client names none. */
const defaultInactivitySeconds = 20;

/** A simulated ElevenLabs: the socket that takes several contexts. Unknown query fields and messages are refused. */
export function startElevenLabsSim(options: ElevenLabsSimOptions): Promise<ServiceSim> {
  const apiKey = options.apiKey ?? 'el-rehearsal';
  const { voices } = options;
  return startServiceSim({
    name: 'elevenlabs',
    apiKey,
    delayMs: options.delayMs ?? 0,
    ...(options.clock ? { clock: options.clock } : {}),
    errorBody,
    refuse: (request) => (request.headers['xi-api-key'] === apiKey ? null : refused(401, 'invalid_api_key')),
    answer: (_request, url) => (url.pathname === '/v1/models' ? { status: 200, body: [] } : refused(404, 'not_found')),
    talk(url) {
      if (!/^\/v1\/text-to-speech\/[\w-]+\/multi-stream-input$/.test(url.pathname)) return { refuse: refused(404, 'voice_not_found') };
      const parsed = query.safeParse(Object.fromEntries(url.searchParams));
      if (!parsed.success) return { refuse: refused(400, 'invalid_parameters') };
      const idleMs = (parsed.data.inactivity_timeout ?? defaultInactivitySeconds) * 1_000;
      const traits = { voices, firstAudioMs: options.firstAudioMs ?? 110, burst: options.burst ?? 10, idleMs };
      return { begin: (socket) => new ElevenLabsTalk(socket, traits) };
    },
  });
}

interface Context {
  text: string;
  closed: boolean;
  /** Flushes that are being said. */
  open: number;
}

class ElevenLabsTalk implements SocketTalk {
  readonly #socket: SimSocket;
  readonly #speaker: Speaker;
  readonly #contexts = new Map<string, Context>();
  /** Contexts that were said to their end. */
  readonly #over = new Set<string>();
  readonly #idleMs: number;
  #cancelIdle: () => void = () => undefined;

  constructor(
    socket: SimSocket,
    traits: { readonly voices: Voices; readonly firstAudioMs: number; readonly burst: number; readonly idleMs: number },
  ) {
    const { voices, firstAudioMs, burst, idleMs } = traits;
    const { timers, faults } = socket;
    this.#socket = socket;
    this.#idleMs = idleMs;
    this.#speaker = new Speaker({ voices, timers, faults, path, firstAudioMs, burst, drop: () => socket.drop() });
    this.#alive();
  }

  binary(): void {
    this.#bad('binary messages are not taken');
  }

  text(text: string): void {
    const parsed = parse(text);
    if (!parsed) {
      this.#bad('a message that is not known');
      return;
    }
    this.#alive();
    if ('close_socket' in parsed) {
      this.#socket.close(1000);
      return;
    }
    const id = parsed.context_id;
    const known = this.#contexts.get(id);
    if ('close_context' in parsed) {
      if (!known) {
        // One that is over already is nobody's fault: its end and this message crossed each other.
        if (!this.#over.has(id)) this.#socket.violation('a context was closed that is not open');
        return;
      }
      known.closed = true;
      this.#endPerhaps(id, known);
      return;
    }
    if (!known && parsed.text !== ' ') {
      this.#bad('the first text of a context must be a single space');
      return;
    }
    if (known && parsed.voice_settings) {
      this.#bad('voice settings belong to the first message of a context');
      return;
    }
    const context = known ?? { text: '', closed: false, open: 0 };
    if (context.closed) {
      this.#bad('the context is closed');
      return;
    }
    this.#contexts.set(id, context);
    if (parsed.text !== undefined && parsed.text !== '' && !parsed.text.endsWith(' '))
      this.#socket.violation('a text that does not end in a space');
    context.text += parsed.text ?? '';
    if (parsed.flush) this.#say(id, context);
  }

  end(): void {
    this.#speaker.close();
  }

  #say(id: string, context: Context): void {
    const text = context.text.trim();
    context.text = '';
    if (text === '') return;
    context.open += 1;
    if (this.#socket.faults.take('garbage', path)) this.#socket.sendRaw('{"audio":"AAA');
    let placeMs = 0;
    this.#speaker
      .say(
        text,
        (bytes, words) => {
          this.#socket.send({
            audio: Buffer.from(bytes).toString('base64'),
            alignment: words.length === 0 ? null : alignmentOf(words, placeMs),
            normalizedAlignment: null,
            contextId: id,
          });
          placeMs += bytes.length / BYTES_PER_MS;
        },
        () => true,
      )
      .then(
        () => {
          context.open -= 1;
          this.#endPerhaps(id, context);
        },
        () => this.#socket.drop(),
      );
  }

  #endPerhaps(id: string, context: Context): void {
    if (!context.closed || context.open > 0) return;
    this.#contexts.delete(id);
    this.#over.add(id);
    this.#socket.send({ audio: null, isFinal: true, contextId: id });
  }

  #alive(): void {
    this.#cancelIdle();
    this.#cancelIdle = this.#socket.timers.after(this.#idleMs, () => this.#socket.close(1008, 'input_timeout_exceeded'));
  }

  #bad(what: string): void {
    this.#socket.violation(what);
    this.#socket.send({ error: 'invalid_message', code: 1008, message: what });
    this.#socket.close(1008, 'invalid_message');
  }
}

/** The letters of words that begin in a piece, with times that count from the piece. */
function alignmentOf(words: readonly TimedWord[], pieceAtMs: number) {
  const letters = words.flatMap(({ word, fromMs, toMs }) => {
    const chars = [...`${word} `];
    const each = (toMs - fromMs) / chars.length;
    return chars.map((char, index) => ({ char, startMs: fromMs + index * each - pieceAtMs, durationMs: each }));
  });
  return {
    chars: letters.map(({ char }) => char),
    charStartTimesMs: letters.map(({ startMs }) => Math.round(startMs)),
    charDurationsMs: letters.map(({ durationMs }) => Math.round(durationMs)),
  };
}

function refused(status: number, code: string): Answer {
  return { status, body: errorBody(status, code) };
}

function errorBody(status: number, code: string): unknown {
  return { detail: { status: code, message: `The request was refused with ${status}.` } };
}

function parse(text: string): z.infer<typeof message> | null {
  try {
    return message.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
