import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { TransferInfo } from '#bridge/contract/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { TransferId } from '#bridge/contract/ids.ts';
import type { CallDocument, CallLinks, DocumentMoment, LegEvent } from '../../carriers/carrier.ts';
import { beginTransfer, stepTransfer } from '../../domain/transfer.ts';
import type { Asker, TransferEffect, TransferEvent, TransferStage, TransferState, TransferTimer } from '../../domain/transfer-state.ts';
import { StateMachine } from '../state-machine.ts';
import { Timers } from '../timers.ts';
import type { ColleagueLeg, ColleagueLegParts } from './colleague-leg.ts';
import { TransferAudio } from './transfer-audio.ts';
import { shortWords, transferMessage, transferPhrases } from './transfer-texts.ts';
import type { TransferVoice } from './transfer-voice.ts';
import type { AskedBy, TransferableCall } from './transferable-call.ts';

const briefingUtterance = 'briefing';
const leaveUtterance = 'leave';

export interface WarmTransferParts {
  readonly id: TransferId;
  readonly call: TransferableCall;
  readonly target: { readonly name: string; readonly number: string };
  readonly askedBy: AskedBy;
  /** Why, for the briefing; null when nobody said. */
  readonly reason: string | null;
  /** Instead of the one that is made from the call. */
  readonly briefing: string | null;
  readonly holdSound: boolean;
  /** The AI has announced it in its own words. */
  readonly isAnnounced: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly voice: TransferVoice;
  makeLeg(hooks: Pick<ColleagueLegParts, 'on' | 'said' | 'heard' | 'sayFirst' | 'over'>): ColleagueLeg;
  /** Nothing more comes of it: the leg is down and the transfer is over. */
  gone(): void;
  /** Something in here went wrong that never should. */
  broke(error: unknown): void;
}

/** One warm transfer: performs what its state machine asks for. */
export class WarmTransfer {
  readonly #parts: WarmTransferParts;
  readonly #timers: Timers<TransferTimer>;
  readonly #leg: ColleagueLeg;
  readonly #briefing: string;
  readonly #introduction: string;
  readonly #leadLeft: string;
  readonly #audio: TransferAudio;
  readonly #flow: StateMachine<TransferState, TransferEvent, TransferEffect>;
  readonly #opening: readonly TransferEffect[];
  #info: TransferInfo | null = null;
  #carrierBriefs = false;
  #isGone = false;

  constructor(parts: WarmTransferParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
    const { call, target, briefing, reason } = parts;
    const phrases = transferPhrases(call.script.agent.language ?? null);
    const { lastLeadWords: words } = call;
    const facts = {
      agent: call.script.agent.name,
      lead: call.record.leadName,
      reason,
      lastWords: words === null ? null : shortWords(words),
    };
    this.#briefing = `${briefing ?? phrases.briefing(facts)} ${phrases.keys}`;
    this.#introduction = phrases.introduction(target.name, call.record.leadName);
    this.#leadLeft = phrases.leadLeft;
    this.#leg = parts.makeLeg({
      on: (event) => this.dispatch(event),
      said: (utterance) => this.#said(utterance),
      heard: (bytes) => this.#audio.colleagueSpoke(bytes),
      sayFirst: () => this.#sayFirst(),
      over: (answeredMs) => {
        if (answeredMs !== null) call.charge(answeredMs);
        this.#goIfDone();
      },
    });
    this.#audio = new TransferAudio({
      call,
      colleague: this.#person,
      media: () => this.#leg.media,
      introduced: () => this.dispatch({ type: 'introduction.played' }),
      operatorLeft: () => this.dispatch({ type: 'asker.left' }),
    });
    const [first, opening] = beginTransfer(askerOf(call));
    this.#opening = opening;
    this.#flow = new StateMachine({ first, step: stepTransfer, perform: (effect) => this.#perform(effect) });
  }

  get legId(): ColleagueLeg['id'] {
    return this.#leg.id;
  }

  get state(): TransferState {
    return this.#flow.state;
  }

  get isOver(): boolean {
    return this.state.kind === 'ended';
  }

  /** Both hear each other. */
  get isPatched(): boolean {
    return this.#audio.isPatched;
  }

  /** The operator who has the call, the colleague and the lead hear each other. */
  get isThreeWay(): boolean {
    return this.#audio.isThreeWay;
  }

  begin(): void {
    const { voice, broke } = this.#parts;
    voice.make([this.#briefing, this.#introduction, this.#leadLeft]).catch(broke);
    for (const effect of this.#opening) this.#perform(effect);
  }

  dispatch(event: TransferEvent): void {
    try {
      if (!this.#flow.dispatch(event)) return;
    } catch (error) {
      this.#parts.broke(error);
    }
    this.#goIfDone();
  }

  onLegEvent(event: LegEvent): void {
    this.#leg.onLegEvent(event);
  }

  documentFor(moment: DocumentMoment): { readonly document: CallDocument; readonly links: CallLinks } {
    return this.#leg.documentFor(moment);
  }

  attach(socket: WebSocket, underlying: Duplex): void {
    this.#leg.attach(socket, underlying);
  }

  /** The program ends. */
  close(): void {
    this.#timers.clear();
    this.#audio.part();
    this.#parts.voice.close();
    this.#leg.close();
  }

  #perform(effect: TransferEffect): void {
    const { call, target, holdSound, isAnnounced, broke } = this.#parts;
    const phrases = transferPhrases(call.script.agent.language ?? null);
    switch (effect.type) {
      case 'place-leg':
        this.#leg.place().catch(broke);
        return;
      case 'tell-lead':
        if (effect.what === 'still-trying') call.tellLead(phrases.stillTrying(target.name));
        else if (!isAnnounced) call.tellLead(phrases.gettingThem(target.name));
        return;
      case 'hold-sound':
        call.holdSound(effect.on && holdSound);
        return;
      case 'brief':
        this.#brief();
        return;
      case 'patch':
        if (effect.on) this.#connect();
        else this.#audio.part();
        return;
      case 'introduce':
        this.#introduce();
        return;
      case 'hand-over':
        call.wasTaken(this.#person, this.#parts.askedBy);
        return;
      case 'hand-back':
        this.#handBack(effect);
        return;
      case 'take-leave':
        this.#takeLeave();
        return;
      case 'end-leg':
        this.#leg.hangUp();
        return;
      case 'report':
        this.#report(effect.stage, effect.cause);
        return;
      case 'timer.start':
        this.#timers.start(effect.name, effect.ms, () => this.dispatch({ type: 'timer', name: effect.name }));
        return;
      case 'timer.cancel':
        this.#timers.cancel(effect.name);
        return;
    }
  }

  get #person() {
    return { kind: 'colleague', name: this.#parts.target.name } as const;
  }

  /** The colleague has picked up. What is not made by now is said by the carrier's own voice: nobody listens to silence. */
  #sayFirst(): { text: string; language: string } | null {
    const { voice, call } = this.#parts;
    if (voice.get(this.#briefing)) return null;
    this.#carrierBriefs = true;
    this.dispatch({ type: 'carrier.briefs' });
    return { text: this.#briefing, language: call.script.announcement.language };
  }

  #brief(): void {
    const clip = this.#carrierBriefs ? null : this.#parts.voice.get(this.#briefing);
    if (clip) this.#leg.media.say(briefingUtterance, clip.audio);
    else this.dispatch({ type: 'briefing.played' });
  }

  #said(utterance: string): void {
    if (utterance === briefingUtterance) this.dispatch({ type: 'briefing.played' });
    else if (utterance === leaveUtterance) this.dispatch({ type: 'leave.taken' });
  }

  #takeLeave(): void {
    const { voice, call } = this.#parts;
    const clip = voice.get(this.#leadLeft);
    const { media } = this.#leg;
    media.hush();
    if (clip && media.open) media.say(leaveUtterance, clip.audio);
    else this.#leg.sayAndEnd({ text: this.#leadLeft, language: call.script.announcement.language });
  }

  #connect(): void {
    try {
      this.#audio.patch();
    } catch (error) {
      // The call is ending, or its line is gone: nobody can be given it any more.
      this.dispatch({ type: 'cancel', cause: error instanceof Error ? error.message : 'the call could not be handed over' });
    }
  }

  #introduce(): void {
    // The AI does not speak beside an operator, who says it in their own words.
    const clip = this.isThreeWay ? null : this.#parts.voice.get(this.#introduction);
    if (!clip) {
      this.dispatch({ type: 'introduction.played' });
      return;
    }
    this.#audio.introduce(clip.audio);
    this.#parts.call.note(this.#introduction);
  }

  #handBack({ ending }: Extract<TransferEffect, { type: 'hand-back' }>): void {
    const { call, target } = this.#parts;
    switch (call.holder) {
      case 'colleague':
        call.handBack(this.#person, ending.end === 'connected' ? leftNote(target.name) : failedNote(target.name, ending.cause));
        return;
      case 'ai':
        call.explain(ending);
        return;
      // Whoever holds the call sees what became of it, and tells the lead in their own words.
      case 'operator':
        return;
    }
  }

  #report(stage: TransferStage, cause: string | null): void {
    const { id, call, target, askedBy, clock } = this.#parts;
    this.#info = {
      id,
      kind: 'warm',
      toName: target.name,
      toNumber: target.number,
      state: stage,
      message: transferMessage(stage, target.name, cause !== null ? 'gone' : this.isThreeWay ? 'beside' : 'alone'),
      requestedBy: askedBy.kind,
      ...(askedBy.name === null ? {} : { requestedByName: askedBy.name }),
      since: new Date(clock.nowMs()).toISOString(),
      ...(cause === null ? {} : { cause }),
    };
    call.report(this.#info);
  }

  #goIfDone(): void {
    if (this.#isGone || this.state.kind !== 'ended' || !this.#leg.isOver) return;
    this.#isGone = true;
    this.close();
    this.#parts.gone();
  }
}

function askerOf(call: TransferableCall): Asker {
  return call.holder === 'operator' ? 'operator' : 'ai';
}

function failedNote(name: string, cause: string): string {
  return `The person was to be connected to ${name}, and that failed (${cause}). Say so in one sentence, apologise, and offer that somebody calls back.`;
}

function leftNote(name: string): string {
  return `${name} has spoken with the person and has left the call. Ask in one sentence whether there is anything else.`;
}
