import type { Clock } from '#bridge/contract/clock.ts';
import type { UsageLine } from '../engine.ts';
import { Timers } from '../timers.ts';
import { AudioRing } from './audio-ring.ts';
import type { StageProblem } from './problems.ts';
import type { StageHealth } from './stage-health.ts';
import type { HearingStage, HearingStream } from './stages.ts';

const bytesPerMs = 8;
const frameBytes = 160;
/** What a provider that takes over may be given again. */
const ringBytes = 30_000 * bytesPerMs;
/** Before the speech that is being heard, so that no consonant loses its edge. */
const runUpBytes = 400 * bytesPerMs;
/** Without a turn that we know of, this much is given again: a provider tells of a turn a while after it began, and a dead one not at all. */
const untoldBytes = 5_000 * bytesPerMs;
/** A provider that takes over in mid-turn has so long to find the speech in what it is given again. */
const refindMs = 3_000;
/** With another provider to go to, a connection that opens slowly is not waited for. */
const openLimitMs = 1_500;
const lastOpenLimitMs = 8_000;
/** Whoever was being heard is not left alone for longer than this, whoever is tried meanwhile; half of it is for the first one. */
const againLimitMs = 1_000;
const firstAgainMs = 500;
/** So many losses in so short a time are no accident. */
const mostLosses = 4;
const lossWindowMs = 30_000;

export interface EarOptions {
  readonly stages: readonly HearingStage[];
  readonly health: StageHealth;
  readonly clock: Clock;
  readonly language: string | null;
  readonly silenceMs: number;
}

/** Places are milliseconds in all audio of the session. */
export interface EarHandlers {
  ready(stage: string): void;
  speechStarted(turn: string, atMs: number): void;
  words(turn: string, text: string): void;
  mayBeOver(text: string): void;
  resumed(): void;
  turnOver(turn: string, text: string, endedAtMs: number): void;
  usage(lines: readonly UsageLine[]): void;
  /** No provider can hear. */
  failed(problem: StageProblem): void;
  trouble(detail: string): void;
}

/** Hears the callee, with whichever provider works; who takes over is given the turn again from its beginning. */
export class Ear {
  readonly #options: EarOptions;
  readonly #on: EarHandlers;
  readonly #timers: Timers;
  readonly #ring = new AudioRing(ringBytes);
  #stage: HearingStage | null = null;
  #stream: HearingStream | null = null;
  #isOpen = false;
  /** When what was heard last was lost; null until a connection has worked. */
  #lostAtMs: number | null = null;
  #over = false;
  /** Distinguishes what an abandoned stream still tells. */
  #generation = 0;
  #untried: HearingStage[] = [];
  #lossesAtMs: number[] = [];
  /** Place of the stream's first byte in all audio. */
  #offset = 0;
  #turns = 0;
  #turn: { readonly id: string; readonly from: number; text: string } | null = null;
  /** Nobody who takes over needs what lies before. */
  #settledAt = 0;
  #unbilledBytes = 0;

  constructor(options: EarOptions, handlers: EarHandlers) {
    this.#options = options;
    this.#on = handlers;
    this.#timers = new Timers(options.clock);
    this.#untried = [...options.health.order(options.stages)];
    this.#next({ kind: 'fatal', cause: 'there is nobody to hear with', cure: null });
  }

  get inTurn(): boolean {
    return this.#turn !== null;
  }

  /** On the audio path. */
  hear(bytes: Uint8Array): void {
    if (this.#over) return;
    this.#ring.push(bytes);
    if (!this.#isOpen) return;
    this.#unbilledBytes += bytes.length;
    this.#stream?.hear(bytes);
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#timers.end();
    this.#bill();
    this.#stream?.close();
  }

  #next(problem: StageProblem): void {
    const { health, stages, language, silenceMs } = this.#options;
    const stage = this.#untried.shift();
    if (!stage) {
      this.#over = true;
      this.#timers.end();
      // One that may work again in a moment decides what the whole is worth.
      const fatal = stages.map(({ name }) => health.fatalProblem(name));
      this.#on.failed(fatal.every((one) => one !== null) && fatal[0] ? fatal[0] : { ...problem, kind: 'retryable' });
      return;
    }
    this.#generation += 1;
    const generation = this.#generation;
    const live = () => !this.#over && generation === this.#generation;
    this.#stage = stage;
    this.#isOpen = false;
    const request = { language, silenceMs, openLimitMs: this.#openLimitMs() };
    this.#stream = stage.open(request, {
      opened: () => {
        if (live()) this.#opened(stage);
      },
      speechStarted: (atMs) => {
        if (live()) this.#started(atMs);
      },
      words: (text) => {
        if (!live() || !this.#turn) return;
        this.#turn.text = text;
        this.#on.words(this.#turn.id, text);
      },
      mayBeOver: (text) => {
        if (live() && this.#turn) this.#on.mayBeOver(text);
      },
      resumed: () => {
        if (live()) this.#on.resumed();
      },
      turnOver: (text, endedAtMs) => {
        if (live()) this.#ended(text, this.#placeMs(endedAtMs));
      },
      failed: (failure) => {
        if (live()) this.#lost(stage, failure);
      },
      trouble: (detail) => {
        if (live()) this.#on.trouble(detail);
      },
    });
  }

  #openLimitMs(): number {
    const isLast = this.#untried.length === 0;
    if (this.#lostAtMs === null) return isLast ? lastOpenLimitMs : openLimitMs;
    const leftMs = Math.max(1, Math.round(this.#lostAtMs + againLimitMs - this.#options.clock.monotonicMs()));
    return isLast ? leftMs : Math.min(firstAgainMs, leftMs);
  }

  #opened(stage: HearingStage): void {
    this.#options.health.worked(stage.name);
    this.#isOpen = true;
    const from = this.#turn?.from ?? this.#settledAt;
    if (from < this.#ring.start) this.#on.trouble('nobody heard for 30 s; the oldest audio of the callee is lost');
    this.#offset = this.#ring.read(from, (bytes) => {
      this.#unbilledBytes += bytes.length;
      this.#stream?.hear(bytes);
    });
    if (this.#turn) this.#timers.set('refind', refindMs, () => this.#ended(this.#turn?.text ?? '', this.#ring.end / bytesPerMs));
    this.#on.ready(stage.name);
  }

  #started(atMs: number): void {
    this.#timers.clear('refind');
    if (this.#turn) return;
    this.#turns += 1;
    const placeMs = this.#placeMs(atMs);
    this.#turn = { id: `turn-${this.#turns}`, from: Math.max(this.#settledAt, frameAt(placeMs * bytesPerMs - runUpBytes)), text: '' };
    this.#on.speechStarted(this.#turn.id, placeMs);
  }

  #ended(text: string, endedAtMs: number): void {
    const turn = this.#turn;
    if (!turn) return;
    this.#timers.clear('refind');
    this.#turn = null;
    this.#settledAt = frameAt(Math.min(this.#ring.end, endedAtMs * bytesPerMs));
    this.#bill();
    this.#on.turnOver(turn.id, text, endedAtMs);
  }

  #lost(stage: HearingStage, problem: StageProblem): void {
    const { clock, health, stages } = this.#options;
    const nowMs = clock.monotonicMs();
    health.failed(stage.name, problem);
    this.#timers.clear('refind');
    this.#on.trouble(`${stage.name} cannot hear: ${problem.cause}`);
    if (this.#isOpen) {
      this.#lostAtMs = nowMs;
      // It had worked: everybody may be tried again, the others first.
      this.#lossesAtMs = [...this.#lossesAtMs.filter((atMs) => atMs > nowMs - lossWindowMs), nowMs];
      this.#untried = this.#lossesAtMs.length > mostLosses ? [] : [...health.order(stages)];
      // Without speech, what was heard long ago need not be heard again.
      if (!this.#turn) this.#settledAt = Math.max(this.#settledAt, frameAt(this.#ring.end - untoldBytes));
    }
    this.#isOpen = false;
    this.#next(problem);
  }

  #placeMs(streamMs: number): number {
    return Math.min(this.#ring.end, this.#offset + streamMs * bytesPerMs) / bytesPerMs;
  }

  #bill(): void {
    const seconds = this.#unbilledBytes / bytesPerMs / 1_000;
    const stage = this.#stage;
    this.#unbilledBytes = 0;
    if (seconds === 0 || !stage) return;
    const micros = Math.round((seconds / 60) * stage.microsPerMinute);
    this.#on.usage([{ kind: 'cascade-hearing', micros, detail: `${stage.name}: ${seconds.toFixed(1)} s`, estimated: false }]);
  }
}

/** Whole frames, as the carrier sent them. */
function frameAt(place: number): number {
  return Math.max(0, Math.floor(place / frameBytes) * frameBytes);
}
