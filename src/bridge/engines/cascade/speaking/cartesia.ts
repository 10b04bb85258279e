import { z } from 'zod';
import type { Clock } from '#bridge/contract/clock.ts';
import { accountAt, cartesiaService, cartesiaVersion, headersOf } from '../accounts.ts';
import { judgeStatus } from '../problems.ts';
import type { SpeakingRequest, SpeakingStage } from '../stages.ts';
import { SocketVoice, type VoiceDialect, type VoiceEvent } from './socket-voice.ts';

export interface CartesiaOptions {
  readonly apiKey: string | null;
  readonly baseUrl: string;
  readonly clock: Clock;
  /** Id of the voice. */
  readonly voice: string;
  readonly model?: string;
}

const message = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('chunk'), context_id: z.string(), data: z.string() }),
  z.looseObject({
    type: z.literal('timestamps'),
    context_id: z.string(),
    word_timestamps: z.looseObject({ words: z.array(z.string()), end: z.array(z.number()) }),
  }),
  z.looseObject({ type: z.literal('done'), context_id: z.string() }),
  z.looseObject({
    type: z.literal('error'),
    context_id: z.string().nullish(),
    status_code: z.number().optional(),
    error_code: z.string().nullish(),
    title: z.string().nullish(),
  }),
]);

/**
 * Cartesia Sonic over its socket, mu-law at the source, with the time of each word.
 *
 * @see https://docs.cartesia.ai/api-reference/tts/websocket
 */
export function cartesia(options: CartesiaOptions): SpeakingStage {
  return {
    name: 'cartesia',
    account: accountAt(cartesiaService, options),
    microsPerCharacter: 49,
    connect: (request, on) => new SocketVoice(new CartesiaDialect(options, request), options.clock, request.openLimitMs, on),
  };
}

class CartesiaDialect implements VoiceDialect {
  readonly service = cartesiaService;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly #common: object;

  constructor(options: CartesiaOptions, request: SpeakingRequest) {
    const account = accountAt(cartesiaService, options);
    this.url = new URL(`${account.baseUrl}/tts/websocket`);
    this.url.protocol = this.url.protocol === 'http:' ? 'ws:' : 'wss:';
    this.url.searchParams.set('cartesia_version', cartesiaVersion);
    this.headers = headersOf(account);
    this.#common = {
      model_id: options.model ?? 'sonic-3',
      voice: { mode: 'id', id: request.voice ?? options.voice },
      output_format: { container: 'raw', encoding: 'pcm_mulaw', sample_rate: 8000 },
      language: request.language?.split('-')[0] ?? 'en',
    };
  }

  begin(): readonly object[] {
    return [];
  }

  /** Whole sentences come in, so the service need not wait for more. */
  text(id: string, text: string): readonly object[] {
    return [{ context_id: id, ...this.#common, transcript: `${text} `, continue: true, max_buffer_delay_ms: 0, add_timestamps: true }];
  }

  end(id: string): readonly object[] {
    return [{ context_id: id, ...this.#common, transcript: '', continue: false, max_buffer_delay_ms: 0, add_timestamps: true }];
  }

  cancel(id: string): readonly object[] {
    return [{ context_id: id, cancel: true }];
  }

  read(text: string): readonly VoiceEvent[] {
    const told = parse(text);
    if (told === 'garbage') return [{ type: 'unreadable', detail: 'Cartesia sent something that cannot be read' }];
    if (told === 'unknown') return [];
    switch (told.type) {
      case 'chunk':
        return [{ type: 'audio', id: told.context_id, base64: told.data }];
      case 'timestamps': {
        const { words, end } = told.word_timestamps;
        return [{ type: 'timings', id: told.context_id, words: words.map((word, index) => ({ word, endMs: (end[index] ?? 0) * 1_000 })) }];
      }
      case 'done':
        return [{ type: 'done', id: told.context_id }];
      case 'error':
        return [
          {
            type: 'failed',
            id: told.context_id ?? null,
            problem: judgeStatus(this.service, told.status_code ?? 500, told.error_code ?? null),
          },
        ];
    }
  }
}

function parse(text: string): z.infer<typeof message> | 'garbage' | 'unknown' {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'garbage';
  }
  const parsed = message.safeParse(json);
  return parsed.success ? parsed.data : 'unknown';
}
