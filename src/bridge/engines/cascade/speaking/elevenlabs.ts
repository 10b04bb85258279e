import { z } from 'zod';
import type { Clock } from '#bridge/contract/clock.ts';
import { accountAt, elevenLabsService, headersOf } from '../accounts.ts';
import { judgeStatus, safe } from '../problems.ts';
import type { SpeakingRequest, SpeakingStage } from '../stages.ts';
import { SocketVoice, type VoiceDialect, type VoiceEvent } from './socket-voice.ts';

export interface ElevenLabsOptions {
  readonly apiKey: string | null;
  readonly baseUrl: string;
  readonly clock: Clock;
  /** Id of the voice. */
  readonly voice: string;
  readonly model?: string;
}

/** The longest that the service keeps an idle connection, in seconds. */
const inactivitySeconds = 180;

const alignment = z.looseObject({
  chars: z.array(z.string()),
  charStartTimesMs: z.array(z.number()),
  charDurationsMs: z.array(z.number()),
});
const message = z.looseObject({
  contextId: z.string().nullish(),
  audio: z.string().nullish(),
  alignment: alignment.nullish(),
  isFinal: z.boolean().nullish(),
  is_final: z.boolean().nullish(),
  error: z.string().nullish(),
  code: z.union([z.string(), z.number()]).nullish(),
  message: z.string().nullish(),
});

/**
 * ElevenLabs over the socket that takes several speeches, mu-law at the source, with the time of each letter.
 *
 * @see https://elevenlabs.io/docs/api-reference/multi-context-text-to-speech
 */
export function elevenLabs(options: ElevenLabsOptions): SpeakingStage {
  return {
    name: 'elevenlabs',
    account: accountAt(elevenLabsService, options),
    microsPerCharacter: 50,
    connect: (request, on) => new SocketVoice(new ElevenLabsDialect(options, request), options.clock, request.openLimitMs, on),
  };
}

class ElevenLabsDialect implements VoiceDialect {
  readonly service = elevenLabsService;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sound so far of each speech: the service counts from the start of each piece. */
  readonly #soundMs = new Map<string, number>();

  constructor(options: ElevenLabsOptions, request: SpeakingRequest) {
    const account = accountAt(elevenLabsService, options);
    const voice = encodeURIComponent(request.voice ?? options.voice);
    this.url = new URL(`${account.baseUrl}/v1/text-to-speech/${voice}/multi-stream-input`);
    this.url.protocol = this.url.protocol === 'http:' ? 'ws:' : 'wss:';
    const query = {
      model_id: options.model ?? 'eleven_flash_v2_5',
      output_format: 'ulaw_8000',
      inactivity_timeout: String(inactivitySeconds),
      auto_mode: 'true',
      sync_alignment: 'true',
      ...(request.language ? { language_code: request.language.split('-')[0] ?? '' } : {}),
    };
    for (const [name, value] of Object.entries(query)) this.url.searchParams.set(name, value);
    this.headers = headersOf(account);
  }

  begin(id: string): readonly object[] {
    this.#soundMs.set(id, 0);
    return [{ context_id: id, text: ' ', voice_settings: { stability: 0.5, similarity_boost: 0.8, speed: 1 } }];
  }

  text(id: string, text: string): readonly object[] {
    return [{ context_id: id, text: `${text} `, flush: true }];
  }

  /** Closing lets what was flushed be finished; its last message ends the speech. */
  end(id: string): readonly object[] {
    return [{ context_id: id, close_context: true }];
  }

  cancel(id: string): readonly object[] {
    this.#soundMs.delete(id);
    return [{ context_id: id, close_context: true }];
  }

  read(text: string): readonly VoiceEvent[] {
    const told = parse(text);
    if (!told) return [{ type: 'unreadable', detail: 'ElevenLabs sent something that cannot be read' }];
    const id = told.contextId ?? null;
    if (told.error) {
      const problem = judgeStatus(this.service, /quota|credit/i.test(told.error) ? 402 : 500, safe(told.error));
      return [{ type: 'failed', id, problem }];
    }
    if (id === null) return [];
    const events: VoiceEvent[] = [];
    const before = this.#soundMs.get(id) ?? 0;
    if (told.audio) {
      events.push({ type: 'audio', id, base64: told.audio });
      this.#soundMs.set(id, before + Buffer.byteLength(told.audio, 'base64') / 8);
    }
    if (told.alignment) events.push({ type: 'timings', id, words: wordsOf(told.alignment, before) });
    if (told.isFinal || told.is_final) {
      this.#soundMs.delete(id);
      events.push({ type: 'done', id });
    }
    return events;
  }
}

function parse(text: string): z.infer<typeof message> | null {
  try {
    return message.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Letters with their times put together to words. @param beforeMs place of the piece in the speech */
function wordsOf({ chars, charStartTimesMs, charDurationsMs }: z.infer<typeof alignment>, beforeMs: number) {
  const words: { word: string; endMs: number }[] = [];
  let word = '';
  let endMs = 0;
  const finish = () => {
    if (word !== '') words.push({ word, endMs });
    word = '';
  };
  for (const [index, char] of chars.entries()) {
    if (/\s/.test(char)) finish();
    else {
      word += char;
      endMs = beforeMs + (charStartTimesMs[index] ?? 0) + (charDurationsMs[index] ?? 0);
    }
  }
  finish();
  return words;
}
