import type { Step } from '../../domain/ladder-plan.ts';
import type { LadderEvent } from '../../domain/ladder-state.ts';
import type { SessionRequest } from '../../engines/engine.ts';
import { AiUtterances } from './ai-utterances.ts';
import { AnswerDue } from './answer-due.ts';
import { CarriedContext } from './carried-context.ts';
import { hearClosingSilence } from './closing-silence.ts';
import { ExpectedSpeech } from './expected-speech.ts';
import { FixedSpeaker } from './fixed-speaker.ts';
import { FixedUtterances } from './fixed-utterances.ts';
import { LeadTurns } from './lead-turns.ts';
import { SessionNews } from './session-news.ts';
import type { FlowSpeech } from './speech.ts';
import { SpeechCut } from './speech-cut.ts';
import { SpeechProgress } from './speech-progress.ts';
import { StarvationWatch } from './starvation-watch.ts';
import { lateResult, ToolMemory } from './tool-memory.ts';
import { TurnClock } from './turn-clock.ts';
import { Unfinished } from './unfinished.ts';
import { VoiceLadder } from './voice-ladder.ts';
import type { VoiceParts } from './voice-parts.ts';
import { VoicePermission } from './voice-permission.ts';
import { VoiceSuccession } from './voice-succession.ts';

/**
 * The AI's side of one call: an engine session, the sentences rendered before, and what becomes of both when somebody speaks over them.
 */
export class Voice {
  readonly #parts: VoiceParts;
  readonly #ai: VoiceLadder;
  readonly #unfinished = new Unfinished();
  readonly #turnClock: TurnClock;
  readonly #due: AnswerDue;
  readonly #leadTurns: LeadTurns;
  readonly #expected: ExpectedSpeech;
  readonly #utterances: AiUtterances;
  readonly #speaker: FixedSpeaker;
  readonly #context: CarriedContext;
  readonly #succession: VoiceSuccession;
  readonly #news: SessionNews;
  readonly #progress: SpeechProgress;
  readonly #starvation: StarvationWatch;
  readonly #cut: SpeechCut;
  readonly #may = new VoicePermission();
  readonly #fixed = new FixedUtterances();
  /** What was done for the AI on this call, whoever spoke. */
  readonly tools = new ToolMemory();
  #closed = false;

  constructor(parts: VoiceParts) {
    this.#parts = parts;
    const { log, clock, events, choice, playout } = parts;
    this.#turnClock = new TurnClock(clock);
    this.#due = new AnswerDue({ clock, isLineOpen: () => parts.isLineOpen(), note: (event) => this.#ai.note(event) });
    this.#expected = new ExpectedSpeech(clock);
    this.#starvation = new StarvationWatch({
      clock,
      playout,
      isOff: () => this.#may.isHeld || this.#may.isRestricted || this.#ai.isOver,
      rung: () => this.#ai.at,
      starved: () => {
        this.#ai.note({ type: 'speech.ended' });
        this.#ai.note({ type: 'speech.due' });
        this.#ai.fail({ kind: 'retryable', cause: 'the voice stopped in the middle of a sentence', cure: null });
      },
    });
    const { tools } = this;
    const memory = { tools, fixed: this.#fixed, unfinished: this.#unfinished, due: this.#due, may: this.#may };
    this.#context = new CarriedContext({ ...parts, ...memory });
    this.#ai = new VoiceLadder({
      clock,
      log,
      on: () => this.#news.handlers,
      broke: (error: unknown) => events.broke(error),
      ...choice,
      request: () => this.#context.request(),
      costMicros: () => parts.costMicros(),
      moves: {
        left: () => this.#succession.left(),
        opened: (session, how) => this.#succession.opened(session, how),
        floor: (answerNow) => this.#succession.floor(answerNow),
        phrase: () => this.#succession.phrase(),
        deaf: () => {
          this.#leadTurns.settle();
          this.#leadTurns.breakOff(true);
          const turn = this.#unfinished.lostTurn;
          if (turn !== null) events.turnLost(turn, true);
          for (const earlier of this.#unfinished.takeEarlier()) events.turnLost(earlier, false);
        },
        ringPerson: (because) => events.ringPerson(because),
        below: (step, isBridged) => events.below(step, isBridged),
        changed: (change) => events.rungChanged(change),
      },
    });
    const shared = {
      ...parts,
      ...memory,
      ai: this.#ai,
      expected: this.#expected,
      turnClock: this.#turnClock,
      starvation: this.#starvation,
    };
    const utterances = new AiUtterances(shared);
    const cut = new SpeechCut({ ...shared, utterances });
    const speaker = new FixedSpeaker({ ...shared, utterances, isHeard: () => this.#turnClock.anyAudio, drop: () => cut.drop() });
    const leadTurns = new LeadTurns({ ...shared, bargeIn: () => cut.bargeIn() });
    this.#utterances = utterances;
    this.#cut = cut;
    this.#speaker = speaker;
    this.#leadTurns = leadTurns;
    this.#succession = new VoiceSuccession({
      ...shared,
      utterances,
      cut,
      speaker,
      leadTurns,
      context: this.#context,
      prompt: (instructions) => this.prompt(instructions),
    });
    this.#news = new SessionNews({
      ...shared,
      utterances,
      cut,
      speaker,
      leadTurns,
      toolResult: (id, result, thenAnswer) => this.toolResult(id, result, thenAnswer),
    });
    this.#progress = new SpeechProgress({ ...shared, utterances, cut });
  }

  /** The phone rings: have everything at hand. */
  prepare(): void {
    if (!this.#closed) this.#ai.prepare();
  }

  answered(): void {
    if (this.#closed) return;
    this.#ai.answered();
    this.#news.tellReadyAgain();
  }

  /** 20 ms of the callee, on the audio path. */
  hear(bytes: Uint8Array): void {
    this.#turnClock.heard(bytes.length);
    this.#unfinished.hear(bytes);
    this.#ai.current?.hear(bytes);
  }

  /** This machine hears the lead begin, and the session at work has told of nothing yet. On the audio path. */
  leadBegins(): void {
    this.#unfinished.voiceBegan();
  }

  /** Say a fixed sentence: from its clip, from one that is being made, or by the session itself. What is null counts as said. */
  say(what: FlowSpeech): void {
    this.#speaker.say(what);
  }

  prompt(instructions: string | null): void {
    this.#due.expectWord();
    if (!this.#ai.isReady) {
      this.#unfinished.ask(instructions);
      return;
    }
    this.#due.asked(instructions);
    this.#ai.current?.answer(instructions);
  }

  addContext(text: string): void {
    if (!this.#ai.isReady) this.#unfinished.know(text);
    else this.#ai.current?.addContext(text);
  }

  setAutoAnswer(on: boolean): void {
    this.#may.autoAnswer = on;
    this.#ai.current?.setAutoAnswer(on);
    // Whoever is not to answer any more is not silent for want of a voice.
    if (!on) this.#due.nothing();
  }

  toolResult(id: string, result: string, thenAnswer: boolean): void {
    this.#ai.note({ type: 'tool.answered' });
    this.tools.answered(id, result, thenAnswer);
    const own = this.#ai.own(id);
    if (own !== null) this.#ai.current?.toolResult(own, result, thenAnswer);
    else {
      this.addContext(lateResult(this.tools.nameOf(id), result));
      if (thenAnswer) this.prompt(null);
    }
  }

  /**
   * A person speaks from now on. The AI goes on hearing, and says nothing until `release`.
   * @returns how many milliseconds of it were dropped before the lead heard them
   */
  hold(): number {
    this.#may.hold();
    this.tools.newWords();
    this.tools.told();
    this.#unfinished.forget();
    this.#due.settle();
    this.#ai.note({ type: 'operator.took-over' });
    const clearedMs = this.#cut.clear(false, () => this.setAutoAnswer(false));
    this.#cut.owesNothing();
    return clearedMs;
  }

  /** The person has stopped. An AI that was lost meanwhile is had again, and told what was said. */
  release(): void {
    this.#may.release();
    this.#turnClock.started();
    this.#ai.note({ type: 'operator.gave-back' });
  }

  /** The lead has said a turn where no stream is. @returns whether a voice over a stream has the call from here on */
  climbs(): boolean {
    const before = this.#unfinished.lostTurn;
    // What was said over the last stream is not heard again: the lead has said something since.
    if (before !== null) this.#unfinished.turnUnderstood(before.name);
    if (!this.#ai.climbs()) return false;
    this.#due.climbs();
    return true;
  }

  /** What spoke without a stream has failed. @returns whether a voice over a stream, which was there already, has the call from here on */
  fallsOnStream(): boolean {
    if (!this.#ai.isOnStream) return false;
    this.#due.climbs();
    return true;
  }

  /** Something happened where no stream is. */
  noteBelow(event: LadderEvent): void {
    this.#ai.note(event);
  }

  /** What was said and done, for whoever speaks without a stream. */
  get history(): SessionRequest['history'] {
    return this.#context.request().history;
  }

  /**
   * How whoever speaks without a stream begins: with these words, with an answer (null), or by listening (empty).
   * @param isLost what came before had no stream either, and broke: nobody knows what it did not tell
   */
  firstWords(isLost: boolean): string | null {
    return this.#context.firstWords(isLost);
  }

  /** The words of a turn that this voice has lost are known now. */
  turnUnderstood(turn: string): void {
    this.#unfinished.turnUnderstood(turn);
  }

  /** The lead is in the middle of a turn, as far as anybody can hear. */
  get leadIsTalking(): boolean {
    return this.#context.leadIsTalking;
  }

  /** Whoever speaks without a stream may wait for words that are being looked for: nothing has to be said first, and the lead is silent. */
  get mayAwaitWords(): boolean {
    return this.#context.disclosureHeard && !this.#parts.leadSpeaks();
  }

  /** What was said without a stream has reached the lead, who has answered it. @returns whether the disclosure was among it */
  firstWordsHeard(): boolean {
    return this.#context.firstWordsHeard();
  }

  get disclosureHeard(): boolean {
    return this.#context.disclosureHeard;
  }

  /** What the lead must hear first; null when they have. */
  get unheardDisclosure(): string | null {
    return this.#context.unheardDisclosure;
  }

  /** The AI can have the call, or can be had again. */
  get canSpeak(): boolean {
    return !this.#closed && (this.#ai.isOpen || this.#ai.canReopen);
  }

  /** A hint only the AI reads. @returns false when there is no session that could be told */
  nudge(id: string, text: string): boolean {
    const session = this.#ai.isReady ? this.#ai.current : null;
    if (!session) return false;
    if (session.nudge) session.nudge(id, text);
    else {
      session.addContext(text);
      this.#parts.events.nudged(id, this.#utterances.answers);
    }
    return true;
  }

  withdraw(id: string): void {
    this.#ai.current?.withdraw?.(id);
  }

  /** Drop all that was not heard yet and stop the answer in progress. @param keepUninterruptible leave a sentence alone that must be heard */
  clear(keepUninterruptible: boolean): void {
    this.#cut.clear(keepUninterruptible);
  }

  /** The stream broke off, and may come back: a silence until then is nobody's. */
  streamLost(): void {
    this.#ai.note({ type: 'speech.off' });
  }

  /** The line is dead: what was on its way to the ear did not arrive, and nothing more is said. Late words are still awaited. */
  lineEnded(): void {
    this.#starvation.cancel();
    this.#progress.creditLateConfirmation();
    this.#may.isRestricted = true;
    this.#ai.lineEnded();
    this.#expected.forget();
    this.setAutoAnswer(false);
    this.#cut.lineEnded();
    // Whoever hangs up right behind their last word leaves a turn without an end; these may be the words that matter most.
    if (this.#leadTurns.isOpen) hearClosingSilence(this.#parts.request.turnDetection, (bytes) => this.hear(bytes));
  }

  /** From now on only fixed sentences are spoken, and an answer that the AI had begun is not; or all again. */
  restrict(on: boolean): void {
    this.#may.isRestricted = on;
  }

  /** Whoever speaks now may cut off what is being said, if that is for them to cut off. */
  get mayBeCut(): boolean {
    return !this.#may.isHeld && this.#cut.isAllowed;
  }

  /** The playout has sent the first frame of an utterance that the ear will begin to hear at this moment. */
  begun(utterance: string, playAtMs: number): void {
    this.#progress.begun(utterance, playAtMs);
  }

  /** The playout's word that an utterance was heard to its end, by our clock. */
  heardOut(utterance: string, endAtMs: number): void {
    this.#progress.heardOut(utterance, endAtMs);
  }

  /** The playout's word that the carrier confirmed an utterance, or that its time ran out. */
  played(utterance: string, confirmed: boolean): void {
    this.#progress.played(utterance, confirmed);
  }

  /** The playout has nothing left. */
  idle(): void {
    this.#progress.idle();
  }

  /** An answer is being made, or was asked for. */
  get composing(): boolean {
    return this.#utterances.answering || this.#expected.what !== null;
  }

  /** The lead waits for a word of the AI. */
  get isAwaited(): boolean {
    return this.composing || this.#due.isAwaited;
  }

  get busy(): boolean {
    return this.#utterances.answering || this.#expected.what !== null || this.#parts.playout.speaking;
  }

  /** Who has, or will have, the next word; null when nobody is left. */
  get rung(): Step | null {
    return this.#ai.at;
  }

  get hasSession(): boolean {
    return this.#ai.isReady;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#expected.close();
    this.#starvation.cancel();
    this.#speaker.close();
    this.#news.close();
    this.#ai.close();
  }
}
