import type { WebSocket } from 'ws';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { Rung } from '#bridge/contract/words.ts';
import type { CallDocument, Carrier, DocumentMoment } from '../carriers/carrier.ts';
import type { FlowEvent, FlowState } from '../domain/call-flow.ts';
import { providersOf } from '../engines/health.ts';
import type { TextCall } from '../engines/text-mind.ts';
import { turnPhrasesFor } from '../engines/turn-phrases.ts';
import type { CallTalkParts } from './call-talk-parts.ts';
import { RelayCall } from './relay-call.ts';
import { lateResult } from './tool-memory.ts';
import { TurnCall, type TurnCallParts } from './turn-call.ts';
import type { Voice } from './voice.ts';

export interface CallTurnsParts
  extends Pick<CallTalkParts, 'choice' | 'request' | 'turnWords' | 'clock' | 'transcript' | 'events' | 'sinceAnswerMs'> {
  readonly voice: Voice;
  state(): FlowState;
  dispatch(event: FlowEvent): void;
  optOut(quote: string): void;
  toolCalled: TurnCallParts['on']['toolCalled'];
}

/** The part of a conversation in which the carrier hears and speaks for the AI: in turns, or over its relay of words. */
export class CallTurns {
  readonly #parts: CallTurnsParts;
  /** The conversation in turns, while there is one. */
  #words: TurnCall | RelayCall | null = null;
  #step: 'relay' | 'turn-based' = 'turn-based';
  /** The leg is asking for its next document at this moment. */
  #isAsked = false;
  /** The lead was asked for a moment before the carrier took over. */
  #isBridged = false;
  #isClimbing = false;

  constructor(parts: CallTurnsParts) {
    this.#parts = parts;
  }

  /** The words go over a relay. */
  get isRelay(): boolean {
    return this.#words instanceof RelayCall;
  }

  /** A voice is ready, and waits for the stream that the leg is given. */
  get isClimbing(): boolean {
    return this.#isClimbing;
  }

  /** What carries the words when a document is asked for next. @param isBridged the lead was asked for a moment already */
  choose(step: Rung, isBridged = this.#isBridged): void {
    this.#isBridged = isBridged;
    this.#step = step === 'relay' ? 'relay' : 'turn-based';
  }

  /** @param isBack nobody took a transfer @param isLost another way of talking without a stream broke */
  begin(isBack: boolean, isLost = false): void {
    const { choice, request, turnWords, clock, transcript, voice, events, sinceAnswerMs } = this.#parts;
    if (!choice.mind) return;
    const Words = this.#step === 'relay' ? RelayCall : TurnCall;
    this.#words = new Words(
      {
        mind: choice.mind,
        request,
        words: turnWords,
        apology: turnWords.apology,
        clock,
        transcript,
        nowMs: () => Math.max(0, Math.round(sinceAnswerMs(clock.monotonicMs()))),
        on: this.#hooks(),
      },
      voice.history ?? [],
      isBack ? turnPhrasesFor(request.language).nobodyFree : voice.firstWords(isLost),
      { isTalkedOver: !isBack && voice.leadIsTalking, isBridged: this.#isBridged },
    );
    this.#isBridged = false;
    voice.tools.voiceChanged();
    // Whoever listens in may have hints that nobody has used yet.
    events.turnsBegan();
  }

  /** What carried the words has failed, and something else has been chosen. */
  beginAnew(): void {
    this.end();
    this.begin(false, true);
    this.comeBack();
  }

  end(): void {
    this.#words?.close();
    this.#words = null;
  }

  /** What the leg does next; null when that is not for the carrier's voice to say. */
  next(moment: DocumentMoment): CallDocument | null {
    const document = this.#words?.next(moment) ?? null;
    if (document?.kind === 'climbed') return null;
    if (document?.kind !== 'give-up') return document;
    this.#isAsked = true;
    this.#failed(document.because);
    this.#isAsked = false;
    const next = this.#words?.next({ kind: 'stream-ended' }) ?? null;
    return next?.kind === 'give-up' || next?.kind === 'climbed' ? null : next;
  }

  /** The leg runs what has failed; unless it asks at this moment, it is given the next document. */
  comeBack(): void {
    if (!this.#isAsked) this.#parts.events.comeBack();
  }

  /** The words come by relay. @returns false when they do not */
  attachRelay(carrier: Carrier, socket: WebSocket, attempt: AttemptId, isOurs: (carrierCallId: string) => boolean): boolean {
    if (!(this.#words instanceof RelayCall)) return false;
    this.#words.attach(carrier, socket, attempt, isOurs);
    return true;
  }

  /** The leg runs a stream (again). */
  streamOpened(): void {
    const { voice } = this.#parts;
    const { rung } = voice;
    if (!this.#isClimbing || rung === null) return;
    this.#isClimbing = false;
    voice.noteBelow({ type: 'rung.ready', step: rung });
  }

  /** What has happened while a person had the call. @param opens how the AI speaks about it first */
  knows(context: string, opens: string | null): void {
    this.#words?.knows(context, opens);
  }

  /** @returns false when the carrier does not speak for the AI */
  nudge(id: string, text: string): boolean {
    if (!this.#words) return false;
    this.#words.nudge(id, text);
    return true;
  }

  withdraw(id: string): void {
    this.#words?.withdraw(id);
  }

  /** Last words, with the next document. */
  takeLeave(farewell: string): void {
    this.#words?.end(farewell);
  }

  /** What came of something that the AI asked for, here or before. @returns false when the carrier does not speak for it */
  toolResult({ id, name }: Pick<TextCall, 'id' | 'name'>, result: string, thenAnswer: boolean): boolean {
    if (!this.#words) return false;
    if (!this.#words.toolResult(id, result, thenAnswer))
      this.#words.knows(lateResult(name, result), thenAnswer ? 'Tell the person what came of it.' : null);
    return true;
  }

  #hooks(): TurnCallParts['on'] {
    const { turnWords, voice, events, state, dispatch, optOut, toolCalled } = this.#parts;
    return {
      optedOut: (quote) => optOut(quote ?? `pressed ${turnWords.optOutDigit}`),
      fellSilent: () =>
        dispatch({ type: 'end.requested', spoken: false, ending: { by: 'bridge', reason: 'nobody spoke', disposition: 'talked' } }),
      toolCalled: (call) => {
        const known = voice.tools.called(call);
        if (known === null) toolCalled(call);
        else this.#words?.toolResult(call.id, known, true);
      },
      usage: (lines) => events.usage(lines),
      began: () => voice.noteBelow({ type: 'rung.ready', step: this.#step }),
      spoke: () => {
        voice.noteBelow({ type: 'speech.began' });
        voice.noteBelow({ type: 'speech.ended' });
      },
      reached: () => {
        if (voice.firstWordsHeard()) events.disclosurePlayed();
        dispatch({ type: 'disclosure.played' });
      },
      changed: () => events.changed(),
      gaveUp: (because) => this.#failed(because),
      comeBack: () => {
        if (state().kind === 'turns') events.comeBack();
      },
      climbs: () => this.#climbs(),
      nudged: (id, answersBegun) => events.nudged(id, answersBegun),
      answeredWith: (utterances, ordinal) => events.answeredWith(utterances, ordinal),
    };
  }

  #failed(because: string): void {
    const { choice, voice, state } = this.#parts;
    const [provider] = providersOf[this.#step];
    if (provider) choice.health.failed(provider, because, false);
    voice.noteBelow({ type: 'rung.failed', step: this.#step, cause: because });
    // Nothing else is left for the leg but the announcement.
    if (state().kind === 'announcing') this.comeBack();
  }

  #climbs(): boolean {
    const { voice, dispatch } = this.#parts;
    voice.tools.newWords();
    if (!voice.climbs()) return false;
    this.#isClimbing = true;
    dispatch({ type: 'streams.back' });
    return true;
  }
}
