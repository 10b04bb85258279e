import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { TransferInfo } from '#bridge/contract/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { TransferId } from '#bridge/contract/ids.ts';
import type { CallDocument, CallLinks, DocumentMoment, LegEvent } from '../carriers/carrier.ts';
import { beginTransfer, stepTransfer } from '../domain/transfer.ts';
import type { Asker, TransferEffect, TransferEvent, TransferStage, TransferState, TransferTimer } from '../domain/transfer-state.ts';
import { FRAME_BYTES, SILENCE } from '../media/g711.ts';
import { mixFrames } from '../media/mix.ts';
import type { ColleagueLeg, ColleagueLegParts } from './colleague-leg.ts';
import { Timers } from './timers.ts';
import { shortWords, transferMessage, transferPhrases } from './transfer-texts.ts';
import type { TransferVoice } from './transfer-voice.ts';
import type { AskedBy, PersonVoice, TransferableCall } from './transferable-call.ts';

const briefingUtterance = 'briefing';
const leaveUtterance = 'leave';
const reserveFrames = 3;
const silence = new Uint8Array(FRAME_BYTES).fill(SILENCE);

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

/** One warm transfer: performs what its state machine asks for, and carries the voices from one stream to the other. */
export class WarmTransfer {
  readonly #parts: WarmTransferParts;
  readonly #timers: Timers<TransferTimer>;
  readonly #leg: ColleagueLeg;
  readonly #briefing: string;
  readonly #introduction: string;
  readonly #leadLeft: string;
  readonly #mixed = new Uint8Array(FRAME_BYTES);
  readonly #piece = new Uint8Array(FRAME_BYTES);
  #state: TransferState;
  #queue: TransferEvent[] = [];
  #draining = false;
  #info: TransferInfo | null = null;
  #carrierBriefs = false;
  /** The lead's ear, while they are connected. */
  #lane: PersonVoice | null = null;
  #stopHearing: (() => void) | null = null;
  /** The operator who has the call is on the line as well. */
  #isThreeWay = false;
  /** What brings the two together, and how much of it each has heard. */
  #intro: Uint8Array | null = null;
  #introToLead = 0;
  #introToColleague = 0;
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
      heard: (bytes) => this.#colleagueSpoke(bytes),
      sayFirst: () => this.#sayFirst(),
      over: (answeredMs) => {
        if (answeredMs !== null) call.charge(answeredMs);
        this.#goIfDone();
      },
    });
    this.#state = beginTransfer(askerOf(call))[0];
  }

  get legId(): ColleagueLeg['id'] {
    return this.#leg.id;
  }

  get state(): TransferState {
    return this.#state;
  }

  get isOver(): boolean {
    return this.#state.kind === 'ended';
  }

  /** Both hear each other. */
  get isPatched(): boolean {
    return this.#lane !== null;
  }

  /** The operator who has the call, the colleague and the lead hear each other. */
  get isThreeWay(): boolean {
    return this.#isThreeWay;
  }

  begin(): void {
    const { call, voice, broke } = this.#parts;
    const [state, effects] = beginTransfer(askerOf(call));
    this.#state = state;
    voice.make([this.#briefing, this.#introduction, this.#leadLeft]).catch(broke);
    this.#performAll(effects);
  }

  dispatch(event: TransferEvent): void {
    this.#queue.push(event);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        const [state, effects] = stepTransfer(this.#state, next);
        this.#state = state;
        this.#performAll(effects);
      }
    } catch (error) {
      this.#parts.broke(error);
    } finally {
      this.#queue = [];
      this.#draining = false;
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
    this.#apart();
    this.#parts.voice.close();
    this.#leg.close();
  }

  #performAll(effects: readonly TransferEffect[]): void {
    for (const effect of effects) this.#perform(effect);
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
        else this.#apart();
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
    else this.#queue.push({ type: 'briefing.played' });
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
    const { call } = this.#parts;
    const { media } = this.#leg;
    media.hush();
    let lane: PersonVoice;
    try {
      if (call.holder === 'operator') {
        lane = call.join(this.#person, { hears: (bytes) => media.pass(bytes), alone: (voice) => this.#operatorLeft(voice) });
        this.#isThreeWay = true;
      } else lane = call.handTo(this.#person);
    } catch (error) {
      // The call is ending, or its line is gone: nobody can be given it any more.
      this.#queue.push({ type: 'cancel', cause: error instanceof Error ? error.message : 'the call could not be handed over' });
      return;
    }
    this.#lane = lane;
    // A frame of the colleague that comes a little late leaves no hole.
    for (let filled = 0; filled < reserveFrames; filled += 1) lane.frame(silence);
    if (!this.#isThreeWay) this.#stopHearing = call.hearLead((bytes) => this.#leadSpoke(bytes));
  }

  #operatorLeft(voice: PersonVoice): void {
    this.#isThreeWay = false;
    this.#lane = voice;
    this.#stopHearing = this.#parts.call.hearLead((bytes) => this.#leadSpoke(bytes));
    this.dispatch({ type: 'asker.left' });
  }

  #apart(): void {
    this.#stopHearing?.();
    this.#stopHearing = null;
    this.#lane = null;
    this.#intro = null;
    if (!this.#isThreeWay) return;
    this.#isThreeWay = false;
    this.#parts.call.part();
  }

  #introduce(): void {
    // The AI does not speak beside an operator, who says it in their own words.
    const clip = this.#isThreeWay ? null : this.#parts.voice.get(this.#introduction);
    if (!clip) {
      this.#queue.push({ type: 'introduction.played' });
      return;
    }
    this.#intro = clip.audio;
    this.#introToLead = 0;
    this.#introToColleague = 0;
    this.#parts.call.note(this.#introduction);
  }

  /** On the audio path. */
  #colleagueSpoke(bytes: Uint8Array): void {
    const lane = this.#lane;
    if (lane === null || bytes.length !== FRAME_BYTES) return;
    if (this.#intro === null) {
      lane.frame(bytes);
      return;
    }
    this.#mixIn(this.#intro, this.#introToLead, bytes);
    this.#introToLead += FRAME_BYTES;
    lane.frame(this.#mixed);
    this.#introducedToBoth();
  }

  /** On the audio path. */
  #leadSpoke(bytes: Uint8Array): void {
    const { media } = this.#leg;
    if (bytes.length !== FRAME_BYTES) return;
    if (this.#intro === null) {
      media.pass(bytes);
      return;
    }
    this.#mixIn(this.#intro, this.#introToColleague, bytes);
    this.#introToColleague += FRAME_BYTES;
    media.pass(this.#mixed);
    this.#introducedToBoth();
  }

  #mixIn(intro: Uint8Array, at: number, bytes: Uint8Array): void {
    const left = intro.length - at;
    if (left <= 0) this.#mixed.set(bytes);
    else if (left >= FRAME_BYTES) mixFrames(bytes, intro.subarray(at, at + FRAME_BYTES), this.#mixed);
    else {
      this.#piece.fill(SILENCE);
      this.#piece.set(intro.subarray(at));
      mixFrames(bytes, this.#piece, this.#mixed);
    }
  }

  #introducedToBoth(): void {
    const length = this.#intro?.length ?? 0;
    if (this.#introToLead < length || this.#introToColleague < length) return;
    this.#intro = null;
    this.dispatch({ type: 'introduction.played' });
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
      message: transferMessage(stage, target.name, cause !== null ? 'gone' : this.#isThreeWay ? 'beside' : 'alone'),
      requestedBy: askedBy.kind,
      ...(askedBy.name === null ? {} : { requestedByName: askedBy.name }),
      since: new Date(clock.nowMs()).toISOString(),
      ...(cause === null ? {} : { cause }),
    };
    call.report(this.#info);
  }

  #goIfDone(): void {
    if (this.#isGone || this.#state.kind !== 'ended' || !this.#leg.isOver) return;
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
