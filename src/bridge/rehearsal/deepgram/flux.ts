import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Listener } from '../services/listener.ts';
import type { SimSocket, SocketTalk } from '../services/service-sim.ts';
import type { DeepgramTraits } from './traits.ts';

const thresholds = {
  eot_threshold: z.coerce.number().min(0.5).max(1).optional(),
  eager_eot_threshold: z.coerce.number().min(0.3).max(0.9).optional(),
  eot_timeout_ms: z.coerce.number().int().min(500).max(60_000).optional(),
};

export const fluxQuery = z
  .strictObject({
    model: z.enum(['flux-general-en', 'flux-general-multi']),
    encoding: z.enum(['mulaw', 'linear16']),
    sample_rate: z.coerce.number().int().min(8_000).max(48_000),
    ...thresholds,
    keyterm: z.string().optional(),
    language_hint: z.string().optional(),
  })
  .refine(({ model, language_hint }) => language_hint === undefined || model === 'flux-general-multi')
  .refine(({ eot_threshold = 0.7, eager_eot_threshold = 0 }) => eager_eot_threshold <= eot_threshold);

type FluxQuery = z.infer<typeof fluxQuery>;

const message = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('CloseStream') }),
  z.strictObject({ type: z.literal('ForceEndTurn') }),
  z.strictObject({
    type: z.literal('Configure'),
    thresholds: z.strictObject(thresholds).optional(),
    keyterms: z.array(z.string()).optional(),
    language_hints: z.array(z.string()).optional(),
    numerals: z.boolean().optional(),
  }),
]);

const updateEveryMs = 250;
/** How long a model that knows sentences waits: after a whole one, and in the middle of one. */
const eagerMs = { finished: 120, open: 500 } as const;
const sureMs = { finished: 300, open: 1_300 } as const;

/** One stream of `/v2/listen`. */
export function beginFlux(socket: SimSocket, query: FluxQuery, traits: DeepgramTraits): SocketTalk {
  return new FluxTalk(socket, query, traits);
}

class FluxTalk implements SocketTalk {
  readonly #socket: SimSocket;
  readonly #traits: DeepgramTraits;
  readonly #listener: Listener;
  #query: FluxQuery;
  #sequence = 0;
  #turn = 0;
  #windowStartMs = 0;
  #lastUpdateMs = 0;
  #lastVoicedMs = 0;
  #state: 'idle' | 'speaking' | 'maybe-ended' = 'idle';
  #updates = 0;
  #closed = false;
  #cancelIdle: () => void = () => undefined;

  constructor(socket: SimSocket, query: FluxQuery, traits: DeepgramTraits) {
    this.#socket = socket;
    this.#query = query;
    this.#traits = traits;
    this.#listener = new Listener(traits.openActivity(), (frame) => traits.voices.recognise(frame), {
      speechStarted: (atMs) => {
        this.#windowStartMs = atMs;
        this.#state = 'speaking';
        this.#lastUpdateMs = atMs;
        this.#event('StartOfTurn');
      },
      frame: (state) => this.#frame(state),
    });
    this.#send({ type: 'Connected', request_id: randomUUID() });
    this.#alive();
  }

  binary(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#alive();
    if (bytes.length > 8_000) this.#socket.violation('Flux wants chunks of 80 ms');
    this.#listener.push(bytes);
  }

  text(text: string): void {
    if (this.#closed) return;
    const parsed = parse(text);
    if (!parsed) {
      this.#socket.violation('a message that Flux does not know');
      this.#fatal('UNPARSABLE_CLIENT_MESSAGE');
      return;
    }
    if (parsed.type === 'ForceEndTurn' && this.#state !== 'idle') this.#endOfTurn('manual');
    if (parsed.type === 'Configure') {
      this.#query = { ...this.#query, ...parsed.thresholds };
      this.#send({ type: 'ConfigureSuccess', thresholds: parsed.thresholds ?? {}, keyterms: parsed.keyterms ?? [] });
    }
    if (parsed.type === 'CloseStream') {
      this.#closed = true;
      this.#socket.close(1000);
    }
  }

  end(): void {
    this.#closed = true;
    this.#listener.close();
  }

  #frame({ atMs, silentMs, voiced }: Parameters<ConstructorParameters<typeof Listener>[2]['frame']>[0]): void {
    if (this.#state === 'idle') return;
    if (voiced) this.#lastVoicedMs = atMs;
    const kind = this.#listener.soundsFinished ? 'finished' : 'open';
    if (this.#state === 'maybe-ended' && voiced) {
      this.#state = 'speaking';
      this.#event('TurnResumed');
    }
    if (silentMs >= Math.min(sureMs[kind], this.#query.eot_timeout_ms ?? 5_000)) {
      this.#endOfTurn(kind === 'finished' ? 'model' : 'timeout');
      return;
    }
    const isEager = this.#query.eager_eot_threshold !== undefined && this.#state === 'speaking';
    if (isEager && silentMs >= eagerMs[kind] && this.#listener.words !== '') {
      this.#state = 'maybe-ended';
      this.#event('EagerEndOfTurn');
    } else if (atMs - this.#lastUpdateMs >= updateEveryMs) {
      this.#lastUpdateMs = atMs;
      this.#event('Update');
    }
  }

  #endOfTurn(trigger: 'model' | 'manual' | 'timeout'): void {
    this.#event('EndOfTurn', trigger);
    this.#state = 'idle';
    this.#turn += 1;
    this.#listener.rest();
    this.#listener.take();
  }

  #event(event: string, trigger?: string): void {
    const transcript = this.#listener.words;
    const { faults } = this.#socket;
    this.#updates += 1;
    if (faults.take('garbage', '/v2/listen')) this.#socket.sendRaw('{"type":"TurnInfo","ev');
    if (faults.takeWhen('cut', '/v2/listen', ({ afterPieces }) => event !== 'StartOfTurn' && this.#updates >= afterPieces)) {
      this.#closed = true;
      this.#socket.drop();
      return;
    }
    const words = transcript.split(' ').filter((word) => word !== '');
    this.#send(
      {
        type: 'TurnInfo',
        request_id: 'rehearsal',
        event,
        turn_index: this.#turn,
        audio_window_start: this.#windowStartMs / 1_000,
        audio_window_end: this.#listener.atMs / 1_000,
        transcript,
        words: words.map((word, index) => ({
          word,
          confidence: 0.98,
          ...(index === words.length - 1 ? { end: this.#lastVoicedMs / 1_000 } : {}),
        })),
        end_of_turn_confidence: event === 'EndOfTurn' ? 0.86 : event === 'EagerEndOfTurn' ? 0.55 : 0.1,
        ...(trigger ? { trigger } : {}),
      },
      this.#traits.textMs,
    );
  }

  #send(message: object, delayMs = 0): void {
    const numbered = { ...message, sequence_id: this.#sequence };
    this.#sequence += 1;
    if (delayMs === 0) this.#socket.send(numbered);
    else this.#socket.timers.after(delayMs, () => this.#socket.send(numbered));
  }

  #alive(): void {
    this.#cancelIdle();
    this.#cancelIdle = this.#socket.timers.after(this.#traits.idleMs, () => this.#fatal('NET-0001'));
  }

  #fatal(code: string): void {
    this.#closed = true;
    this.#send({ type: 'Error', code, description: 'The stream is over.' });
    this.#socket.close(1011, code);
  }
}

function parse(text: string): z.infer<typeof message> | null {
  try {
    return message.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
