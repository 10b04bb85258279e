import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { Outcome, Party } from '#bridge/contract/words.ts';
import type { CallLinks, HangupCause, LegEvent, LegRecord } from '../../carriers/carrier.ts';
import type { AttemptRecord } from '../../store/records.ts';
import { isWithCarrier } from '../call-facts.ts';
import type { CallGuard } from '../call-guard.ts';
import type { CallScript } from '../call-script.ts';
import type { Conversation } from '../conversation.ts';
import type { CallAttention } from '../record/call-attention.ts';
import type { CallBook } from '../record/call-book.ts';
import { restartedWithApology } from '../served-documents.ts';
import type { AttemptRunner } from './attempt-runner.ts';
import type { CarrierLeg } from './carrier-leg.ts';

/** An apology takes this long at the most. */
const apologyMs = 30_000;

export interface LegNewsParts {
  readonly record: AttemptRecord;
  readonly script: CallScript;
  readonly clock: Clock;
  readonly log: Logger;
  readonly book: CallBook;
  readonly guard: CallGuard;
  readonly attention: CallAttention;
  readonly leg: CarrierLeg;
  conversation(): Conversation;
  attempt(): AttemptRunner;
  /** Somebody has picked up, in this run of the program. */
  answered(): void;
  /** Fresh public addresses, for a document without a stream. */
  links(): CallLinks;
  hangUp(by: Party, reason: string): void;
}

/** What becomes of a call by what its carrier tells of the leg: in webhooks, in its records, and by what it asks us for. */
export class LegNews {
  readonly #parts: LegNewsParts;
  /** A document was asked for in this run of the program. */
  #served = false;
  /** The carrier was told to apologise, because another run of this program lost the audio. */
  #isSorry = false;
  #stopsCampaign: string | null = null;

  constructor(parts: LegNewsParts) {
    this.#parts = parts;
  }

  /** Why nobody in this campaign can be dialled, by the cause that the carrier gave; null when that is not so. */
  get stopsCampaign(): string | null {
    return this.#stopsCampaign;
  }

  /** A webhook. */
  heard(event: LegEvent): void {
    const { book, leg, log, attention } = this.#parts;
    const conversation = this.#parts.conversation();
    const attempt = this.#parts.attempt();
    if ('leg' in event) leg.know(event.leg);
    switch (event.type) {
      case 'leg.queued':
        attempt.step({ type: 'leg.queued' });
        return;
      case 'leg.ringing':
        // Told after the answer, its time would say nothing.
        if (!this.#isOver && book.answeredAtMs === null) book.hops.reach('ringing', event.atMs);
        attempt.step({ type: 'leg.ringing' });
        return;
      case 'leg.answered':
        this.answered(event.atMs);
        return;
      case 'leg.document-served':
        if (!this.#isOver) book.hops.reach('document-served', event.atMs, event.document);
        return;
      case 'leg.ended':
        // The webhook that told of the answer may have come while nobody listened.
        if (event.durationMs !== null && event.durationMs > 0) this.#answeredEarlier(event.atMs - event.durationMs);
        this.ended(event.outcome, event.cause, event.atMs);
        return;
      case 'leg.machine-detected':
        attention.carrierSays(event.answerType);
        conversation.machineDetected(event.answerType);
        return;
      case 'leg.digits':
        conversation.pressed(event.digits);
        return;
      case 'leg.dial-answered':
        conversation.dialAnswered();
        return;
      case 'leg.dial-ended':
        conversation.dialEnded(event.result, event.cause);
        return;
      case 'leg.stream-trouble':
        log.warn({ detail: event.detail }, 'the carrier reports trouble with the media stream');
        return;
      case 'leg.recording-ready':
        log.info({ recordingId: event.recordingId }, "the carrier's own recording is ready");
        return;
    }
  }

  /** It asks what the leg shall run. */
  asks(): void {
    this.#served = true;
  }

  /** Somebody has picked up. */
  answered(atMs: number): void {
    const { book } = this.#parts;
    if (this.#isOver || book.answeredAtMs !== null) return;
    book.answered(atMs);
    this.#parts.attempt().step({ type: 'leg.answered', atMs });
    this.#parts.conversation().answered();
    this.#parts.answered();
  }

  /** Another run of this program lost its audio; what the lead hears next must come from documents. */
  resume(answeredAtMs: number): void {
    this.#parts.book.answered(answeredAtMs);
    this.#parts.conversation().resume();
  }

  /** The leg is over, by a webhook or by the carrier's records. */
  ended(outcome: Outcome, cause: HangupCause | null, atMs: number): void {
    if (this.#isOver) return;
    const { book, guard, record } = this.#parts;
    const conversation = this.#parts.conversation();
    book.lineEnded(atMs, cause?.code ?? null);
    if (cause?.stopsCampaign) this.#stopsCampaign = cause.text;
    guard.run(() => conversation.legEnded());
    const { ending } = conversation;
    if (ending) book.endedBy(ending.by, ending.reason);
    else if (record.answeredAtMs !== null && !isWithCarrier(record)) book.endedBy('bridge', 'Ringside was restarted in mid-call');
    else book.lineEndedByItself(cause);
    const how = book.answeredAtMs === null ? outcome : this.#outcomeOfAnswered(outcome, cause);
    this.#parts.attempt().step({ type: 'leg.ended', outcome: how });
  }

  /** The carrier fell silent about this leg, and its records were asked. @param found null when they know nothing of it */
  lookedUp(found: LegRecord | null): void {
    if (this.#isOver) return;
    const { book, clock, hangUp } = this.#parts;
    const nowMs = clock.nowMs();
    if (found === null) this.ended(book.answeredAtMs === null ? 'unknown' : 'completed', null, nowMs);
    else if (found.phase === 'ended') this.ended(found.outcome ?? 'completed', found.cause, found.endedAtMs ?? nowMs);
    else hangUp('bridge', book.answeredAtMs === null ? 'the phone rang past its time' : 'the audio broke off');
  }

  /** What the carrier's records say about a leg that nobody told us of. */
  adopt(found: LegRecord): void {
    const { book, leg, clock, record } = this.#parts;
    const attempt = this.#parts.attempt();
    leg.know(found);
    book.patch({ carrierCallId: leg.ref.carrierCallId, requestId: leg.ref.requestId });
    switch (found.phase) {
      case 'ended':
        if (found.answeredAtMs !== null) this.#answeredEarlier(found.answeredAtMs);
        this.ended(found.outcome ?? 'unknown', found.cause, found.endedAtMs ?? clock.nowMs());
        return;
      case 'queued':
      case 'ringing':
        if (found.phase === 'ringing') book.hops.reach('ringing', clock.nowMs());
        attempt.step({ type: found.phase === 'queued' ? 'leg.queued' : 'leg.ringing' });
        attempt.watchRinging();
        if (found.phase === 'ringing' && book.answeredAtMs === null) this.#parts.conversation().prepare();
        return;
      case 'live':
        if (isWithCarrier(record)) attempt.watchLimit();
        // While the carrier was asked, it may have brought the call to us: then it goes on as any other.
        else if (!this.#served && !this.#isAnsweredHere) this.#apologise(found.answeredAtMs);
        return;
    }
  }

  get #isOver(): boolean {
    return this.#parts.attempt().state.kind === 'ended';
  }

  /** Answered in this run of the program, and not in one before. */
  get #isAnsweredHere(): boolean {
    const { book, record } = this.#parts;
    return book.answeredAtMs !== null && record.answeredAtMs === null;
  }

  /** The carrier tells of an answer that we have missed. Its clock counts in seconds: nobody answers before the dial. */
  #answeredEarlier(answeredAtMs: number): void {
    const { book, record } = this.#parts;
    if (this.#isOver || book.answeredAtMs !== null) return;
    const atMs = Math.max(answeredAtMs, record.submittedAtMs ?? record.createdAtMs);
    this.resume(atMs);
    book.patch({ answeredAtMs: atMs });
  }

  /** A person is on a line that has no audio from us: say so with the carrier's own voice, and end. */
  #apologise(answeredAtMs: number | null): void {
    const { book, clock, leg, links, script } = this.#parts;
    this.#answeredEarlier(answeredAtMs ?? clock.nowMs());
    this.#parts.attempt().step({ type: 'leg.answered', atMs: book.answeredAtMs ?? clock.nowMs() });
    book.endedBy('bridge', restartedWithApology);
    this.#isSorry = true;
    leg.redirect({ kind: 'say-and-hang-up', ...script.brokeOff }, links(), apologyMs);
  }

  /** An answered call was completed, whatever word the carrier ends it with; but whoever picked up and got nothing of us was let down. */
  #outcomeOfAnswered(outcome: Outcome, cause: HangupCause | null): Outcome {
    const { book, record } = this.#parts;
    if (outcome === 'our-error' || this.#isOnlyApology) return 'our-error';
    // Answered while nobody was here: another run of this program placed it, and this one was asked for nothing.
    const wasMissed = record.submittedAtMs !== null && !this.#served && !book.hasSpoken;
    return wasMissed && this.#parts.conversation().ending === null && cause?.party !== 'lead' ? 'our-error' : 'completed';
  }

  /** All that the lead has heard of us is that there was a problem. */
  get #isOnlyApology(): boolean {
    return !this.#parts.book.hasSpoken && (this.#parts.conversation().hasApologised || this.#isSorry);
  }
}
