import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { CallSummary, Mark, Segment } from '#bridge/contract/calls.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { MarkId } from '#bridge/contract/ids.ts';
import type { AnswerType, Outcome, Party } from '#bridge/contract/words.ts';
import type { CallDocument, CallLinks, DocumentMoment, HangupCause, LegEvent, LegRecord, LegRef } from '../carriers/carrier.ts';
import type { AttemptEvent, AttemptState } from '../domain/attempt.ts';
import type { TransferTarget } from '../domain/call-flow.ts';
import type { Playout } from '../media/playout.ts';
import type { AttemptRecord } from '../store/records.ts';
import { CallClosing } from './call-closing.ts';
import { budgetOf, dismissalsOf, factsOf, isWithCarrier } from './call-facts.ts';
import { CallGuard } from './call-guard.ts';
import type { CallScript } from './call-script.ts';
import type { CallSurroundings } from './call-surroundings.ts';
import { openCallWords } from './call-words.ts';
import type { AudioListener, Hearer, Session } from './calls.ts';
import { ChangeFeed } from './change-feed.ts';
import { Conversation } from './conversation.ts';
import { AttemptRunner, carrierLimitMs, limitGraceMs } from './dial/attempt-runner.ts';
import { CarrierLeg } from './dial/carrier-leg.ts';
import { DialRequest } from './dial/dial-request.ts';
import { LegNews } from './dial/leg-news.ts';
import { LiveView } from './live-view.ts';
import { newId } from './new-id.ts';
import { CallPeople } from './person/call-people.ts';
import { Hearers } from './person/hearers.ts';
import { CallAttention } from './record/call-attention.ts';
import { CallBook } from './record/call-book.ts';
import { CallTransfer } from './transfer/call-transfer.ts';
import type { TransferWish } from './transfer/transfer-desk.ts';

/** How a call reaches those who keep all calls. */
export interface CallOwner {
  /** The attempt has ended durably. */
  ended(call: LiveCall, outcome: Outcome, stopsCampaign: string | null): void;
  /** Nothing of it is left in memory that matters: late words are in, files are closed. */
  gone(call: LiveCall): void;
  /** Fresh public addresses; with a media token when the document needs one. */
  linksFor(call: LiveCall, withMedia: boolean): CallLinks;
  /** Something about it is other than before. */
  changed(call: LiveCall): void;
  /** Somebody of ours who can be rung for its lead now, and is kept free until the line comes back or ends; null when nobody can. */
  personFor(call: LiveCall): TransferTarget | null;
  /** Its AI would like to put the lead through to a person. */
  transferWanted(call: LiveCall, wish: TransferWish): void;
}

/** One attempt from its intent to the end: joins the carrier's leg, the conversation and the store. */
export class LiveCall {
  readonly record: AttemptRecord;
  readonly script: CallScript;
  readonly #around: CallSurroundings;
  readonly #owner: CallOwner;
  readonly #book: CallBook;
  readonly #leg: CarrierLeg;
  readonly #news: LegNews;
  readonly #conversation: Conversation;
  readonly #guard: CallGuard;
  readonly #log: Logger;
  readonly #feed: ChangeFeed;
  readonly #closing: CallClosing;
  readonly #attempt: AttemptRunner;
  readonly #attention: CallAttention;
  readonly people: CallPeople;
  /** What became of the wish to dial it. */
  readonly request: DialRequest;
  /** This call as a transfer sees it. */
  readonly transfer: CallTransfer;
  readonly #view: LiveView;
  readonly #hearers = new Hearers(
    (hearer) => this.people.listens(hearer),
    () => this.#changed(),
  );
  #isBroken = false;

  /** @param record as stored: a fresh intent, or an attempt that another run of this program left open */
  constructor(record: AttemptRecord, script: CallScript, around: CallSurroundings, owner: CallOwner) {
    this.record = record;
    this.script = script;
    this.#owner = owner;
    this.#log = around.log.child({ attempt: record.id });
    this.#guard = new CallGuard((error) => this.#broke(error));
    this.#around = { ...around, clock: this.#guard.clock(around.clock) };
    this.#attention = new CallAttention({
      callId: record.callId,
      clock: this.#around.clock,
      publish: around.publish,
      facts: () =>
        factsOf({
          conversation: this.#conversation,
          book: this.#book,
          over: this.over,
          wasRestarted: record.answeredAtMs !== null,
          isTransferring: this.transfer.isRinging,
        }),
      budget: () => budgetOf(around.store, record),
      dismissals: () => dismissalsOf(around.store, record),
      fixed: Object.values(script.speeches),
      changed: () => this.#changed(),
    });
    this.#book = new CallBook(record, this.#around, this.#log, this.#attention);
    this.#feed = this.#makeFeed();
    this.people = this.#makePeople();
    this.transfer = this.#makeTransfer();
    this.#leg = new CarrierLeg({
      carrier: script.carrier,
      clock: this.#around.clock,
      log: this.#log,
      ref: { carrierCallId: record.carrierCallId, requestId: record.requestId },
      found: (found) => this.#news.lookedUp(found),
    });
    this.#news = this.#makeNews();
    this.request = new DialRequest({
      clock: this.#around.clock,
      book: this.#book,
      leg: () => this.#leg,
      isOver: () => this.over,
      step: (event) => this.step(event),
    });
    this.#conversation = new Conversation({
      record,
      script,
      around: this.#around,
      book: this.#book,
      guard: this.#guard,
      log: this.#log,
      isOver: () => this.over,
      wasRestarted: () => record.answeredAtMs !== null && !isWithCarrier(this.record),
      isOurs: (carrierCallId) => this.#isOurs(carrierCallId),
      changed: () => this.#changed(),
      people: () => this.people,
      transfer: () => this.transfer,
      personFor: () => owner.personFor(this),
      transferWanted: (wish) => owner.transferWanted(this, wish),
      mediaOpened: (atMs) => this.#news.answered(atMs),
      hangUp: (by, reason) => this.hangUp(by, reason),
      redirect: (document) => this.#redirect(document),
      lookUp: () => this.#leg.lookUp(),
    });
    this.#closing = this.#makeClosing();
    this.#attempt = new AttemptRunner({
      record,
      book: this.#book,
      clock: this.#around.clock,
      leg: () => this.leg,
      prepare: () => this.#conversation.prepare(),
      lookUp: () => this.#leg.lookUp(),
      limitReached: () => this.#conversation.limitReached(),
      overrun: () => this.hangUp('settings', 'the carrier did not end the call at its limit'),
      finish: (outcome) => this.#finish(outcome),
      changed: () => this.#changed(),
    });
    this.#view = new LiveView({
      record,
      clock: this.#around.clock,
      book: this.#book,
      attention: this.#attention,
      people: this.people,
      transfer: this.transfer,
      hearers: this.#hearers,
      conversation: this.#conversation,
      attempt: () => this.state.kind,
    });
    if (record.answeredAtMs !== null) this.#news.resume(record.answeredAtMs);
  }

  get state(): AttemptState {
    return this.#attempt.state;
  }

  get leg(): LegRef {
    return this.#leg.ref;
  }

  get over(): boolean {
    return this.state.kind === 'ended';
  }

  /** Whether a person is or may be on the line. */
  get talking(): boolean {
    return this.state.kind === 'answered';
  }

  /** Whether this playout is the call's own. */
  plays(playout: Playout): boolean {
    return this.#conversation.playout === playout;
  }

  step(event: AttemptEvent): void {
    this.#attempt.step(event);
  }

  /** Why it ended, or is about to. */
  get endedReason(): string | null {
    return this.#book.ended?.reason ?? null;
  }

  onLegEvent(event: LegEvent): void {
    this.#guard.run(() => this.#news.heard(event));
  }

  /** It is certain that the leg is over. */
  legEnded(outcome: Outcome, cause: HangupCause | null, atMs: number): void {
    this.#news.ended(outcome, cause, atMs);
  }

  /** What the carrier's own records say about a leg that nobody told us of. */
  adopt(found: LegRecord): void {
    this.#news.adopt(found);
  }

  /** From memory, while somebody stands at the phone. */
  documentFor(moment: DocumentMoment): { readonly document: CallDocument; readonly links: CallLinks } {
    this.#news.asks();
    const apology: CallDocument = { kind: 'say-and-hang-up', ...this.script.brokeOff };
    const document = this.#guard.get(() => {
      // What the carrier asks for is also news.
      if (moment.kind === 'answered') this.#news.answered(this.#around.clock.nowMs());
      if (moment.kind === 'digits') this.#conversation.pressed(moment.digits);
      if (moment.kind === 'dial-ended') this.#conversation.dialEnded(moment.result, moment.result);
      return this.#conversation.document(moment);
    }, apology);
    return { document, links: this.#owner.linksFor(this, document.kind === 'stream' || document.kind === 'relay') };
  }

  /** What its next socket carries. */
  get isRelay(): boolean {
    return this.#conversation.isRelay;
  }

  acceptMedia(socket: WebSocket, underlying: Duplex): void {
    this.#conversation.attach(socket, underlying);
  }

  /** End the call now, whoever wants it. Harmless when it is over. */
  hangUp(by: Party, reason: string): void {
    if (this.over) return;
    if (this.request.isHeld) {
      this.request.rejected('cancelled', reason, by);
      return;
    }
    this.#book.endedBy(by, reason);
    this.#leg.hangUp();
  }

  /** Say goodbye, then end: the program is closing. */
  land(): void {
    if (this.over) return;
    const ending = { by: 'operator', reason: 'Ringside was closed', disposition: null } as const;
    if (this.#book.answeredAtMs === null) this.hangUp(ending.by, ending.reason);
    else this.#conversation.end(ending);
  }

  /** An operator knows who picked up. */
  correctVerdict(answerType: AnswerType, session: Session): void {
    this.people.note(session.name, 'corrected', answerType);
    this.#attention.pickUpKnown();
    this.#conversation.correctVerdict(answerType);
  }

  sendDigits(digits: string): void {
    if (!this.#conversation.hasStream)
      throw new BridgeError('state/conflict', 'Keys can be pressed only while the call has two-way audio.');
    this.#conversation.sendDigits(digits);
  }

  mark(note: string | null, offsetMs: number | null, session: Session): Mark {
    const at = new Date(this.#around.clock.nowMs()).toISOString();
    const mark: Mark = { id: newId<MarkId>('mark'), at, offsetMs: offsetMs ?? this.#book.nowSinceAnswerMs(), note };
    this.people.note(session.name, 'marked', note ?? undefined);
    this.#around.store.attempts.addMark(this.record.id, mark);
    this.#around.publish({ type: 'call.mark', callId: this.record.callId, mark });
    return mark;
  }

  /** @param hearer who listens; null for a picture of the sound, which nobody hears */
  listen(listener: AudioListener, hearer: Hearer | null): () => void {
    if (!this.talking) throw new BridgeError('state/conflict', 'Only a call in progress can be listened to.');
    const stop = this.#conversation.sound.listen(listener, () => hearer?.id !== undefined && this.people.holder?.console === hearer.id);
    const leave = hearer ? this.#hearers.add(hearer) : () => undefined;
    return () => {
      stop();
      leave();
    };
  }

  /** What is being said at this moment, as far as it is known. */
  get unfinishedWords(): readonly Segment[] {
    return this.#book.transcript.unfinished;
  }

  summary(): CallSummary {
    return this.#view.summary();
  }

  #makeNews(): LegNews {
    const { record, script } = this;
    return new LegNews({
      record,
      script,
      clock: this.#around.clock,
      log: this.#log,
      book: this.#book,
      guard: this.#guard,
      attention: this.#attention,
      leg: this.#leg,
      conversation: () => this.#conversation,
      attempt: () => this.#attempt,
      answered: () => this.#feed.watchCost(),
      links: () => this.#owner.linksFor(this, false),
      hangUp: (by, reason) => this.hangUp(by, reason),
    });
  }

  #makePeople(): CallPeople {
    const { record, script } = this;
    const { clock, publish } = this.#around;
    const words = { record, script, clock, log: this.#log, book: this.#book };
    return new CallPeople({
      callId: record.callId,
      clock,
      publish,
      book: this.#book,
      attention: this.#attention,
      conversation: () => this.#conversation,
      whyNot: () => this.#whyNobody(),
      words: (name) => openCallWords(words, name, (turn, text, final, place) => this.#book.transcript.personText(turn, text, final, place)),
      leadWords: (name) =>
        openCallWords(words, name, (turn, text, final, place) => this.#conversation.leadWasHeard(turn, text, final, place)),
      changed: () => this.#changed(),
    });
  }

  #makeTransfer(): CallTransfer {
    const { record, script, people } = this;
    const { clock, publish, store } = this.#around;
    return new CallTransfer({
      record,
      script,
      people,
      clock,
      publish,
      store,
      book: this.#book,
      attention: this.#attention,
      conversation: () => this.#conversation,
      whyNot: () => this.#whyNobody(),
      isOver: () => this.over,
      changed: () => this.#changed(),
    });
  }

  /** Why no person can have a hand in it at this moment; null when one can. */
  #whyNobody(): string | null {
    if (this.over) return 'The call is over already.';
    if (!this.talking) return 'Nobody has picked up yet.';
    if (this.#book.ended !== null || this.#conversation.flow.kind === 'closing') return 'The call is about to end.';
    if (!this.#conversation.canBeTaken) return "The carrier's own voice speaks on this call, and nobody can speak over it.";
    return null;
  }

  /** What never should happen has happened: the others talk on, this call ends. */
  #broke(error: unknown): void {
    this.#log.error({ err: error }, 'something went wrong in this call');
    if (this.#isBroken || this.over) return;
    this.#isBroken = true;
    const { callId } = this.record;
    this.#around.publish({ type: 'alert', level: 'error', message: 'Something went wrong inside Ringside; this call is ended.', callId });
    this.hangUp('bridge', 'something went wrong inside Ringside');
  }

  #isOurs(carrierCallId: string): boolean {
    if (this.over || (this.leg.carrierCallId !== null && this.leg.carrierCallId !== carrierCallId)) return false;
    this.#leg.know({ carrierCallId, requestId: null });
    return true;
  }

  #redirect(document: CallDocument): void {
    const { maxCallMs } = this.record;
    this.#leg.redirect(
      document,
      this.#owner.linksFor(this, document.kind === 'stream' || document.kind === 'relay'),
      carrierLimitMs(maxCallMs) + limitGraceMs,
    );
  }

  /** The line is dead, and nobody speaks any more. */
  #finish(outcome: Outcome): void {
    // The end may be the first that the carrier told, and with it the name under which its own records have the call.
    if (this.leg.carrierCallId !== null) this.#book.patch({ carrierCallId: this.leg.carrierCallId });
    this.#guard.run(() => this.people.ended());
    this.#guard.run(() => this.#conversation.hush());
    this.#leg.close();
    this.#attempt.close();
    this.#attention.close();
    this.#feed.close();
    this.#closing.begin(outcome);
  }

  #makeClosing(): CallClosing {
    const { clock, publish } = this.#around;
    return new CallClosing({
      clock,
      guard: this.#guard,
      store: (outcome) => this.#book.close(outcome, this.script, this.#conversation),
      stored: (outcome) => {
        this.#guard.run(() => this.#owner.ended(this, outcome, this.#news.stopsCampaign ?? this.#conversation.fatalProblem));
        this.#guard.run(() => publish({ type: 'call.changed', call: this.summary() }));
      },
      awaitsNews: () => this.#conversation.awaitsNews,
      close: () => {
        this.people.close();
        return this.#conversation.close();
      },
      gone: () => this.#owner.gone(this),
    });
  }

  #makeFeed(): ChangeFeed {
    const { clock, publish } = this.#around;
    return new ChangeFeed({
      clock,
      costMicros: () => this.#book.costMicros,
      costChanged: () => this.#changed(),
      tell: () => {
        if (!this.over) publish({ type: 'call.changed', call: this.summary() });
      },
    });
  }

  /** Something about it is other than before. */
  #changed(): void {
    this.#closing.look();
    if (this.over) return;
    this.#view.look();
    this.#attempt.personHas(this.people.holder !== null || this.#conversation.flow.kind === 'transferring');
    this.#owner.changed(this);
    this.#attention.look();
    this.#feed.changed();
  }
}
