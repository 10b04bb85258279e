import type { WebSocket } from 'ws';
import type { Agent } from '#bridge/contract/agents.ts';
import type { TurnLatency } from '#bridge/contract/calls.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { AnswerType, Disposition, Floor, Rung } from '#bridge/contract/words.ts';
import type { CallDocument, Carrier, DocumentMoment } from '../carriers/carrier.ts';
import {
  type FlowEffect,
  type FlowEnding,
  type FlowEvent,
  type FlowState,
  type FlowTimer,
  firstFlowState,
  holderOf,
  type Opening,
  type Person,
  stepFlow,
  type TransferTarget,
} from '../domain/call-flow.ts';
import type { CallbackWish } from '../domain/callback-time.ts';
import type { Step } from '../domain/ladder-plan.ts';
import { detectOptOut } from '../domain/opt-out.ts';
import type { UsageLine } from '../engines/engine.ts';
import { providersOf } from '../engines/health.ts';
import { turnPhrasesFor } from '../engines/turn-phrases.ts';
import { EarlyBargeIn } from './early-barge-in.ts';
import { soFarText } from './hand-over.ts';
import { RelayCall } from './relay-call.ts';
import { exactly, promptFor, takesLeave } from './speech.ts';
import { Timers } from './timers.ts';
import { lateResult } from './tool-memory.ts';
import { readToolCall } from './tools.ts';
import type { TransferWish } from './transfer-desk.ts';
import { transferPhrases } from './transfer-texts.ts';
import { TurnCall, type TurnWords } from './turn-call.ts';
import { Voice } from './voice.ts';
import type { RungChange } from './voice-ladder.ts';
import type { VoiceParts } from './voice-parts.ts';
import type { CallbackOffer } from './worlds.ts';

/** What is said within this long before the lead's words may come back as their echo. */
const echoMs = 2_000;
/** Whoever took leave this long ago does not do it again. */
const leaveMs = 15_000;
/** So many times longer may the first words take when there are several who can say them. */
const laddersShare = 2;
const optOutKey = '9';
/** Whoever has the call then, the AI may get it back. */
const mayBeTold: ReadonlySet<FlowState['kind']> = new Set(['talking', 'disclosing', 'transferring']);

export interface CallTalkEvents {
  changed(): void;
  /** The media stream must go; the leg then asks for its next document. */
  leaveStream(): void;
  hangUp(ending: FlowEnding): void;
  /** The leg rings somebody else and is to come back to a stream. */
  comeBack(): void;
  /** No person has the call any more, however that came. */
  personLeft(): void;
  /** What the AI is to know of the time in which a person had the call; resolves when the last words of it are in. Never rejects. */
  handOver(): Promise<string>;
  /** The lead has opted out, and a person has the call. */
  personMustEnd(): void;
  /** The carrier hears and speaks for the AI from here on, and the AI can be told something. */
  turnsBegan(): void;
  nudged(id: string, answersBegun: number): void;
  answeredWith(utterances: readonly string[], ordinal: number): void;
  /** The lead was asked to wait for somebody: then their silence says nothing. */
  waitsForPerson(): boolean;
  /** Somebody of ours who can be rung for the lead now, and who is kept free for them; null when nobody can. */
  personFor(): TransferTarget | null;
  /** The AI would like to put the lead through to a person. */
  transferWanted(wish: TransferWish): void;
  /** Durable when it returns. */
  suppress(quote: string): void;
  toolUsed(tool: { readonly name: string; readonly arguments: string; readonly result: string; readonly ms: number }): void;
  usage(lines: readonly UsageLine[]): void;
  turn(latency: TurnLatency): void;
  disclosurePlayed(): void;
  /** Something in here went wrong that never should. */
  broke(error: unknown): void;
  hop(name: 'ai-open' | 'ai-ready' | 'first-ai-audio', detail?: string): void;
  voiceFailed(cause: string, fatal: boolean): void;
  rungChanged(change: RungChange): void;
  /** Nobody of the AI is left. */
  personRung(name: string, because: string): void;
}

export interface CallTalkParts extends Omit<VoiceParts, 'events'> {
  readonly agent: Agent;
  readonly turnWords: TurnWords;
  /** What is offered when nobody can talk; null when nothing is. */
  readonly callbackOffer: CallbackOffer | null;
  readonly events: CallTalkEvents;
}

/** The conversation of one call: runs the flow, drives the voice, and keeps the reflexes that no model may forget. */
export class CallTalk {
  readonly #parts: CallTalkParts;
  readonly #voice: Voice;
  readonly #timers: Timers<FlowTimer>;
  readonly #early: EarlyBargeIn;
  readonly #leadLines: string[] = [];
  /** The conversation in turns, while there is one. */
  #turns: TurnCall | RelayCall | null = null;
  #below: 'relay' | 'turn-based' = 'turn-based';
  #isAsked = false;
  /** The lead was asked for a moment before the carrier took over. */
  #isBridged = false;
  #isClimbing = false;
  #state: FlowState = firstFlowState;
  #queue: FlowEvent[] = [];
  #draining = false;
  #leadSpeaking = false;
  /** Counts how often the call was taken or given back. */
  #hands = 0;
  /** What the last takeover dropped of the AI's voice. */
  #clearedMs = 0;
  /** The lead has spoken while the AI was still being told what has happened. */
  #leadWaits = false;
  /** What the AI shall say when nobody speaks. */
  #toSay: string[] = [];
  #optedOut = false;
  #hasConversed = false;
  #decided: Disposition | null = null;
  #callback: CallbackWish | null = null;
  #ending: FlowEnding | null = null;

  constructor(parts: CallTalkParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
    this.#voice = this.#makeVoice();
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
    return this.#state;
  }

  get optedOut(): boolean {
    return this.#optedOut;
  }

  /** The lead has had the word at least once. */
  get hasConversed(): boolean {
    return this.#hasConversed;
  }

  /** What was decided on the call about its business outcome. */
  get decided(): Disposition | null {
    const last = this.#ending?.disposition ?? this.#decided;
    // Whoever is interested, or just fell silent, is called back all the same when they asked for it.
    return this.#callback !== null && (last === 'interested' || last === 'talked') ? 'callback-requested' : last;
  }

  /** When the lead wants to be called back; null when they did not ask for it. */
  get callback(): CallbackWish | null {
    return this.#callback;
  }

  /** How we ended it, or were about to when the lead was faster; null when we did not. */
  get ending(): FlowEnding | null {
    return this.#ending;
  }

  get floor(): Floor {
    if (this.#leadSpeaking) return 'lead';
    return this.#parts.playout.speaking ? 'ai' : 'none';
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
  hear(bytes: Uint8Array, base64: string): void {
    this.#voice.hear(bytes, base64);
  }

  /** The lead knows who is calling. */
  get disclosureHeard(): boolean {
    return this.#voice.disclosureHeard;
  }

  /** Somebody has picked up, and no AI can talk. @returns false when no person can either */
  answeredForPerson(): boolean {
    return this.#ringPerson('no AI voice can be had');
  }

  answered(route: 'stream' | 'turns' | 'announce', because: string): void {
    if (route === 'turns') this.#below = this.#voice.rung === 'relay' ? 'relay' : 'turn-based';
    this.dispatch({ type: 'answered', route, because });
    if (this.#state.kind !== 'announcing') this.#voice.answered();
  }

  /** What the leg does next, while the carrier hears and speaks for the AI; null when it does not. */
  turn(moment: DocumentMoment): CallDocument | null {
    if (this.#state.kind !== 'turns' && this.#state.kind !== 'closing') return null;
    const document = this.#turns?.next(moment) ?? null;
    if (document?.kind === 'climbed') return null;
    if (document?.kind !== 'give-up') return document;
    this.#isAsked = true;
    this.#failBelow(document.because);
    this.#isAsked = false;
    const next = this.#turns?.next({ kind: 'stream-ended' }) ?? null;
    return next?.kind === 'give-up' || next?.kind === 'climbed' ? null : next;
  }

  /** The carrier's own voice has the call now, whoever had it before. */
  announced(because: string): void {
    if (this.#state.kind === 'waiting') this.dispatch({ type: 'answered', route: 'announce', because });
    else this.dispatch({ type: 'voice.failed', cause: because });
  }

  /** Who or what picked up, as far as it can be told; it may turn out to be somebody else. */
  answeredBy(answerType: AnswerType, policy: 'hang-up' | 'leave-message' | 'off'): void {
    switch (answerType) {
      case 'machine':
      case 'fax':
      case 'menu': {
        // Without a message, and without a tape for it, there is nothing to leave.
        const nothingToSay = answerType !== 'machine' || this.#parts.speeches.voicemail === null;
        this.dispatch({
          type: 'machine.detected',
          policy: policy === 'leave-message' && nothingToSay ? 'hang-up' : policy,
          ...(answerType === 'machine' ? {} : { found: answerType }),
        });
        break;
      }
      case 'screener':
        this.dispatch({ type: 'screener.detected' });
        break;
      case 'human':
        this.dispatch({ type: 'person.detected' });
        return;
      case 'silence':
      case 'unknown':
        return;
    }
    // It is found out while it talks; what we say waits for the end of that.
    if (this.#leadSpeaking) this.dispatch({ type: 'lead.started-speaking' });
  }

  /** A machine records from now on. */
  beepHeard(): void {
    this.dispatch({ type: 'beep.heard' });
  }

  /** This machine hears that the lead begins to speak, before the service does. On the audio path. */
  leadBegins(): void {
    if (!this.#leadSpeaking) this.#early.onset();
  }

  digit(digit: string): void {
    const { callbackOffer } = this.#parts;
    if (digit === optOutKey) this.optOut(`pressed ${optOutKey}`);
    else if (this.#state.kind === 'announcing' && digit === callbackOffer?.digit) this.#decided = 'callback-requested';
    else this.#voice.addContext(`The person pressed the key ${digit}.`);
  }

  /** Suppress first, then end politely; whatever else goes wrong, the number is not dialled again. */
  optOut(quote: string): void {
    this.#suppress(quote);
    if (holderOf(this.#state) !== null) this.#parts.events.personMustEnd();
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
    this.#hands += 1;
    this.#clearedMs = 0;
    this.dispatch({ type: 'person.took', by });
    return this.#state.kind === 'held' ? this.#clearedMs : null;
  }

  /** The person has stopped speaking. @param because what to say of it when there is no AI any more */
  leave(open: Opening, because: string): void {
    this.#hands += 1;
    this.dispatch({ type: 'person.left', open, hasAi: this.canHaveAi, because });
    // Whoever wants no more calls is not kept on this one.
    if (this.#optedOut) this.dispatch({ type: 'opt-out.heard' });
  }

  /** There is an AI that could have the call. */
  get canHaveAi(): boolean {
    return this.#voice.canSpeak;
  }

  /** The AI says these words. @returns false when it cannot */
  sayExactly(text: string, when: 'gap' | 'now'): boolean {
    if (!this.#voice.hasSession || (this.#state.kind !== 'talking' && this.#state.kind !== 'greeting' && this.#state.kind !== 'disclosing'))
      return false;
    if (when === 'now' && this.#state.kind === 'talking') {
      this.#voice.clear(false);
      this.#voice.prompt(exactly(text));
    } else {
      this.#toSay.push(text);
      this.#sayInGap();
    }
    return true;
  }

  /** Nothing came of a transfer; the AI has had the call all the time. */
  explainTransfer(cause: string): void {
    if (this.#state.kind !== 'talking') return;
    this.#voice.prompt(`${promptFor(this.#parts.request.language, 'transfer-failed')} (${cause})`);
  }

  /** The lead was given to a person of ours, whatever comes. */
  transferred(): void {
    this.#decided = 'transferred';
  }

  /** The line itself rings somebody, as soon as these words were heard. @returns false when it cannot at this moment */
  dialOn(target: TransferTarget, text: string): boolean {
    if (this.#state.kind === 'turns') {
      const isRelay = this.#turns instanceof RelayCall;
      this.dispatch({ type: 'transfer.requested', target: { ...target, sayFirst: text } });
      // A relay that has ended asks for the next document by itself.
      if (!isRelay) this.#parts.events.comeBack();
      return isTransferring(this.#state);
    }
    if (this.#state.kind !== 'talking' && this.#state.kind !== 'held') return false;
    const says = this.#state.kind === 'talking' && this.sayExactly(text, 'now');
    this.dispatch({ type: 'transfer.requested', target });
    if (!says) this.dispatch({ type: 'farewell.played' });
    return isTransferring(this.#state);
  }

  /** The AI speaks, or is about to; or the lead does. */
  get isTalk(): boolean {
    return this.#leadSpeaking || this.#voice.composing;
  }

  /** A hint for the AI. @returns false when it cannot be told yet */
  nudge(id: string, text: string): boolean {
    if (!this.#turns) return this.#voice.nudge(id, text);
    this.#turns.nudge(id, text);
    return true;
  }

  withdraw(id: string): void {
    this.#turns?.withdraw(id);
    this.#voice.withdraw(id);
  }

  dispatch(event: FlowEvent): void {
    this.#queue.push(event);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        if (next.type === 'media.lost' && this.#state.kind !== 'turns') this.#voice.streamLost();
        const [state, effects] = stepFlow(this.#state, next);
        const before = this.#state;
        this.#state = state;
        for (const effect of effects) this.#perform(effect);
        if (state.kind !== before.kind) this.#entered(state, before);
        if (holderOf(before) !== null && holderOf(state) === null) this.#parts.events.personLeft();
      }
    } finally {
      this.#queue = [];
      this.#draining = false;
    }
    this.#parts.events.changed();
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
    this.#endTurns();
    this.#voice.close();
  }

  #entered(state: FlowState, before: FlowState): void {
    if (state.kind === 'talking' || state.kind === 'held') this.#hasConversed = true;
    if (state.kind === 'held' || state.kind === 'closing') this.#toSay = [];
    if (state.kind === 'turns') this.#beginTurns(before.kind === 'transferring');
    if (state.kind !== 'turns' && state.kind !== 'closing') this.#endTurns();
    // The lead may put the receiver down in the middle of our goodbye; what was decided before stays decided.
    if (state.kind === 'closing') this.#ending ??= state.ending;
    if (state.kind === 'announcing') this.#voice.close();
  }

  #suppress(quote: string): void {
    if (this.#optedOut) return;
    this.#optedOut = true;
    this.#parts.events.suppress(quote);
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
        this.#voice.release(() => soFarText(this.#parts.transcript.said(0)));
        this.#handOver(effect.open);
        return;
      case 'come-back':
        this.#parts.events.comeBack();
        return;
      case 'end-turns':
        this.#turns?.end(this.#parts.speeches.farewell ?? '');
        return;
      case 'leave-stream':
        this.#parts.events.leaveStream();
        return;
      case 'hang-up':
        this.#ending ??= effect.ending;
        if (effect.ending.disposition === 'do-not-call') this.#ending = effect.ending;
        this.#parts.events.hangUp(effect.ending);
        return;
      case 'timer.start':
        this.#startTimer(effect.name, effect.ms);
        return;
      case 'timer.cancel':
        this.#timers.cancel(effect.name);
        return;
    }
  }

  /** The AI goes on when it knows what it has missed; until then it says nothing. */
  #handOver(open: Opening | null): void {
    const hands = this.#hands;
    this.#leadWaits = false;
    this.#parts.events
      .handOver()
      .then((context) => {
        if (hands !== this.#hands) return;
        // Below the streams, whoever exchanges words with the carrier has to know it.
        if (this.#state.kind === 'turns')
          this.#turns?.knows(context, open === 'bridge' ? promptFor(this.#parts.request.language, 'bridge') : null);
        if (!mayBeTold.has(this.#state.kind)) return;
        this.#voice.addContext(context);
        if (open === null) return;
        this.#voice.setAutoAnswer(true);
        if (open === 'bridge') this.#voice.prompt(promptFor(this.#parts.request.language, 'bridge'));
        else if (this.#leadWaits && !this.#leadSpeaking) this.#voice.prompt(null);
      })
      .catch((error: unknown) => this.#parts.events.broke(error));
  }

  #sayInGap(): void {
    if (this.#state.kind !== 'talking' || this.#leadSpeaking || this.#voice.busy) return;
    const text = this.#toSay.shift();
    if (text !== undefined) this.#voice.prompt(exactly(text));
  }

  #startTimer(name: FlowTimer, ms: number): void {
    // A call with several voices gives each of them its time.
    const limitMs = name === 'opening' && this.#parts.choice !== null ? ms * laddersShare : ms;
    this.#timers.start(name, limitMs, () => {
      // Silence counts from the last word of either side; an answer may be longer than that.
      if (name === 'silence' && (this.#voice.busy || this.#leadSpeaking || this.#parts.events.waitsForPerson())) this.#startTimer(name, ms);
      else this.dispatch({ type: 'timer', name });
    });
  }

  #makeVoice(): Voice {
    const { events, sinceAnswerMs } = this.#parts;
    return new Voice({
      ...this.#parts,
      events: {
        ready: () => this.dispatch({ type: 'voice.ready' }),
        failed: (failure) => {
          events.voiceFailed(failure.cause, failure.kind === 'fatal');
          this.dispatch({ type: 'voice.failed', cause: failure.cause });
        },
        fixedHeard: (what) => {
          if (what === 'disclosure') this.dispatch({ type: 'disclosure.played' });
          else if (what === 'greeting') this.dispatch({ type: 'greeting.played' });
          else if (what === 'voicemail') this.dispatch({ type: 'message.played' });
          else this.dispatch({ type: 'farewell.played' });
        },
        fixedPlayed: (what, confirmed) => {
          if (what === 'disclosure' && confirmed) events.disclosurePlayed();
        },
        fellSilent: () => {
          // An answer that the lead talked over ends while they speak: that is no silence.
          if (!this.#leadSpeaking) this.dispatch({ type: 'ai.fell-silent' });
          this.#sayInGap();
          // The goodbye, or the sentence before a transfer, has reached the ear.
          if (this.#state.kind === 'closing' || this.#state.kind === 'transferring') this.dispatch({ type: 'farewell.played' });
        },
        thinking: () => events.changed(),
        leadStartedSpeaking: () => {
          this.#leadSpeaking = true;
          this.#early.confirmed();
          this.dispatch({ type: 'lead.started-speaking' });
        },
        leadStoppedSpeaking: () => {
          this.#leadSpeaking = false;
          this.#leadWaits = true;
          this.dispatch({ type: 'lead.stopped-speaking' });
        },
        leadSaid: (turn, text) => {
          this.#leadSaid(turn, text);
          events.changed();
        },
        nudged: (id, answersBegun) => events.nudged(id, answersBegun),
        answeredWith: (utterances, ordinal) => events.answeredWith(utterances, ordinal),
        toolCalled: (call) => this.#toolCalled(call),
        usage: (lines) => events.usage(lines),
        turn: ({ endOfSpeechAtMs, firstAudioAtMs, parts }) =>
          events.turn({
            endOfSpeechMs: Math.max(0, Math.round(sinceAnswerMs(endOfSpeechAtMs))),
            firstAudioMs: Math.max(0, Math.round(sinceAnswerMs(firstAudioAtMs))),
            latencyMs: Math.round(firstAudioAtMs - endOfSpeechAtMs),
            parts,
          }),
        connected: () => events.hop('ai-open'),
        sessionReady: (model) => events.hop('ai-ready', model),
        firstAudio: () => events.hop('first-ai-audio'),
        rungChanged: (change) => events.rungChanged(change),
        ringPerson: (because) => this.#ringPerson(because),
        below: (step, isBridged) => this.#goBelow(step, isBridged),
        broke: (error) => events.broke(error),
      },
    });
  }

  /** The words come by relay. @returns false when they do not */
  attachRelay(carrier: Carrier, socket: WebSocket, attempt: AttemptId, isOurs: (carrierCallId: string) => boolean): boolean {
    if (!(this.#turns instanceof RelayCall)) return false;
    this.#turns.attach(carrier, socket, attempt, isOurs);
    return true;
  }

  #goBelow(step: Rung, isBridged: boolean): void {
    this.#isBridged = isBridged;
    this.#below = step === 'relay' ? 'relay' : 'turn-based';
    if (this.#state.kind !== 'turns') {
      this.dispatch({ type: 'streams.spent', disclosed: this.#voice.disclosureHeard });
      return;
    }
    this.#endTurns();
    this.#beginTurns(false, true);
    // The leg runs what has failed; unless it asks at this moment, it is given the next document.
    if (!this.#isAsked) this.#parts.events.comeBack();
  }

  /** @returns false when nobody is free */
  #ringPerson(because: string): boolean {
    const { events, request, speeches } = this.#parts;
    const person = events.personFor();
    if (person === null) {
      events.voiceFailed(because, false);
      this.dispatch({ type: 'voice.failed', cause: because });
      return false;
    }
    const connecting = transferPhrases(request.language).connecting(person.name);
    const sayFirst = this.#voice.disclosureHeard ? connecting : `${speeches.disclosure ?? ''} ${connecting}`.trim();
    events.personRung(person.name, because);
    const isInTurns = this.#state.kind === 'turns';
    this.dispatch({ type: 'person.rung', target: { ...person, sayFirst } });
    // The leg runs what has failed; unless it asks at this moment, it is given the next document.
    if (isInTurns && !this.#isAsked) events.comeBack();
    return true;
  }

  #failBelow(because: string): void {
    const [provider] = providersOf[this.#below];
    if (provider) this.#parts.choice?.health.failed(provider, because, false);
    this.#voice.noteBelow({ type: 'rung.failed', step: this.#below, cause: because });
    // The leg runs what has failed; unless it asks at this moment, the announcement is given to it.
    if (!this.#isAsked && this.#state.kind === 'announcing') this.#parts.events.comeBack();
  }

  /** @param isBack nobody took a transfer @param isLost another way of talking without a stream broke */
  #beginTurns(isBack = false, isLost = false): void {
    const { choice, request, turnWords, clock, transcript, events, sinceAnswerMs } = this.#parts;
    this.#hasConversed = true;
    if (!choice?.mind) return;
    const Words = this.#below === 'relay' ? RelayCall : TurnCall;
    this.#turns = new Words(
      {
        mind: choice.mind,
        request,
        words: turnWords,
        apology: turnWords.apology,
        clock,
        transcript,
        nowMs: () => Math.max(0, Math.round(sinceAnswerMs(clock.monotonicMs()))),
        on: {
          optedOut: (quote) => this.optOut(quote ?? `pressed ${turnWords.optOutDigit}`),
          fellSilent: () => {
            const ending: FlowEnding = { by: 'bridge', reason: 'nobody spoke', disposition: 'talked' };
            this.dispatch({ type: 'end.requested', spoken: false, ending });
          },
          toolCalled: (call) => {
            const known = this.#voice.tools.called(call);
            if (known === null) this.#toolCalled(call);
            else this.#turns?.toolResult(call.id, known, true);
          },
          usage: (lines) => events.usage(lines),
          began: () => this.#voice.noteBelow({ type: 'rung.ready', step: this.#below }),
          spoke: () => {
            this.#voice.noteBelow({ type: 'speech.began' });
            this.#voice.noteBelow({ type: 'speech.ended' });
          },
          reached: () => {
            if (this.#voice.firstWordsHeard()) events.disclosurePlayed();
            this.dispatch({ type: 'disclosure.played' });
          },
          changed: () => events.changed(),
          gaveUp: (because) => this.#failBelow(because),
          comeBack: () => {
            if (this.#state.kind === 'turns') events.comeBack();
          },
          climbs: () => this.#climbs(),
          nudged: (id, answersBegun) => events.nudged(id, answersBegun),
          answeredWith: (utterances, ordinal) => events.answeredWith(utterances, ordinal),
        },
      },
      this.#voice.history ?? [],
      isBack ? turnPhrasesFor(request.language).nobodyFree : this.#voice.firstWords(isLost),
      { isTalkedOver: !isBack && this.#voice.leadIsTalking, isBridged: this.#isBridged },
    );
    this.#isBridged = false;
    this.#voice.tools.voiceChanged();
    // Whoever listens in may have hints that nobody has used yet.
    events.turnsBegan();
  }

  #climbs(): boolean {
    this.#voice.tools.newWords();
    if (!this.#voice.climbs()) return false;
    this.#isClimbing = true;
    this.dispatch({ type: 'streams.back' });
    return true;
  }

  /** A voice is ready, and waits for the stream that the leg is given. */
  get isClimbing(): boolean {
    return this.#isClimbing;
  }

  /** The leg runs a stream (again). */
  streamOpened(): void {
    const { rung } = this.#voice;
    if (!this.#isClimbing || rung === null) return;
    this.#isClimbing = false;
    this.#voice.noteBelow({ type: 'rung.ready', step: rung });
  }

  #endTurns(): void {
    this.#turns?.close();
    this.#turns = null;
  }

  /** The deterministic ear: no model has to notice these words. */
  #leadSaid(turn: string, text: string): void {
    if (text.length === 0) return;
    this.#leadLines.push(text);
    const agentTextWithin2s = this.#parts.transcript.aiWordsAround(turn, echoMs);
    const found = detectOptOut({ segments: this.#leadLines.slice(-2), agentTextWithin2s });
    if (found?.tier === 'opt-out') this.optOut(found.quote);
  }

  /** The AI has said goodbye in an answer before, so that another one would be one too many. */
  get #hasTakenLeave(): boolean {
    const { transcript, clock, request, sinceAnswerMs } = this.#parts;
    const last = transcript.lastAiWords;
    return last !== null && sinceAnswerMs(clock.monotonicMs()) - last.endMs < leaveMs && takesLeave(request.language, last.text);
  }

  #toolCalled(call: { readonly id: string; readonly name: string; readonly arguments: string }): void {
    const { clock } = this.#parts;
    const calledAtMs = clock.monotonicMs();
    const request = readToolCall(call.name, call.arguments);
    const reply = (result: Record<string, unknown>, thenAnswer: boolean) => {
      const text = JSON.stringify(result);
      const ms = Math.round(clock.monotonicMs() - calledAtMs);
      this.#parts.events.toolUsed({ name: call.name, arguments: call.arguments, result: text, ms });
      this.#voice.tools.answered(call.id, text);
      if (this.#turns === null) this.#voice.toolResult(call.id, text, thenAnswer);
      else if (!this.#turns.toolResult(call.id, text, thenAnswer))
        this.#turns.knows(lateResult(call.name, text), thenAnswer ? 'Tell the person what came of it.' : null);
    };
    if (holderOf(this.#state) !== null) {
      // It was wanted before a person took the call. Nobody who opts out is forgotten over that.
      reply({ ok: false, reason: 'a person of ours has the call now' }, false);
      if (request.kind === 'opt-out') this.optOut(request.quote || 'the AI noted an opt-out');
      return;
    }
    switch (request.kind) {
      case 'end': {
        const { because, disposition } = request;
        reply({ ok: true }, false);
        // Whoever else hears an opt-out, the number is not dialled again.
        if (disposition === 'do-not-call') this.#suppress('the AI ended the call because of an opt-out');
        const spoken = this.#parts.playout.speaking || this.#hasTakenLeave;
        const ending: FlowEnding = { by: 'ai', reason: `the AI ended the call: ${because}`, disposition: disposition ?? this.#decided };
        this.dispatch({ type: 'end.requested', spoken, ending });
        if (spoken && !this.#voice.busy) this.dispatch({ type: 'farewell.played' });
        return;
      }
      case 'opt-out':
        reply({ ok: true, removed: true }, false);
        this.optOut(request.quote || 'the AI noted an opt-out');
        return;
      case 'callback':
        this.#decided = 'callback-requested';
        this.#callback = request.wish;
        reply({ ok: true, when: request.when }, true);
        return;
      case 'transfer':
        this.#parts.events.transferWanted({ to: request.to, reason: request.reason, isAnnounced: this.#parts.playout.speaking, reply });
        return;
      case 'unknown':
        reply({ ok: false, reason: request.problem }, true);
        return;
    }
  }
}

function isTransferring({ kind }: FlowState): boolean {
  return kind === 'transferring';
}
