import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { Engine, EngineHandlers, EngineSession, SessionRequest } from '../engine.ts';
import { SilentSession } from '../silent-session.ts';
import { OpenAiAccount } from './account.ts';
import { judgeHandshake, judgeNetwork, toFailure, type Verdict } from './failures.ts';
import { RealtimeSession } from './session.ts';

export interface OpenAiRealtimeOptions {
  /** Null when there is none: then the engine says so and opens nothing. */
  readonly apiKey: string | null;
  /** Without a slash at the end; `http` gives a `ws` socket. */
  readonly baseUrl?: string;
  readonly defaultModel?: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const testLimitMs = 10_000;

/**
 * OpenAI Realtime, speech to speech, in the GA dialect, with the sound of the telephone (8 kHz mu-law) both ways.
 *
 * @see https://developers.openai.com/api/docs/guides/realtime-websocket
 */
export class OpenAiRealtimeEngine implements Engine {
  readonly rung = 'realtime';
  readonly #account: OpenAiAccount;
  readonly #defaultModel: string;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(options: OpenAiRealtimeOptions) {
    this.#account = new OpenAiAccount({ apiKey: options.apiKey, baseUrl: options.baseUrl, clock: options.clock });
    this.#defaultModel = options.defaultModel ?? 'gpt-realtime-2.1';
    this.#clock = options.clock;
    this.#log = options.log;
  }

  availability(insist = false): { readonly ok: true } | { readonly ok: false; readonly reason: string } {
    return this.#account.availability(insist);
  }

  open(request: SessionRequest, handlers: EngineHandlers): EngineSession {
    const model = request.model ?? this.#defaultModel;
    const settingsKey = JSON.stringify([model, request.voice, request.language, request.turnDetection]);
    const refusal = this.#account.refusal(request.world, settingsKey, request.insist);
    if (refusal) return new SilentSession(toFailure(refusal), handlers);
    return new RealtimeSession(
      {
        address: this.#account.address({ model }, request.safetyIdentifier),
        request,
        model,
        clock: this.#clock,
        log: this.#log,
        circuit: this.#account.circuit,
        settingsKey,
      },
      handlers,
    );
  }

  async testCredentials(): Promise<{ readonly detail: string }> {
    if (!this.#account.apiKey) throw new BridgeError('engine/refused', 'OPENAI_API_KEY is not set.');
    const limit = new AbortController();
    const cancelLimit = this.#clock.after(testLimitMs, () => limit.abort());
    try {
      const response = await fetch(`${this.#account.baseUrl}/models`, {
        headers: { authorization: `Bearer ${this.#account.apiKey}` },
        redirect: 'error',
        signal: limit.signal,
      });
      const body: unknown = await response.json().catch(() => null);
      if (!response.ok) throw refused(judgeHandshake(response.status, null));
      const models = modelIds(body);
      const has = models.includes(this.#defaultModel) ? `${this.#defaultModel} is among them` : `${this.#defaultModel} is not among them`;
      return { detail: `OpenAI accepts the key; it may use ${models.length} models, ${has}.${talkers(models)}` };
    } catch (error) {
      if (error instanceof BridgeError) throw error;
      if (limit.signal.aborted) throw unreachable('OpenAI did not answer within 10 s.', error);
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      throw unreachable(sentence(judgeNetwork(cause)), error);
    } finally {
      cancelLimit();
    }
  }
}

/** So many names are read at a glance. */
const listedMax = 8;

function modelIds(body: unknown): readonly string[] {
  const list =
    typeof body === 'object' && body !== null && 'data' in body && Array.isArray(body.data) ? (body.data as readonly unknown[]) : [];
  return list.flatMap((entry) =>
    typeof entry === 'object' && entry !== null && 'id' in entry && typeof entry.id === 'string' ? [entry.id] : [],
  );
}

/** Models that talk are listed by name; those that only write down what they hear do not count. */
function talkers(models: readonly string[]): string {
  const able = models.filter((id) => /^gpt-(?:realtime|live)/.test(id) && !/whisper|transcribe|translate/.test(id)).toSorted();
  const more = able.length - listedMax;
  if (able.length === 0) return ' None of them talks.';
  return ` These talk: ${able.slice(0, listedMax).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}

function sentence(verdict: Verdict): string {
  const cause = `${verdict.cause[0]?.toUpperCase() ?? ''}${verdict.cause.slice(1)}.`;
  return verdict.cure ? `${cause} ${verdict.cure}` : cause;
}

function refused(verdict: Verdict): BridgeError {
  return verdict.meaning === 'later' ? unreachable(sentence(verdict)) : new BridgeError('engine/refused', sentence(verdict));
}

function unreachable(message: string, cause?: unknown): BridgeError {
  return new BridgeError('engine/unreachable', message, { retryable: true, cause });
}
