import type { WebSocket } from 'ws';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { Rung } from '#bridge/contract/words.ts';
import type { CallDocument, Carrier, DocumentMoment } from '../../carriers/carrier.ts';
import type { FlowEvent, FlowState } from '../../domain/call-flow.ts';
import { type Provider, providersOf } from '../../engines/health.ts';
import type { TextCall } from '../../engines/text-mind.ts';
import { turnPhrasesFor } from '../../engines/turn-phrases.ts';
import { lateResult } from '../voice/tool-memory.ts';
import type { Voice } from '../voice/voice.ts';
import type { CallTalkParts } from './call-talk-parts.ts';
import { RelayCall } from './relay-call.ts';
import { TurnCall, type TurnCallParts } from './turn-call.ts';

export interface CallTurnsParts
  extends Pick<CallTalkParts, 'choice' | 'request' | 'turnWords' | 'clock' | 'transcript' | 'events' | 'sinceAnswerMs'> {
  readonly voice: Voice;
  /** Resolves when words that the lead said before are found, or are not waited for any more; null when none are looked for. */
  wordsInTime(): Promise<void> | null;
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
    const search = isBack || !voice.mayAwaitWords ? null : this.#parts.wordsInTime();
    choice.health.trying(this.#step);
    const Words = this.#step === 'relay' ? RelayCall : TurnCall;
    const words = new Words(
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
      isBack ? turnPhrasesFor(request.language).nobodyFree : search ? null : voice.firstWords(isLost),
      {
        isTalkedOver: !isBack && voice.leadIsTalking,
        disclosure: voice.unheardDisclosure,
        isBridged: this.#isBridged,
        isSearching: search !== null,
      },
    );
    this.#words = words;
    void search?.then(() => {
      if (this.#words === words) words.searched(voice.history ?? [], voice.firstWords(isLost));
    });
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
    this.#failed(document.because, document.blamed);
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

  /** Words that the lead said before this, and that are known only now. */
  learns(words: string): void {
    if (words !== '') this.#words?.knows(`Before that, the person had said: ${words}`, null);
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
    const { choice, turnWords, voice, events, state, dispatch, optOut, toolCalled } = this.#parts;
    const [carrier] = providersOf[this.#step];
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
        voice.tools.told();
        voice.noteBelow({ type: 'speech.began' });
        voice.noteBelow({ type: 'speech.ended' });
      },
      reached: () => {
        if (voice.firstWordsHeard()) events.disclosurePlayed();
        dispatch({ type: 'disclosure.played' });
      },
      changed: () => events.changed(),
      gaveUp: (because, blamed) => this.#failed(because, blamed),
      comeBack: () => {
        if (state().kind === 'turns') events.comeBack();
      },
      climbs: () => {
        if (carrier) choice.health.worked(carrier);
        return this.#climbs();
      },
      nudged: (id, answersBegun) => events.nudged(id, answersBegun),
      answeredWith: (utterances, ordinal) => {
        choice.health.worked('openai-text');
        events.answeredWith(utterances, ordinal);
      },
    };
  }

  #failed(because: string, blamed: Provider | null): void {
    const { choice, voice, state } = this.#parts;
    if (blamed !== null) choice.health.failed(blamed, because, false);
    voice.noteBelow({ type: 'rung.failed', step: this.#step, cause: because });
    // A better voice was there already: the leg is given its stream.
    const climbs = state().kind === 'turns' && voice.fallsOnStream();
    if (climbs) this.#climbing();
    // Else nothing is left for the leg but the announcement.
    if (climbs || state().kind === 'announcing') this.comeBack();
  }

  #climbs(): boolean {
    const { voice } = this.#parts;
    voice.tools.newWords();
    if (!voice.climbs()) return false;
    this.#climbing();
    return true;
  }

  #climbing(): void {
    this.#isClimbing = true;
    this.#parts.dispatch({ type: 'streams.back' });
  }
}
