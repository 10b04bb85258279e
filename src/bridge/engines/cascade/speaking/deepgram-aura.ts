import { z } from 'zod';
import { accountAt, deepgramService, headersOf } from '../accounts.ts';
import { type DeepgramOptions, deepgramUrl, parseMessage } from '../hearing/deepgram.ts';
import { safe } from '../problems.ts';
import type { SpeakingRequest, SpeakingStage } from '../stages.ts';
import { SocketVoice, type VoiceDialect, type VoiceEvent } from './socket-voice.ts';

export interface DeepgramAuraOptions extends DeepgramOptions {
  /** As `aura-2-thalia-en`. */
  readonly voice: string;
}

/** The service takes 20 flushes a minute and then ignores them; the last few are kept for ends of speech. */
const earlyFlushesPerMinute = 14;
const mostCharacters = 1_900;

const message = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('Metadata') }),
  z.looseObject({ type: z.literal('Flushed'), sequence_id: z.number() }),
  z.looseObject({ type: z.literal('Cleared'), sequence_id: z.number().optional() }),
  z.looseObject({ type: z.literal('Warning'), code: z.string().optional() }),
  z.looseObject({ type: z.literal('Error'), code: z.string().optional() }),
]);

/**
 * Deepgram Aura over its socket, mu-law at the source. It says one thing after the other and names none of it, so the order of flushes
 * tells whose sound it is.
 *
 * @see https://developers.deepgram.com/docs/tts-websocket
 */
export function deepgramAura(options: DeepgramAuraOptions): SpeakingStage {
  return {
    name: 'deepgram-aura',
    account: accountAt(deepgramService, options),
    microsPerCharacter: 30,
    connect: (request, on) => new SocketVoice(new AuraDialect(options, request), options.clock, request.openLimitMs, on),
  };
}

class AuraDialect implements VoiceDialect {
  readonly service = deepgramService;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly #clock: DeepgramAuraOptions['clock'];
  /** Flushes that are not confirmed yet, in order; the sound before a confirmation is of the first of them. */
  readonly #flushes: { readonly id: string; readonly isLast: boolean }[] = [];
  readonly #flushedAtMs: number[] = [];
  /** After a clear, sound in flight still arrives until it is confirmed. */
  #clearing = 0;

  constructor(options: DeepgramAuraOptions, request: SpeakingRequest) {
    this.#clock = options.clock;
    const account = accountAt(deepgramService, options);
    this.headers = headersOf(account);
    this.url = deepgramUrl(account, '/v1/speak', {
      model: request.voice ?? options.voice,
      encoding: 'mulaw',
      sample_rate: '8000',
    });
  }

  begin(): readonly object[] {
    return [];
  }

  text(id: string, text: string, isFirst: boolean): readonly object[] {
    const messages: object[] = [];
    for (let at = 0; at < text.length; at += mostCharacters)
      messages.push({ type: 'Speak', text: `${text.slice(at, at + mostCharacters)} ` });
    return isFirst && this.#mayFlush() ? [...messages, ...this.#flush(id, false)] : messages;
  }

  end(id: string): readonly object[] {
    return this.#flush(id, true);
  }

  cancel(id: string): readonly object[] {
    for (let at = this.#flushes.length - 1; at >= 0; at -= 1) if (this.#flushes[at]?.id === id) this.#flushes.splice(at, 1);
    this.#clearing += 1;
    return [{ type: 'Clear' }];
  }

  binaryOwner(current: string | null): string | null {
    return this.#clearing > 0 ? null : (this.#flushes[0]?.id ?? current);
  }

  read(text: string): readonly VoiceEvent[] {
    const told = parseMessage(message, text);
    if (told === 'garbage') return [{ type: 'unreadable', detail: 'Deepgram sent something that cannot be read' }];
    if (told === 'unknown') return [];
    switch (told.type) {
      case 'Flushed': {
        if (this.#clearing > 0) return [];
        const flush = this.#flushes.shift();
        return flush?.isLast ? [{ type: 'done', id: flush.id }] : [];
      }
      case 'Cleared':
        this.#clearing = Math.max(0, this.#clearing - 1);
        return [];
      case 'Warning':
        return [{ type: 'trouble', detail: `Deepgram warns (${safe(told.code ?? 'no code')})` }];
      case 'Error': {
        const problem = { kind: 'retryable', cause: `Deepgram could not speak (${safe(told.code ?? 'no code')})`, cure: null } as const;
        return [{ type: 'failed', id: null, problem }];
      }
      case 'Metadata':
        return [];
    }
  }

  #flush(id: string, isLast: boolean): readonly object[] {
    this.#flushes.push({ id, isLast });
    this.#flushedAtMs.push(this.#clock.monotonicMs());
    return [{ type: 'Flush' }];
  }

  #mayFlush(): boolean {
    const sinceMs = this.#clock.monotonicMs() - 60_000;
    while ((this.#flushedAtMs[0] ?? Number.POSITIVE_INFINITY) < sinceMs) this.#flushedAtMs.shift();
    return this.#flushedAtMs.length < earlyFlushesPerMinute;
  }
}
