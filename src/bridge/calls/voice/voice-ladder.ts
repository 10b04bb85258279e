import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { Rung } from '#bridge/contract/words.ts';
import { beginLadder, stepLadder } from '../../domain/ladder.ts';
import { bestStep, isLastToConverse, type LadderPlan, type Step, stepTraits } from '../../domain/ladder-plan.ts';
import type { LadderEffect, LadderEvent, LadderState, LadderTimer } from '../../domain/ladder-state.ts';
import type { Engine, EngineFailure, EngineHandlers, EngineSession, SessionRequest } from '../../engines/engine.ts';
import { type EngineHealth, providersOf } from '../../engines/health.ts';
import { Timers } from '../timers.ts';

/** A session that nobody has used yet is kept this long while the phone rings; then it is closed, and opened again at the answer. */
const warmMs = 30_000;
/** While the phone rings there is time; but whoever has not come by then will not be there at the answer either. */
const readyWhileRingingMs = 4_000;

/** A rung change as everybody else is told of it. */
export interface RungChange {
  readonly from: Step | null;
  readonly to: Step;
  readonly because: string;
  /** Somebody has to mend the one that was left. */
  readonly fatal: boolean;
}

/** What becomes of the call when another one speaks. */
export interface LadderMoves {
  /** The one that spoke is gone: what it left in the air is to be settled. */
  left(): void;
  /** Another one is there, though it may not be ready. @param how opened now; or some time ago, to climb to it or, as it came, to fall on it */
  opened(session: EngineSession, how: 'new' | 'climbed' | 'fallen-on'): void;
  /** It may speak. @param answerNow the one before it owes the lead a word */
  floor(answerNow: boolean): void;
  /** Something short for the gap. */
  phrase(): void;
  /** Nobody of the AI hears the lead over the stream from here on. */
  deaf(): void;
  /** Nobody of the AI is left: a person is rung. */
  ringPerson(because: string): void;
  /** No stream carries what comes now. @param isBridged the lead was asked for a moment already */
  below(step: Rung, isBridged: boolean): void;
  changed(change: RungChange): void;
}

export interface VoiceLadderParts {
  readonly plan: LadderPlan;
  readonly engines: Readonly<Partial<Record<Rung, Engine>>>;
  readonly health: EngineHealth;
  readonly clock: Clock;
  readonly log: Logger;
  /** What sessions tell; asked for once for each. `failed` only when nobody is left who can hold a conversation. */
  on(): EngineHandlers;
  readonly moves: LadderMoves;
  /** Whether a rung below the streams can be had on this call. */
  isUsableBelow(step: Step): boolean;
  /** What the call has cost so far, micro-dollars. */
  costMicros(): number;
  /** What a session is opened with now, with what was said so far. */
  request(): SessionRequest;
  broke(error: unknown): void;
}

interface Opened {
  readonly step: Step;
  /** Before all names that its session gives, so that none of two sessions are alike. */
  readonly prefix: string;
  session: EngineSession | null;
  info: { readonly model: string; readonly sessionId: string } | null;
  isOpen: boolean;
  isDead: boolean;
}

/** The voices of one call, one after the other: opens and closes sessions as the ladder says, and lets only one of them be heard. */
export class VoiceLadder {
  readonly #parts: VoiceLadderParts;
  readonly #timers: Timers<LadderTimer | 'warm' | 'ringing'>;
  readonly #stopListening: () => void;
  #state: LadderState | null = null;
  #queue: LadderEvent[] = [];
  #draining = false;
  #current: Opened | null = null;
  #rising: Opened | null = null;
  #opened = 0;
  #isPrepared = false;
  #answered = false;
  #over = false;
  /** The line is dead: no more changes. */
  #frozen = false;
  #wasFatal = false;

  constructor(parts: VoiceLadderParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
    this.#stopListening = parts.health.listen(() => this.note({ type: 'usable.changed', steps: this.#usable() }));
  }

  get current(): EngineSession | null {
    return this.#current?.session ?? null;
  }

  get isReady(): boolean {
    return this.#current?.info !== null && this.#current?.info !== undefined;
  }

  get isOpen(): boolean {
    return this.#current?.isOpen ?? false;
  }

  get isOver(): boolean {
    return this.#over || this.#state?.kind === 'spent';
  }

  get canReopen(): boolean {
    const { plan } = this.#parts;
    if (this.#over || this.#state?.kind !== 'live') return false;
    const best = bestStep({ ...this.#state.choice, plan, usable: this.#usable() });
    return best !== null && best !== 'announcement' && best !== 'human';
  }

  /** Who has, or will have, the next word. */
  get at(): Step | null {
    this.#begin();
    const state = this.#state;
    return state?.kind === 'waiting' || state?.kind === 'live' ? state.at : null;
  }

  prepare(): void {
    if (this.#over || this.#answered || this.#isPrepared) return;
    this.#isPrepared = true;
    this.#begin();
    this.#timers.start('warm', warmMs, () => {
      this.#parts.log.debug('the warmed session was not used and is closed');
      this.#timers.cancel('ringing');
      this.#timers.cancel('again');
      const current = this.#current;
      if (!current) return;
      this.#drop(current);
      this.#current = null;
      this.#dispatch({ type: 'rung.lost', step: current.step, cause: 'it was not used' });
    });
  }

  answered(): void {
    if (this.#over || this.#answered) return;
    this.#begin();
    this.#answered = true;
    this.#timers.clear();
    if (this.#state?.kind === 'waiting' && !this.#current) this.#open(this.#state.at, false);
    this.#dispatch({ type: 'answered' });
  }

  note(event: LadderEvent): void {
    if (this.#state === null || this.#over || this.#frozen) return;
    // The carrier's minutes cost money too, and tell nobody.
    if (event.type === 'speech.ended') this.#dispatch({ type: 'spent', micros: this.#parts.costMicros() });
    this.#dispatch(event);
  }

  /** The lead has said a turn where no stream is. @returns whether a voice over a stream has the call from here on */
  climbs(): boolean {
    if (this.#state?.kind !== 'live' || this.#state.medium === 'stream') return false;
    this.note({ type: 'turn.over' });
    return this.isOnStream;
  }

  /** What the AI says and hears goes over a stream, open already or still to come. */
  get isOnStream(): boolean {
    return this.#state?.kind === 'live' && this.#state.medium === 'stream';
  }

  lineEnded(): void {
    this.#frozen = true;
    this.#timers.clear();
    if (this.#rising) this.#drop(this.#rising);
    this.#rising = null;
  }

  fail(failure: EngineFailure): void {
    const current = this.#current;
    if (current) this.#failed(current, failure);
  }

  close(): void {
    this.#over = true;
    this.#stopListening();
    this.#timers.clear();
    for (const opened of [this.#current, this.#rising]) if (opened) this.#drop(opened);
    this.#current = null;
    this.#rising = null;
  }

  #begin(): void {
    if (this.#state !== null || this.#over) return;
    const [state, effects] = beginLadder(this.#parts.plan, this.#usable());
    this.#state = state;
    this.#performAll(effects);
  }

  #usable(): readonly Step[] {
    const { plan, engines, health, isUsableBelow } = this.#parts;
    return plan.order.filter((step) => {
      if (step === 'human' || stepTraits[step].medium !== 'stream') return isUsableBelow(step);
      return engines[step]?.availability().ok === true && health.look(step).ok;
    });
  }

  #dispatch(event: LadderEvent): void {
    // Who is on duty changes without a word.
    const mayFall = event.type === 'rung.failed' || event.type === 'timer';
    if (mayFall && this.#parts.plan.order.includes('human')) this.#queue.push({ type: 'usable.changed', steps: this.#usable() });
    this.#queue.push(event);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        if (this.#state === null || this.#over) continue;
        const [state, effects] = stepLadder(this.#state, next, this.#parts.clock.monotonicMs());
        this.#state = state;
        this.#performAll(effects);
      }
    } finally {
      this.#queue = [];
      this.#draining = false;
    }
  }

  #performAll(effects: readonly LadderEffect[]): void {
    const change = effects.find((effect) => effect.type === 'changed');
    for (const effect of effects) this.#perform(effect, change?.type === 'changed' ? change.because : null);
  }

  #perform(effect: LadderEffect, because: string | null): void {
    const { moves } = this.#parts;
    switch (effect.type) {
      case 'open':
        this.#open(effect.step, effect.beside);
        return;
      case 'close':
        this.#close(effect.step);
        return;
      case 'floor':
        this.#giveFloor(effect.to, effect.answerNow, effect.hearsAgain === true);
        return;
      case 'phrase':
        moves.phrase();
        return;
      case 'redirect':
        if (effect.to === 'operator') return;
        if (effect.to === 'human') this.#handOn(because ?? 'no other voice is left');
        else if (effect.to === 'announcement') this.#giveUp(because ?? 'no other voice is left');
        else if (stepTraits[effect.to].medium !== 'stream') {
          moves.deaf();
          moves.below(effect.to, effect.phrase === 'thanks');
        }
        return;
      case 'apologise':
        this.#giveUp(effect.because);
        return;
      case 'changed':
        moves.changed({ from: effect.from, to: effect.to, because: effect.because, fatal: this.#wasFatal });
        this.#wasFatal = false;
        return;
      case 'timer.start':
        this.#timers.start(effect.name, effect.ms, () => this.#dispatch({ type: 'timer', name: effect.name }));
        return;
      case 'timer.cancel':
        this.#timers.cancel(effect.name);
        return;
    }
  }

  /** The carrier's own voice has the call now. */
  #giveUp(cause: string): void {
    this.#over = true;
    this.#timers.clear();
    this.#parts.moves.deaf();
    this.#parts.on().failed({ kind: 'retryable', cause, cure: null });
  }

  /** A person of ours is rung, by the carrier; whom that does not reach hears its own voice. */
  #handOn(because: string): void {
    this.#over = true;
    this.#timers.clear();
    this.#parts.moves.deaf();
    this.#parts.moves.ringPerson(because);
  }

  #open(step: Step, beside: boolean): void {
    // Whoever has said goodbye while the ladder moved needs nobody any more.
    if (this.#over || step === 'human' || stepTraits[step].medium !== 'stream') return;
    // Its seconds cost money from the first one on.
    if (step === 'live' && !this.#answered) return;
    const { engines, health, moves } = this.#parts;
    const engine = engines[step];
    if (!engine) {
      this.#dispatch({ type: 'rung.failed', step, cause: `${step} is not set up` });
      return;
    }
    this.#opened += 1;
    const prefix = this.#opened === 1 ? '' : `s${this.#opened}.`;
    const opened: Opened = { step, prefix, session: null, info: null, isOpen: false, isDead: false };
    if (beside) this.#rising = opened;
    else this.#current = opened;
    health.trying(step);
    const session = engine.open(this.#parts.request(), this.#handlers(opened));
    // It may have failed on the spot.
    if (opened.isDead) {
      session.close();
      return;
    }
    opened.session = session;
    if (!beside) moves.opened(session, 'new');
    if (!this.#answered && !this.#isAlone(step))
      this.#timers.start('ringing', readyWhileRingingMs, () => {
        if (opened.info === null)
          this.#failed(opened, { kind: 'retryable', cause: `${step} was not ready while the phone rang`, cure: null });
      });
  }

  /** There is no other one to have ready in its place. */
  #isAlone(step: Step): boolean {
    return this.#state?.kind === 'waiting' && isLastToConverse(this.#state.choice, step);
  }

  #close(step: Step): void {
    const rising = this.#rising;
    if (rising?.step === step) {
      this.#drop(rising);
      this.#rising = null;
      return;
    }
    const current = this.#current;
    if (current?.step !== step) return;
    this.#parts.moves.left();
    this.#drop(current);
    this.#current = null;
  }

  #giveFloor(to: Step, answerNow: boolean, hearsAgain: boolean): void {
    const { moves } = this.#parts;
    const rising = this.#rising;
    if (rising?.step === to && rising.session && rising.info) {
      this.#rising = null;
      this.#current = rising;
      moves.opened(rising.session, hearsAgain ? 'fallen-on' : 'climbed');
      const on = this.#parts.on();
      on.connected();
      on.ready(rising.info);
    }
    moves.floor(answerNow);
  }

  #drop(opened: Opened): void {
    opened.isDead = true;
    opened.session?.close();
    opened.session = null;
  }

  #failed(opened: Opened, failure: EngineFailure): void {
    if (opened.isDead) return;
    const { health, log } = this.#parts;
    const [provider] = opened.step === 'human' ? [] : providersOf[opened.step];
    if (provider) health.failed(provider, failure.cause, failure.kind === 'fatal');
    this.#wasFatal = failure.kind === 'fatal';
    log.warn({ rung: opened.step, cause: failure.cause }, 'a voice of this call has failed');
    if (this.#frozen) {
      this.#drop(opened);
      this.#parts.moves.deaf();
      return;
    }
    this.#dispatch({ type: 'rung.failed', step: opened.step, cause: failure.cause, lasting: failure.kind === 'fatal' });
    // Nobody has picked up yet, and nobody else converses: as long as it is not had again, that is all there is to be known.
    if (this.#state?.kind === 'waiting' && (this.#state.at === opened.step || this.#state.at === 'announcement'))
      this.#parts.on().failed(failure);
    // The ladder closes whoever it leaves; one that it does not know of any more is closed here.
    if (!opened.isDead) this.#drop(opened);
  }

  #handlers(opened: Opened): EngineHandlers {
    const { broke, health } = this.#parts;
    const on = this.#parts.on();
    const { step, prefix } = opened;
    const named = (id: string) => `${prefix}${id}`;
    const guarded =
      <Arguments extends readonly unknown[]>(handle: (...args: Arguments) => void) =>
      (...args: Arguments) => {
        if (opened.isDead || this.#over) return;
        try {
          handle(...args);
        } catch (error) {
          broke(error);
        }
      };
    /** Whoever is made ready beside another one has nothing to say yet. */
    const live = <Arguments extends readonly unknown[]>(handle: (...args: Arguments) => void) =>
      guarded((...args: Arguments) => {
        if (this.#current === opened) handle(...args);
      });
    return {
      connected: guarded(() => {
        opened.isOpen = true;
        if (this.#current === opened) on.connected();
      }),
      ready: guarded((info) => {
        opened.isOpen = true;
        opened.info = info;
        this.#timers.cancel('ringing');
        const [provider] = step === 'human' ? [] : providersOf[step];
        if (provider) health.worked(provider);
        if (this.#current === opened) on.ready(info);
        this.note({ type: 'rung.ready', step });
      }),
      audio: live((utterance, bytes) => on.audio(named(utterance), bytes)),
      utteranceText: live((utterance, text, final) => on.utteranceText(named(utterance), text, final)),
      audioDone: live((utterance) => on.audioDone(named(utterance))),
      answering: live((asked) => on.answering(asked)),
      answered: live((result) => {
        on.answered(result);
        if (result.status === 'failed') this.note({ type: 'rung.error', step, cause: result.detail ?? 'an answer failed' });
      }),
      speechStarted: live((turn, atMs) => on.speechStarted(named(turn), atMs)),
      speechStopped: live((turn, atMs) => on.speechStopped(named(turn), atMs)),
      turnCommitted: live((turn, after) => on.turnCommitted(named(turn), after === null ? null : named(after))),
      turnText: live((turn, text, final) => on.turnText(named(turn), text, final)),
      toolCalled: live((call) => on.toolCalled({ ...call, id: named(call.id) })),
      nudged: live((id) => on.nudged?.(id)),
      turnTimes: live((times) => on.turnTimes?.({ ...times, turn: named(times.turn) })),
      // What was spent counts, whenever it is told.
      usage: (lines) => {
        on.usage(lines);
        this.note({ type: 'spent', micros: this.#parts.costMicros() });
      },
      expiresAt: live((atMs) => on.expiresAt(atMs)),
      failed: guarded((failure) => this.#failed(opened, failure)),
      trouble: guarded((detail) => on.trouble(detail)),
    };
  }

  /** A name as the session at work gave it; null when another one did. */
  own(id: string): string | null {
    const prefix = this.#current?.prefix ?? '';
    if (!id.startsWith(prefix)) return null;
    const rest = id.slice(prefix.length);
    return prefix === '' && /^s\d+\./.test(rest) ? null : rest;
  }
}
