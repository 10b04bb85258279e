import type { WebSocket } from 'ws';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { AnswerType, Disposition, Floor, Rung } from '#bridge/contract/words.ts';
import type { CallDocument, Carrier, DocumentMoment } from '../../carriers/carrier.ts';
import { answerEvent } from '../../domain/answer-event.ts';
import {
  type FlowEffect,
  type FlowEnding,
  type FlowEvent,
  type FlowState,
  firstFlowState,
  holderOf,
  isConversing,
  type Opening,
  type Person,
  stepFlow,
  type TransferTarget,
} from '../../domain/call-flow.ts';
import type { CallbackWish } from '../../domain/callback-time.ts';
import type { Step } from '../../domain/ladder-plan.ts';
import { StateMachine } from '../state-machine.ts';
import { promptFor } from '../voice/speech.ts';
import { Voice } from '../voice/voice.ts';
import type { CallTalkParts } from './call-talk-parts.ts';
import { CallTools } from './call-tools.ts';
import { CallTurns } from './call-turns.ts';
import { EarlyBargeIn } from './early-barge-in.ts';
import { ExactWords } from './exact-words.ts';
import { FlowTimers } from './flow-timers.ts';
import { LostWords } from './lost-words.ts';
import { TalkHandOver } from './talk-hand-over.ts';
import { TalkOutcome } from './talk-outcome.ts';
import { voiceEvents } from './talk-reflexes.ts';
import { TalkTransfer } from './talk-transfer.ts';

const optOutKey = '9';

/** The conversation of one call: runs the flow, drives the voice, and keeps the reflexes that no model may forget. */
export class CallTalk {
  readonly #parts: CallTalkParts;
  readonly #voice: Voice;
  readonly #timers: FlowTimers;
  readonly #early: EarlyBargeIn;
  readonly #turns: CallTurns;
  readonly #tools: CallTools;
  readonly #outcome: TalkOutcome;
  readonly #handOver: TalkHandOver;
  readonly #lost: LostWords;
  readonly #exact: ExactWords;
  readonly #transfer: TalkTransfer;
  readonly #flow: StateMachine<FlowState, FlowEvent, FlowEffect>;
  #leadSpeaking = false;
  /** What the last takeover dropped of the AI's voice. */
  #clearedMs = 0;
  #hasConversed = false;

  constructor(parts: CallTalkParts) {
    this.#parts = parts;
    this.#timers = new FlowTimers({
      clock: parts.clock,
      order: parts.choice.plan.order,
      isSomebodyBusy: () => this.#voice.busy || this.#leadSpeaking || parts.events.waitsForPerson(),
      elapsed: (name) => this.dispatch({ type: 'timer', name }),
    });
    this.#outcome = new TalkOutcome({ transcript: parts.transcript, suppress: (quote) => parts.events.suppress(quote) });
    this.#flow = new StateMachine({
      first: firstFlowState,
      step: (state, event) => {
        if (event.type === 'media.lost' && state.kind !== 'turns') this.#voice.streamLost();
        return stepFlow(state, event);
      },
      perform: (effect) => this.#perform(effect),
      stepped: (state, before) => {
        if (state.kind !== before.kind) this.#entered(state, before);
        if (holderOf(before) !== null && holderOf(state) === null) parts.events.personLeft();
      },
    });
    this.#lost = this.#makeLostWords();
    this.#voice = this.#makeVoice();
    this.#turns = this.#makeTurns();
    this.#tools = this.#makeTools();
    this.#handOver = new TalkHandOver({
      voice: this.#voice,
      turns: this.#turns,
      language: parts.request.language,
      events: parts.events,
      state: () => this.state,
      isLeadSpeaking: () => this.#leadSpeaking,
    });
    this.#exact = new ExactWords({ voice: this.#voice, state: () => this.state, isLeadSpeaking: () => this.#leadSpeaking });
    this.#transfer = new TalkTransfer({
      ...parts,
      voice: this.#voice,
      turns: this.#turns,
      state: () => this.state,
      dispatch: (event) => this.dispatch(event),
      sayExactly: (text) => this.sayExactly(text, 'now'),
    });
    const { playout, clock } = parts;
    // Other engines have no ear of their own, or go by this one anyway.
    this.#early = new EarlyBargeIn({ playout, clock, mayInterrupt: () => this.#voice.rung === 'realtime' && this.#voice.mayBeCut });
    parts.playout.onBegun((utterance, playAtMs) => {
      this.#voice.begun(utterance, playAtMs);
      parts.events.changed();
    });
    parts.playout.onHeard((utterance, endAtMs) => this.#voice.heardOut(utterance, endAtMs));
    parts.playout.onPlayed((utterance, confirmed) => this.#voice.played(utterance, confirmed));
    parts.playout.onIdle(() => this.#voice.idle());
  }

  get state(): FlowState {
    return this.#flow.state;
  }

  get optedOut(): boolean {
    return this.#outcome.optedOut;
  }

  /** The lead has had the word at least once. */
  get hasConversed(): boolean {
    return this.#hasConversed;
  }

  /** What was decided on the call about its business outcome. */
  get decided(): Disposition | null {
    return this.#outcome.decided;
  }

  /** When the lead wants to be called back; null when they did not ask for it. */
  get callback(): CallbackWish | null {
    return this.#outcome.callback;
  }

  /** How we ended it, or were about to when the lead was faster; null when we did not. */
  get ending(): FlowEnding | null {
    return this.#outcome.ending;
  }

  get floor(): Floor {
    if (this.#leadSpeaking) return 'lead';
    return this.#parts.playout.speaking ? 'ai' : 'none';
  }

  /** Nobody speaks, and the lead waits for a word of the AI. */
  get thinking(): boolean {
    return this.floor === 'none' && isConversing(this.state) && this.#voice.isAwaited;
  }

  get voiceAlive(): boolean {
    return this.#voice.hasSession;
  }

  /** Who has, or will have, the next word; null when nobody is left. */
  get rung(): Step | null {
    return this.#voice.rung;
  }

  prepare(): void {
    this.#voice.prepare();
  }

  /** Hears 20 ms of the lead, on the audio path. */
  hear(bytes: Uint8Array): void {
    this.#voice.hear(bytes);
  }

  /** The lead knows who is calling. */
  get disclosureHeard(): boolean {
    return this.#voice.disclosureHeard;
  }

  /** Somebody has picked up, and no AI can talk. @returns false when no person can either */
  answeredForPerson(): boolean {
    return this.#transfer.ringPerson('no AI voice can be had');
  }

  answered(route: 'stream' | 'turns' | 'announce', because: string): void {
    if (route === 'turns') this.#turns.choose(this.#voice.rung === 'relay' ? 'relay' : 'turn-based');
    this.dispatch({ type: 'answered', route, because });
    if (this.state.kind !== 'announcing') this.#voice.answered();
  }

  /** What the leg does next, while the carrier hears and speaks for the AI; null when it does not. */
  turn(moment: DocumentMoment): CallDocument | null {
    if (this.state.kind !== 'turns' && this.state.kind !== 'closing') return null;
    return this.#turns.next(moment);
  }

  /** The carrier's own voice has the call now, whoever had it before. */
  announced(because: string): void {
    if (this.state.kind === 'waiting') this.dispatch({ type: 'answered', route: 'announce', because });
    else this.dispatch({ type: 'voice.failed', cause: because });
  }

  /** Who or what picked up, as far as it can be told; it may turn out to be somebody else. */
  answeredBy(answerType: AnswerType, policy: 'hang-up' | 'leave-message' | 'off'): void {
    const event = answerEvent(answerType, policy, this.#parts.speeches.voicemail !== null);
    if (event === null) return;
    this.dispatch(event);
    // A machine is found out while it talks; what we say waits for the end of that.
    if (answerType !== 'human' && this.#leadSpeaking) this.dispatch({ type: 'lead.started-speaking' });
  }

  /** A machine records from now on. */
  beepHeard(): void {
    this.dispatch({ type: 'beep.heard' });
  }

  /** This machine hears that the lead begins to speak, before the service does. On the audio path. */
  leadBegins(): void {
    if (this.#leadSpeaking) return;
    this.#early.onset();
    this.#voice.leadBegins();
  }

  digit(digit: string): void {
    const { callbackOffer } = this.#parts;
    if (digit === optOutKey) this.optOut(`pressed ${optOutKey}`);
    else if (this.state.kind === 'announcing' && digit === callbackOffer?.digit) this.#outcome.wantsCallback(null);
    else this.#voice.addContext(`The person pressed the key ${digit}.`);
  }

  /** Suppress first, then end politely; whatever else goes wrong, the number is not dialled again. */
  optOut(quote: string): void {
    this.#outcome.suppress(quote);
    if (holderOf(this.state) !== null) this.#parts.events.personMustEnd();
    else this.dispatch({ type: 'opt-out.heard' });
  }

  /** Final words of the lead that the voice has not told. */
  leadWasHeard(turn: string, text: string): void {
    this.#leadSaid(turn, text);
    this.#parts.events.changed();
  }

  /**
   * A person speaks from now on; at once when this returns.
   * @returns how many milliseconds of the AI were dropped before the lead heard them; null when the call cannot be had any more
   */
  take(by: Person): number | null {
    this.#handOver.changedHands();
    this.#clearedMs = 0;
    this.dispatch({ type: 'person.took', by });
    return this.state.kind === 'held' ? this.#clearedMs : null;
  }

  /** The person has stopped speaking. @param because what to say of it when there is no AI any more */
  leave(open: Opening, because: string): void {
    this.#handOver.changedHands();
    this.dispatch({ type: 'person.left', open, hasAi: this.canHaveAi, because });
    // Whoever wants no more calls is not kept on this one.
    if (this.optedOut) this.dispatch({ type: 'opt-out.heard' });
  }

  /** There is an AI that could have the call. */
  get canHaveAi(): boolean {
    return this.#voice.canSpeak;
  }

  /** The AI says these words. @returns false when it cannot */
  sayExactly(text: string, when: 'gap' | 'now'): boolean {
    return this.#exact.say(text, when);
  }

  /** The lead was given to a person of ours, whatever comes. */
  transferred(): void {
    this.#outcome.decide('transferred');
  }

  /** Nothing came of a transfer; the AI has had the call all the time. */
  explainTransfer(cause: string): void {
    this.#transfer.explain(cause);
  }

  /** The line itself rings somebody, as soon as these words were heard. @returns false when it cannot at this moment */
  dialOn(target: TransferTarget, text: string): boolean {
    return this.#transfer.dialOn(target, text);
  }

  /** The AI speaks, or is about to; or the lead does. */
  get isTalk(): boolean {
    return this.#leadSpeaking || this.#voice.composing;
  }

  /** A hint for the AI. @returns false when it cannot be told yet */
  nudge(id: string, text: string): boolean {
    return this.#turns.nudge(id, text) || this.#voice.nudge(id, text);
  }

  withdraw(id: string): void {
    this.#turns.withdraw(id);
    this.#voice.withdraw(id);
  }

  dispatch(event: FlowEvent): void {
    if (this.#flow.dispatch(event)) this.#parts.events.changed();
  }

  /** The line is dead; late words are still awaited. */
  legEnded(): void {
    this.dispatch({ type: 'leg.ended' });
    this.#leadSpeaking = false;
    this.#voice.lineEnded();
  }

  /** Nothing more will be told: what was heard in part is all there is of it. */
  close(): void {
    for (const { turn, text } of this.#parts.transcript.unsettled) this.#leadSaid(turn, text);
    this.#timers.clear();
    this.#early.close();
    this.#lost.close();
    this.#turns.end();
    this.#voice.close();
  }

  #entered(state: FlowState, before: FlowState): void {
    if (state.kind === 'talking' || state.kind === 'held' || state.kind === 'turns') this.#hasConversed = true;
    if (state.kind === 'held' || state.kind === 'closing') this.#exact.forget();
    if (state.kind === 'turns') this.#turns.begin(before.kind === 'transferring');
    if (state.kind !== 'turns' && state.kind !== 'closing') this.#turns.end();
    if (state.kind === 'closing') this.#outcome.closes(state.ending);
    if (state.kind === 'announcing') this.#voice.close();
  }

  #perform(effect: FlowEffect): void {
    switch (effect.type) {
      case 'say':
        this.#voice.restrict(effect.what !== 'disclosure' && effect.what !== 'greeting');
        this.#voice.say(effect.what);
        return;
      case 'prompt': {
        const detail = effect.detail === null ? '' : ` (${effect.detail})`;
        this.#voice.prompt(promptFor(this.#parts.request.language, effect.about) + detail);
        return;
      }
      case 'auto-answer':
        this.#voice.setAutoAnswer(effect.on);
        return;
      case 'clear':
        this.#voice.clear(false);
        return;
      case 'hold':
        this.#clearedMs = this.#voice.hold();
        return;
      case 'release':
        this.#voice.release();
        this.#handOver.begin(effect.open);
        return;
      case 'come-back':
        this.#parts.events.comeBack();
        return;
      case 'end-turns':
        this.#turns.takeLeave(this.#parts.speeches.farewell ?? '');
        return;
      case 'leave-stream':
        this.#parts.events.leaveStream();
        return;
      case 'hang-up':
        this.#outcome.hangsUp(effect.ending);
        this.#parts.events.hangUp(effect.ending);
        return;
      case 'timer.start':
        this.#timers.start(effect.name, effect.ms);
        return;
      case 'timer.cancel':
        this.#timers.cancel(effect.name);
        return;
    }
  }

  #makeVoice(): Voice {
    return new Voice({
      ...this.#parts,
      events: voiceEvents(this.#parts, {
        dispatch: (event) => this.dispatch(event),
        fellSilent: () => {
          // An answer that the lead talked over ends while they speak: that is no silence.
          if (!this.#leadSpeaking) this.dispatch({ type: 'ai.fell-silent' });
          this.#exact.sayNext();
          // The goodbye, or the sentence before a transfer, has reached the ear.
          if (this.state.kind === 'closing' || this.state.kind === 'transferring') this.dispatch({ type: 'farewell.played' });
        },
        leadStartedSpeaking: () => {
          this.#leadSpeaking = true;
          this.#early.confirmed();
          this.dispatch({ type: 'lead.started-speaking' });
        },
        leadStoppedSpeaking: () => {
          this.#leadSpeaking = false;
          this.#handOver.leadStopped();
          this.dispatch({ type: 'lead.stopped-speaking' });
        },
        leadSaid: (turn, text) => this.#leadSaid(turn, text),
        toolCalled: (call) => this.#tools.called(call),
        ringPerson: (because) => this.#transfer.ringPerson(because),
        turnLost: (turn, isWaited) => this.#lost.find(turn, isWaited),
        goBelow: (step, isBridged) => this.#goBelow(step, isBridged),
      }),
    });
  }

  #makeLostWords(): LostWords {
    const { request, clock, events, world, sinceAnswerMs } = this.#parts;
    return new LostWords({
      ...this.#parts,
      request: { language: request.language, safetyIdentifier: request.safetyIdentifier, world },
      nowMs: () => Math.max(0, Math.round(sinceAnswerMs(clock.monotonicMs()))),
      leadSpeaks: () => this.#parts.isLineOpen() && this.#parts.leadSpeaks(),
      found: (turn, words, isInTime) => {
        this.#voice.turnUnderstood(turn);
        this.#leadSaid(turn, words);
        if (!isInTime) this.#turns.learns(words);
        events.changed();
      },
      usage: (lines) => events.usage(lines),
      broke: (error) => events.broke(error),
    });
  }

  #makeTurns(): CallTurns {
    return new CallTurns({
      ...this.#parts,
      voice: this.#voice,
      wordsInTime: () => this.#lost.inTime,
      state: () => this.state,
      dispatch: (event) => this.dispatch(event),
      optOut: (quote) => this.optOut(quote),
      toolCalled: (call) => this.#tools.called(call),
    });
  }

  #makeTools(): CallTools {
    const { request, playout } = this.#parts;
    return new CallTools({
      ...this.#parts,
      outcome: this.#outcome,
      language: request.language,
      hasPerson: () => holderOf(this.state) !== null,
      isSpeaking: () => playout.speaking,
      answer: (call, result, thenAnswer) => {
        this.#voice.tools.answered(call.id, result, thenAnswer);
        if (!this.#turns.toolResult(call, result, thenAnswer)) this.#voice.toolResult(call.id, result, thenAnswer);
      },
      optOut: (quote) => this.optOut(quote),
      end: (ending, spoken) => {
        this.dispatch({ type: 'end.requested', spoken, ending });
        if (spoken && !this.#voice.busy) this.dispatch({ type: 'farewell.played' });
      },
    });
  }

  /** The words come by relay. @returns false when they do not */
  attachRelay(carrier: Carrier, socket: WebSocket, attempt: AttemptId, isOurs: (carrierCallId: string) => boolean): boolean {
    return this.#turns.attachRelay(carrier, socket, attempt, isOurs);
  }

  #goBelow(step: Rung, isBridged: boolean): void {
    this.#turns.choose(step, isBridged);
    if (this.state.kind !== 'turns') {
      this.dispatch({ type: 'streams.spent', disclosed: this.#voice.disclosureHeard });
      return;
    }
    this.#turns.beginAnew();
  }

  /** A voice is ready, and waits for the stream that the leg is given. */
  get isClimbing(): boolean {
    return this.#turns.isClimbing;
  }

  /** The leg runs a stream (again). */
  streamOpened(): void {
    this.#turns.streamOpened();
  }

  #leadSaid(turn: string, text: string): void {
    const quote = this.#outcome.leadSaid(turn, text);
    if (quote === null) return;
    this.optOut(quote);
    // Where the carrier speaks for the AI, nobody else takes leave.
    this.#turns.takeLeave(this.#parts.turnWords.optedOut);
  }
}
