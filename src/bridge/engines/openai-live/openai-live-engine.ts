import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { Engine, EngineHandlers, EngineSession, SessionRequest } from '../engine.ts';
import { OpenAiAccount } from '../openai-realtime/account.ts';
import { toFailure } from '../openai-realtime/failures.ts';
import { SilentSession } from '../silent-session.ts';
import { LiveSession, type LiveSessionOptions } from './live-session.ts';
import { modelOf } from './session-start.ts';
import { loudness, type OpenVoiceActivity } from './voice-activity.ts';

export interface OpenAiLiveOptions {
  /** Null when there is none: then the engine says so and opens nothing. */
  readonly apiKey: string | null;
  /** Without a slash at the end; `http` gives a `ws` socket. */
  readonly baseUrl?: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Who notices that the callee speaks; by loudness when absent. */
  readonly activity?: OpenVoiceActivity;
  readonly whileHeld?: LiveSessionOptions['whileHeld'];
  /** Whether the credentials are accepted; the same key as for realtime speech. @throws {BridgeError} `engine/refused`, `engine/unreachable` */
  readonly testCredentials: () => Promise<{ readonly detail: string }>;
}

/**
 * OpenAI Live: a voice that hears while it speaks and decides by itself when to do so, with a model behind it for whatever has to be done.
 * 8 kHz mu-law both ways.
 *
 * It costs by the second of open session, so it is opened when somebody has answered. It cannot render clips, cannot be made to forget
 * what nobody heard, and says exact words as a rule, not for certain.
 *
 * @see https://developers.openai.com/api/docs/guides/voice-websockets
 */
export class OpenAiLiveEngine implements Engine {
  readonly rung = 'live';
  readonly #options: OpenAiLiveOptions;
  readonly #account: OpenAiAccount;

  constructor(options: OpenAiLiveOptions) {
    this.#options = options;
    this.#account = new OpenAiAccount({ apiKey: options.apiKey, baseUrl: options.baseUrl, clock: options.clock });
  }

  availability(): { readonly ok: true } | { readonly ok: false; readonly reason: string } {
    return this.#account.availability();
  }

  open(request: SessionRequest, handlers: EngineHandlers): EngineSession {
    const model = modelOf(request.model);
    const settingsKey = JSON.stringify(['live', model, request.voice]);
    const refusal = this.#account.refusal(request.world, settingsKey);
    if (refusal) return new SilentSession(toFailure(refusal), handlers);
    const { clock, log, activity, whileHeld } = this.#options;
    const url = new URL(`${this.#account.baseUrl}/live/sessions`);
    url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
    return new LiveSession(
      {
        address: { url, headers: { Authorization: `Bearer ${this.#account.apiKey ?? ''}` } },
        request,
        model,
        clock,
        log,
        circuit: this.#account.circuit,
        settingsKey,
        activity: activity ?? loudness,
        whileHeld: whileHeld ?? 'listen',
      },
      handlers,
    );
  }

  async testCredentials(): Promise<{ readonly detail: string }> {
    if (!this.#account.apiKey) throw new BridgeError('engine/refused', 'OPENAI_API_KEY is not set.');
    return this.#options.testCredentials();
  }
}
