import type { Clock } from '#bridge/contract/clock.ts';
import type { UsageLine } from '../engine.ts';
import { Timers } from '../timers.ts';
import type { StageProblem } from './problems.ts';
import { Saying, type SayingHandlers } from './saying.ts';
import type { StageHealth } from './stage-health.ts';
import type { SpeakingStage, Speech, SpeechHandlers, Voice } from './stages.ts';

/** With another voice to go to, a connection that opens slowly is not waited for. */
const openLimitMs = 1_500;
const lastOpenLimitMs = 8_000;
/** A connection that was lost while nobody spoke is opened again, so that the next answer need not wait for it. */
const warmAgainMs = 250;
const mostIdleLosses = 5;
/** Voices that fall silent in the middle of a sentence, one behind the other, are worse than none: so many within this time. */
const mostCuts = 2;
const cutWindowMs = 30_000;

export interface MouthOptions {
  readonly stages: readonly SpeakingStage[];
  readonly health: StageHealth;
  readonly clock: Clock;
  readonly language: string | null;
  /** The agent's choice, where a stage knows it. */
  voiceFor(stage: string): string | null;
}

export interface MouthHandlers {
  ready(stage: string): void;
  usage(lines: readonly UsageLine[]): void;
  /** No voice could be opened before anything was said. */
  failed(problem: StageProblem): void;
  trouble(detail: string): void;
}

/** Speaks with whichever voice works, over a connection that is open before it is needed. */
export class Mouth {
  readonly #options: MouthOptions;
  readonly #on: MouthHandlers;
  readonly #timers: Timers;
  readonly #sayings = new Set<Saying>();
  #stage: SpeakingStage | null = null;
  #voice: Voice | null = null;
  #generation = 0;
  #over = false;
  #wasReady = false;
  #idleLosses = 0;
  #cutsAtMs: readonly number[] = [];
  #problem: StageProblem = { kind: 'fatal', cause: 'there is no voice to speak with', cure: null };

  constructor(options: MouthOptions, handlers: MouthHandlers) {
    this.#options = options;
    this.#on = handlers;
    this.#timers = new Timers(options.clock);
    this.#warm([...options.health.order(options.stages)]);
  }

  /** Begin to say something; sentences follow. */
  say(on: SayingHandlers): Saying {
    const saying = new Saying({
      language: this.#options.language,
      candidates: () => this.#candidates(),
      speak: (stage, handlers) => this.#speak(stage, handlers),
      failed: (stage, problem, isCut) => {
        this.#stageFailed(stage, problem);
        return !isCut || this.#mayBeCutAgain();
      },
      usage: (lines) => this.#on.usage(lines),
      over: () => this.#sayings.delete(saying),
      on,
    });
    this.#sayings.add(saying);
    saying.begin();
    return saying;
  }

  close(): void {
    if (this.#over) return;
    for (const saying of this.#sayings) saying.cancel();
    this.#over = true;
    this.#timers.end();
    this.#voice?.close();
  }

  /** Whom to try for one thing to say: who is connected, then the others. A single one gets a second chance. */
  #candidates(): SpeakingStage[] {
    const { stages, health } = this.#options;
    const order = health.order(stages);
    const first = this.#voice !== null && this.#stage !== null ? [this.#stage] : [];
    const all = [...first, ...order.filter((stage) => stage !== first[0])];
    const [only] = all;
    return all.length === 1 && only ? [only, only] : [...all];
  }

  #speak(stage: SpeakingStage, on: SpeechHandlers): Speech {
    if (this.#voice === null || this.#stage !== stage) this.#connect(stage, [], true);
    const voice = this.#voice;
    if (voice === null) throw new Error('there is no connection to the voice');
    return voice.speak(on);
  }

  /** @param others tried after it when it cannot be opened @param isNeeded something waits to be said */
  #connect(stage: SpeakingStage, others: SpeakingStage[], isNeeded: boolean): void {
    this.#generation += 1;
    const generation = this.#generation;
    const live = () => !this.#over && generation === this.#generation;
    this.#timers.clear('warm');
    this.#voice?.close();
    this.#stage = stage;
    let opened = false;
    const hasOther = others.length > 0 || (isNeeded && this.#options.stages.length > 1);
    const { language } = this.#options;
    const request = { voice: this.#options.voiceFor(stage.name), language, openLimitMs: hasOther ? openLimitMs : lastOpenLimitMs };
    this.#voice = stage.connect(request, {
      opened: () => {
        if (!live()) return;
        opened = true;
        this.#options.health.worked(stage.name);
        if (this.#wasReady) return;
        this.#wasReady = true;
        this.#on.ready(stage.name);
      },
      lost: (problem) => {
        if (!live()) return;
        this.#voice = null;
        this.#problem = problem;
        if (!opened) {
          this.#options.health.failed(stage.name, problem);
          this.#on.trouble(`${stage.name} cannot speak: ${problem.cause}`);
          if (!isNeeded) this.#warm(others);
        } else if (this.#sayings.size === 0) this.#lostIdle();
      },
      trouble: (detail) => this.#on.trouble(detail),
    });
  }

  #warm(stages: SpeakingStage[]): void {
    const [stage, ...others] = stages;
    if (stage) {
      this.#connect(stage, others, false);
      return;
    }
    if (this.#wasReady) return;
    const { health } = this.#options;
    const fatal = this.#options.stages.map(({ name }) => health.fatalProblem(name));
    const problem: StageProblem = fatal.every((one) => one !== null) && fatal[0] ? fatal[0] : { ...this.#problem, kind: 'retryable' };
    queueMicrotask(() => {
      if (!this.#over) this.#on.failed(problem);
    });
  }

  #lostIdle(): void {
    this.#idleLosses += 1;
    if (this.#idleLosses > mostIdleLosses) return;
    this.#timers.set('warm', warmAgainMs * this.#idleLosses, () => this.#warm([...this.#options.health.order(this.#options.stages)]));
  }

  #mayBeCutAgain(): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    this.#cutsAtMs = [...this.#cutsAtMs.filter((atMs) => nowMs - atMs < cutWindowMs), nowMs];
    return this.#cutsAtMs.length < mostCuts;
  }

  #stageFailed(stage: SpeakingStage, problem: StageProblem): void {
    this.#options.health.failed(stage.name, problem);
    this.#on.trouble(`${stage.name} broke off: ${problem.cause}`);
    this.#problem = problem;
    if (this.#stage !== stage) return;
    // Whatever is wrong with it, the next attempt gets a fresh connection.
    this.#generation += 1;
    this.#voice?.close();
    this.#voice = null;
  }
}
