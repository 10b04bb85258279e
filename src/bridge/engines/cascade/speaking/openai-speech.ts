import type { Clock } from '#bridge/contract/clock.ts';
import { encodeMulaw } from '#bridge/media/g711.ts';
import { createResampler, type Resampler } from '#bridge/media/resample.ts';
import { Timers } from '../../timers.ts';
import { accountAt, headersOf, openAiService } from '../accounts.ts';
import { ask } from '../http.ts';
import { codeIn, gone, judgeNetwork, judgeStatus } from '../problems.ts';
import type { SpeakingRequest, SpeakingStage, Speech, SpeechHandlers, Voice, VoiceHandlers } from '../stages.ts';

export interface OpenAiSpeechOptions {
  readonly apiKey: string | null;
  /** With `/v1`. */
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly voice: string;
  /** The service stops all its models of this kind on 2027-01-06. */
  readonly model?: string;
}

const sourceHz = 24_000;
const lineHz = 8_000;
const firstSoundLimitMs = 2_500;
const nextSoundLimitMs = 2_000;

/**
 * OpenAI's speech over HTTP: a request for each sentence, 24 kHz, brought down to the telephone's sound here.
 *
 * @see https://developers.openai.com/api/docs/guides/text-to-speech
 */
export function openAiSpeech(options: OpenAiSpeechOptions): SpeakingStage {
  return {
    name: 'openai-speech',
    account: accountAt(openAiService, options),
    microsPerCharacter: 15,
    connect: (request, on) => new HttpVoice(options, request, on),
  };
}

class HttpVoice implements Voice {
  readonly isOpen = true;
  readonly #options: OpenAiSpeechOptions;
  readonly #voice: string;
  readonly #speeches = new Set<HttpSpeech>();
  #over = false;

  constructor(options: OpenAiSpeechOptions, request: SpeakingRequest, on: VoiceHandlers) {
    this.#options = options;
    this.#voice = request.voice ?? options.voice;
    queueMicrotask(() => {
      if (!this.#over) on.opened();
    });
  }

  speak(on: SpeechHandlers): Speech {
    const forget = () => this.#speeches.delete(speech);
    const speech: HttpSpeech = new HttpSpeech(this.#options, this.#voice, {
      audio: (bytes) => on.audio(bytes),
      timings: () => undefined,
      done: () => {
        forget();
        on.done();
      },
      failed: (problem) => {
        forget();
        on.failed(problem);
      },
    });
    this.#speeches.add(speech);
    return speech;
  }

  close(): void {
    this.#over = true;
    for (const speech of this.#speeches) speech.cancel();
    this.#speeches.clear();
  }
}

/** Sentences are asked for one after the other: the sound of each comes faster than it is spoken. */
class HttpSpeech implements Speech {
  readonly #options: OpenAiSpeechOptions;
  readonly #voice: string;
  readonly #on: SpeechHandlers;
  readonly #aborter = new AbortController();
  readonly #timers: Timers;
  readonly #waiting: string[] = [];
  #running = false;
  #ended = false;
  #over = false;

  constructor(options: OpenAiSpeechOptions, voice: string, on: SpeechHandlers) {
    this.#options = options;
    this.#voice = voice;
    this.#on = on;
    this.#timers = new Timers(options.clock);
  }

  push(text: string): void {
    if (this.#over) return;
    this.#waiting.push(text);
    this.#next();
  }

  endOfText(): void {
    this.#ended = true;
    this.#next();
  }

  cancel(): void {
    this.#end();
  }

  #next(): void {
    if (this.#running || this.#over) return;
    const text = this.#waiting.shift();
    if (text === undefined) {
      if (!this.#ended) return;
      this.#end();
      this.#on.done();
      return;
    }
    this.#running = true;
    void this.#say(text);
  }

  async #say(text: string): Promise<void> {
    const { model } = this.#options;
    const account = accountAt(openAiService, this.#options);
    let resampler: Resampler | null = null;
    try {
      this.#watch(firstSoundLimitMs);
      resampler = await createResampler({ fromHz: sourceHz, toHz: lineHz });
      const response = await ask(`${account.baseUrl}/audio/speech`, {
        method: 'POST',
        headers: { ...headersOf(account), 'content-type': 'application/json' },
        body: JSON.stringify({ model: model ?? 'gpt-4o-mini-tts', input: text, voice: this.#voice, response_format: 'pcm' }),
        signal: this.#aborter.signal,
      });
      if (!response.ok || !response.body) {
        const problem = judgeStatus(openAiService, response.status, codeIn(await response.text()));
        if (!this.#over) this.#fail(problem);
        return;
      }
      const samples = new SampleReader();
      for await (const chunk of response.body) {
        if (this.#over) return;
        this.#watch(nextSoundLimitMs);
        this.#emit(resampler.process(samples.push(chunk as Uint8Array)));
      }
      if (this.#over) return;
      this.#emit(resampler.flush());
      this.#timers.end();
      this.#running = false;
      this.#next();
    } catch (error) {
      if (!this.#over) this.#fail(judgeNetwork(openAiService, error));
    } finally {
      resampler?.close();
    }
  }

  #emit(samples: Int16Array): void {
    if (samples.length > 0 && !this.#over) this.#on.audio(encodeMulaw(samples));
  }

  #watch(ms: number): void {
    this.#timers.set('sound', ms, () => this.#fail(gone(openAiService, 'fell silent in mid-sentence')));
  }

  #fail(problem: ReturnType<typeof gone>): void {
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

/** 16-bit samples out of bytes that may be cut in the middle of one. */
class SampleReader {
  #odd: number | null = null;

  push(bytes: Uint8Array): Int16Array {
    const length = bytes.length + (this.#odd === null ? 0 : 1);
    const whole = Buffer.allocUnsafe(length);
    if (this.#odd !== null) whole[0] = this.#odd;
    whole.set(bytes, length - bytes.length);
    this.#odd = length % 2 === 1 ? (whole[length - 1] ?? null) : null;
    const samples = new Int16Array(Math.floor(length / 2));
    for (let index = 0; index < samples.length; index += 1) samples[index] = whole.readInt16LE(index * 2);
    return samples;
  }
}
