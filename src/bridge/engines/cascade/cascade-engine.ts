import { randomUUID } from 'node:crypto';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { Engine, EngineFailure, EngineHandlers, EngineSession, SessionRequest } from '../engine.ts';
import { SilentSession } from '../silent-session.ts';
import { type ServiceAccount, testAccount } from './accounts.ts';
import { CascadeSession } from './session.ts';
import { StageHealth } from './stage-health.ts';
import type { HearingStage, SpeakingStage, ThinkingStage } from './stages.ts';

export interface CascadeParts {
  /** Each list in the order in which its stages are tried; those whose key is missing are passed over. */
  readonly hearing: readonly HearingStage[];
  readonly thinking: readonly ThinkingStage[];
  readonly speaking: readonly SpeakingStage[];
  readonly clock: Clock;
}

const testLimitMs = 10_000;

/** A voice that an agent names for one stage of this engine, as `elevenlabs:EXAVITQu4vr4xnSDxMaL`; any other name is another engine's. */
const stageVoice = /^([a-z-]+):(\S+)$/;

/** Hearing, thinking and speaking by three services, each of which can be exchanged while the call goes on. */
export function cascadeEngine(parts: CascadeParts): Engine {
  return new CascadeEngine(parts);
}

class CascadeEngine implements Engine {
  readonly rung = 'cascade';
  readonly #parts: CascadeParts;
  readonly #health: StageHealth;
  readonly #hearing: readonly HearingStage[];
  readonly #thinking: readonly ThinkingStage[];
  readonly #speaking: readonly SpeakingStage[];

  constructor(parts: CascadeParts) {
    const configured = <Stage extends { readonly account: ServiceAccount }>(stages: readonly Stage[]) =>
      stages.filter(({ account }) => account.apiKey !== null);
    this.#parts = parts;
    this.#health = new StageHealth(parts.clock);
    this.#hearing = configured(parts.hearing);
    this.#thinking = configured(parts.thinking);
    this.#speaking = configured(parts.speaking);
  }

  availability(): { readonly ok: true } | { readonly ok: false; readonly reason: string } {
    const { hearing, thinking, speaking } = this.#parts;
    for (const [job, all, usable] of [
      ['hear', hearing, this.#hearing],
      ['think', thinking, this.#thinking],
      ['speak', speaking, this.#speaking],
    ] as const) {
      const missing = [...new Set(all.map(({ account }) => account.service.keyVariable))];
      if (usable.length === 0) return { ok: false, reason: `nobody can ${job}: ${missing.join(' or ') || 'no service'} is not set` };
      const wrong = usable.find(({ account }) => !URL.canParse(account.baseUrl));
      if (wrong) return { ok: false, reason: `${wrong.account.service.urlVariable} is not an address` };
      const problems = usable.map(({ name }) => this.#health.fatalProblem(name));
      const [first] = problems;
      if (first && problems.every((problem) => problem !== null)) return { ok: false, reason: sentence(first) };
    }
    return { ok: true };
  }

  open(request: SessionRequest, handlers: EngineHandlers): EngineSession {
    const available = this.availability();
    if (!available.ok) return new SilentSession({ kind: 'fatal', cause: available.reason, cure: null }, handlers);
    const stages = [...this.#hearing, ...this.#thinking, ...this.#speaking];
    // The rehearsal world reaches nothing but this machine, whatever it is told.
    if (request.world === 'rehearsal' && !stages.every(({ account }) => isLoopback(new URL(account.baseUrl).hostname))) {
      return new SilentSession({ kind: 'fatal', cause: 'a rehearsal may not reach real services', cure: null }, handlers);
    }
    const [, stage, voice] = stageVoice.exec(request.voice ?? '') ?? [];
    return new CascadeSession(
      {
        hearing: this.#hearing,
        thinking: this.#thinking,
        speaking: this.#speaking,
        health: this.#health,
        clock: this.#parts.clock,
        id: `cascade-${randomUUID()}`,
        voiceFor: (name) => (name === stage && voice ? voice : null),
      },
      request,
      handlers,
    );
  }

  async testCredentials(): Promise<{ readonly detail: string }> {
    const available = this.availability();
    if (!available.ok) throw new BridgeError('engine/refused', `${available.reason[0]?.toUpperCase() ?? ''}${available.reason.slice(1)}.`);
    const accounts = new Map<string, ServiceAccount>();
    for (const { account } of [...this.#hearing, ...this.#thinking, ...this.#speaking]) accounts.set(account.service.name, account);
    const said = await Promise.all([...accounts.values()].map((account) => testAccount(account, AbortSignal.timeout(testLimitMs))));
    return { detail: said.join(' ') };
  }
}

function sentence({ cause, cure }: EngineFailure): string {
  return cure ? `${cause}. ${cure}` : cause;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
