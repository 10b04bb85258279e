import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { wordSpans } from '../openai/words-heard.ts';
import { Listener } from '../services/listener.ts';
import type { SimSocket, SocketTalk } from '../services/service-sim.ts';
import type { DeepgramTraits } from './traits.ts';

const flag = z.enum(['true', 'false']);
const count = (from: number, to: number) => z.coerce.number().int().min(from).max(to);

export const novaQuery = z
  .strictObject({
    model: z.string().regex(/^nova-(2|3)(-[a-z]+)?$/),
    encoding: z.enum(['mulaw', 'alaw', 'linear16']),
    sample_rate: count(8_000, 48_000),
    channels: count(1, 1).optional(),
    interim_results: flag.optional(),
    endpointing: z.union([z.literal('false'), count(0, 5_000)]).optional(),
    utterance_end_ms: count(1_000, 5_000).optional(),
    vad_events: flag.optional(),
    punctuate: flag.optional(),
    smart_format: flag.optional(),
    numerals: flag.optional(),
    language: z.string().optional(),
    keyterm: z.string().optional(),
  })
  .refine(({ utterance_end_ms, interim_results }) => utterance_end_ms === undefined || interim_results === 'true');

type NovaQuery = z.infer<typeof novaQuery>;

const message = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('KeepAlive') }),
  z.strictObject({ type: z.literal('Finalize') }),
  z.strictObject({ type: z.literal('CloseStream') }),
]);

/** Text comes about once a second; a piece of a long turn is frozen after three. */
const interimEveryMs = 1_000;
const freezeAfterMs = 3_000;

/** One stream of `/v1/listen`. */
export function beginNova(socket: SimSocket, query: NovaQuery, traits: DeepgramTraits): SocketTalk {
  return new NovaTalk(socket, query, traits);
}

class NovaTalk implements SocketTalk {
  readonly #socket: SimSocket;
  readonly #query: NovaQuery;
  readonly #traits: DeepgramTraits;
  readonly #listener: Listener;
  readonly #endpointingMs: number;
  #segmentStartMs = 0;
  #lastResultsMs = 0;
  #lastVoicedMs = 0;
  /** Words were told since the last `UtteranceEnd`. */
  #owesEnd = false;
  #closed = false;
  #results = 0;
  #cancelIdle: () => void = () => undefined;

  constructor(socket: SimSocket, query: NovaQuery, traits: DeepgramTraits) {
    this.#socket = socket;
    this.#query = query;
    this.#traits = traits;
    this.#endpointingMs = query.endpointing === 'false' ? Number.POSITIVE_INFINITY : (query.endpointing ?? 10);
    this.#listener = new Listener(traits.openActivity(), (frame) => traits.voices.recognise(frame), {
      speechStarted: (atMs) => {
        if (query.vad_events === 'true') this.#tell({ type: 'SpeechStarted', channel: [0, 1], timestamp: atMs / 1_000 });
      },
      frame: (state) => this.#frame(state),
    });
    if (query.encoding !== 'mulaw' || query.sample_rate !== 8_000) socket.violation('a telephone has 8 kHz mu-law');
    this.#alive();
  }

  binary(bytes: Uint8Array): void {
    if (this.#closed) return;
    if (bytes.length === 0) {
      this.#socket.violation('an empty frame ends the stream at older servers');
      this.#finish();
      return;
    }
    this.#alive();
    this.#listener.push(bytes);
  }

  text(text: string): void {
    if (this.#closed) return;
    const parsed = parse(text);
    if (!parsed) {
      this.#socket.violation('a message that Nova does not know');
      this.#socket.close(1008, 'DATA-0000');
      return;
    }
    this.#alive();
    if (parsed.type === 'Finalize') this.#result({ isFinal: true, speechFinal: false, fromFinalize: true });
    if (parsed.type === 'CloseStream') this.#finish();
  }

  end(): void {
    this.#closed = true;
    this.#listener.close();
  }

  #frame({ atMs, speaking, silentMs, voiced }: Parameters<ConstructorParameters<typeof Listener>[2]['frame']>[0]): void {
    if (voiced && speaking) this.#lastVoicedMs = atMs;
    if (speaking && silentMs >= this.#endpointingMs) {
      this.#listener.rest();
      this.#result({ isFinal: true, speechFinal: true });
    } else if (speaking && atMs - this.#segmentStartMs >= freezeAfterMs && this.#listener.words !== '') {
      this.#result({ isFinal: true, speechFinal: false });
    } else if (this.#query.interim_results === 'true' && atMs - this.#lastResultsMs >= interimEveryMs) {
      this.#result({ isFinal: false, speechFinal: false });
    }
    const patience = this.#query.utterance_end_ms;
    if (patience !== undefined && this.#owesEnd && !speaking && atMs - this.#lastVoicedMs >= patience) {
      this.#owesEnd = false;
      this.#tell({ type: 'UtteranceEnd', channel: [0, 1], last_word_end: this.#lastVoicedMs / 1_000 });
    }
  }

  #result(kind: { readonly isFinal: boolean; readonly speechFinal: boolean; readonly fromFinalize?: boolean }): void {
    const { atMs } = this.#listener;
    const transcript = kind.isFinal ? this.#listener.take() : this.#listener.words;
    const startMs = this.#segmentStartMs;
    const spokenMs = Math.max(20, Math.max(this.#lastVoicedMs, startMs + 20) - startMs);
    this.#lastResultsMs = atMs;
    if (transcript !== '') this.#owesEnd = true;
    const words = wordSpans(transcript, spokenMs).map(({ word, from, to }) => ({
      word: word.toLowerCase().replace(/[^\w']/g, ''),
      punctuated_word: word,
      start: (startMs + from) / 1_000,
      end: (startMs + to) / 1_000,
      confidence: 0.98,
    }));
    this.#results += 1;
    if (this.#socket.faults.take('garbage', '/v1/listen')) this.#socket.sendRaw('{"type":"Results","chan');
    if (this.#socket.faults.takeWhen('cut', '/v1/listen', ({ afterPieces }) => transcript !== '' && this.#results >= afterPieces)) {
      this.#closed = true;
      this.#socket.drop();
      return;
    }
    this.#tell({
      type: 'Results',
      channel_index: [0, 1],
      start: startMs / 1_000,
      duration: (atMs - startMs) / 1_000,
      is_final: kind.isFinal,
      speech_final: kind.speechFinal,
      from_finalize: kind.fromFinalize ?? false,
      channel: { alternatives: [{ transcript, confidence: transcript === '' ? 0 : 0.98, words }] },
      metadata: {
        request_id: 'rehearsal',
        model_uuid: 'rehearsal',
        model_info: { name: this.#query.model, version: 'rehearsal', arch: 'nova' },
      },
    });
    if (kind.isFinal) this.#segmentStartMs = atMs;
  }

  #tell(message: object): void {
    this.#socket.timers.after(this.#traits.textMs, () => this.#socket.send(message));
  }

  #alive(): void {
    this.#cancelIdle();
    this.#cancelIdle = this.#socket.timers.after(this.#traits.idleMs, () => {
      this.#closed = true;
      this.#socket.send(this.#metadata());
      this.#socket.close(1011, 'Deepgram did not receive audio data or a text message within the timeout window. See net0001');
    });
  }

  #finish(): void {
    if (this.#closed) return;
    this.#result({ isFinal: true, speechFinal: true });
    this.#tell(this.#metadata());
    this.#closed = true;
    this.#socket.timers.after(this.#traits.textMs, () => this.#socket.close(1000));
  }

  #metadata(): object {
    const duration = this.#listener.atMs / 1_000;
    return {
      type: 'Metadata',
      transaction_key: 'deprecated',
      request_id: randomUUID(),
      sha256: '0',
      created: new Date(0).toISOString(),
      duration,
      channels: 1,
    };
  }
}

function parse(text: string): z.infer<typeof message> | null {
  try {
    return message.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
