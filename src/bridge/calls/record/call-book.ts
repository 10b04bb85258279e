import type { Logger } from 'pino';
import type { CallSummary, CostLine, Hop, Involvement, Nudge, RungChange, Segment, ToolCall, TurnLatency } from '#bridge/contract/calls.ts';
import type { EndCause } from '#bridge/contract/diagnosis.ts';
import type { AnswerType, Disposition, LadderStep, Outcome, Party, Rung, Speaker } from '#bridge/contract/words.ts';
import type { HangupCause } from '../../carriers/carrier.ts';
import type { CallbackWish } from '../../domain/callback-time.ts';
import { causeOf, fallToAnnouncement } from '../../domain/diagnosis.ts';
import { dispositionOf } from '../../domain/disposition.ts';
import { lineEndOf } from '../../domain/line-end.ts';
import { leadAfterAttempt } from '../../domain/retry.ts';
import type { TalkFigures } from '../../media/talk-figures.ts';
import type { AttemptPatch, AttemptRecord } from '../../store/records.ts';
import type { CallScript } from '../call-script.ts';
import type { CallSurroundings } from '../call-surroundings.ts';
import { callbackDueMs } from '../dial/callback-due.ts';
import type { CallAttention } from './call-attention.ts';
import { CostMeter } from './cost-meter.ts';
import { HopLog } from './hop-log.ts';
import { OwedWrites } from './owed-writes.ts';
import { RungLog } from './rung-log.ts';
import { SegmentFeed } from './segment-feed.ts';
import { TranscriptKeeper } from './transcript.ts';

/** What was decided in a conversation. */
export interface TalkResult {
  readonly optedOut: boolean;
  readonly decided: Disposition | null;
  readonly callback: CallbackWish | null;
  /** The carrier's voice came after a conversation, to say that something of ours was broken. */
  readonly hasApologised: boolean;
}

interface LastLine {
  readonly line: string;
  readonly speaker: Speaker;
  readonly startMs: number;
}

/**
 * What is known and kept of one call. Everything final is in the store before anybody is told. A store that refuses (a full disk) is told
 * about and does not take the conversation down with it; what it refused is written in its order as soon as there is room.
 */
export class CallBook {
  readonly hops: HopLog;
  readonly transcript: TranscriptKeeper;
  readonly cost: CostMeter;
  readonly #record: AttemptRecord;
  readonly #around: CallSurroundings;
  readonly #log: Logger;
  readonly #attention: CallAttention;
  readonly #rungs: RungLog;
  readonly #writes: OwedWrites;
  readonly #words: SegmentFeed;
  #answeredAtMs: number | null = null;
  #answeredMonotonicMs = 0;
  #endedAtMs: number | null = null;
  #ended: { readonly by: Party; readonly reason: string } | null = null;
  #hangupCause: string | null = null;
  #answerType: AnswerType | null;
  #disclosed: boolean;
  #hadPerson: boolean;
  #last: LastLine | null = null;
  #neverLeft = false;
  #closed = false;
  /** How it ended, kept because what is decided late changes the cause of its end. */
  #outcome: Outcome | null = null;
  #stored: CallSummary | null = null;
  #leadWords: ((segment: Segment) => void) | null = null;

  /** @param attention sees what may need a person */
  constructor(record: AttemptRecord, around: CallSurroundings, log: Logger, attention: CallAttention) {
    this.#record = record;
    this.#around = around;
    this.#log = log;
    this.#attention = attention;
    this.#answerType = record.answerType;
    const { clock, publish } = around;
    this.#writes = new OwedWrites({ callId: record.callId, clock, log, publish });
    this.#words = new SegmentFeed({ callId: record.callId, clock, publish });
    this.#rungs = new RungLog({
      ladder: record.ladder,
      rung: record.rung,
      changes: record.rung === null ? [] : around.store.attempts.rungChanges(record.id),
      isAnswered: () => this.#answeredAtMs !== null,
      now: () => clock.nowMs(),
      spoken: (rung) => this.patch({ rung }),
      changed: (change) => this.#keep(() => around.store.attempts.addRungChange(record.id, change)),
      note: (text) => this.transcript.note('system', text, this.nowSinceAnswerMs()),
    });
    this.#disclosed = record.disclosurePlayedAtMs !== null;
    this.#hadPerson = this.stored.personInvolved;
    this.cost = new CostMeter(record.carrier);
    this.hops = new HopLog(
      record.submittedAtMs ?? around.clock.nowMs(),
      (hop) => this.#hopReached(hop),
      around.store.attempts.hops(record.id),
    );
    this.transcript = new TranscriptKeeper({
      changed: (segment) => {
        this.#last = later(this.#last, segment);
        if (segment.final) this.#keep(() => around.store.transcripts.save(record.id, segment));
        this.#words.tell(segment);
        attention.segment(segment);
        if (segment.speaker === 'lead') this.#leadWords?.(segment);
      },
    });
  }

  get answeredAtMs(): number | null {
    return this.#answeredAtMs;
  }

  /** The answer on the monotonic clock. */
  get answeredMonotonicMs(): number {
    return this.#answeredMonotonicMs;
  }

  /** Who picked up, as far as anybody has told. */
  get answerType(): AnswerType | null {
    return this.#answerType;
  }

  get rung(): Rung | null {
    return this.#rungs.rung;
  }

  /** When and why another voice took over last. */
  get rungChange(): RungChange | null {
    return this.#rungs.last;
  }

  /** Something of what the call was made for has been said, by the AI or by the carrier's own voice. */
  get hasSpoken(): boolean {
    return this.#rungs.isWithoutStream || this.hops.has('first-audio-sent');
  }

  /** The last words in this run of the program, and who said them. */
  get last(): LastLine | null {
    return this.#last;
  }

  get ended(): { readonly by: Party; readonly reason: string } | null {
    return this.#ended;
  }

  get talkMs(): number {
    return this.#answeredAtMs === null ? 0 : Math.max(0, (this.#endedAtMs ?? this.#around.clock.nowMs()) - this.#answeredAtMs);
  }

  get costMicros(): number {
    return this.cost.totalMicros(this.#endedAtMs ?? this.#around.clock.nowMs());
  }

  /** What the store tells of it, its last words apart. While the call goes on nobody else writes about it: read again after a patch. */
  get stored(): CallSummary {
    if (this.#closed) this.#stored = null;
    this.#stored ??= this.#around.store.attempts.summary(this.#record);
    return this.#stored;
  }

  /** Milliseconds since the answer of a moment on the monotonic clock; 0 before the answer. */
  sinceAnswerMs(monotonicMs: number): number {
    return this.#answeredAtMs === null ? 0 : monotonicMs - this.#answeredMonotonicMs;
  }

  nowSinceAnswerMs(): number {
    return Math.max(0, Math.round(this.sinceAnswerMs(this.#around.clock.monotonicMs())));
  }

  answered(atMs: number): void {
    const { clock } = this.#around;
    this.#answeredAtMs = atMs;
    this.#answeredMonotonicMs = clock.monotonicMs() - Math.max(0, clock.nowMs() - atMs);
    this.cost.answered(atMs, this.#record.answeringMachine !== 'off');
    this.hops.reach('answered', atMs);
  }

  /** Which voice speaks in place of a better one; null when the one does with which the call began. */
  get rungBelow(): { readonly from: string; readonly to: string; readonly because: string } | null {
    return this.#rungs.below;
  }

  setRung(rung: Rung): void {
    this.#rungs.set(rung);
  }

  /** Another voice speaks from now on. */
  rungChanged(from: LadderStep | null, to: Rung, because: string): void {
    this.#rungs.to(from, to, because);
  }

  /** No voice is left: a person of ours is rung for the lead. */
  personRung(name: string, because: string): void {
    this.#rungs.toPerson(name, because);
  }

  /** The carrier's own voice has the call, in place of whoever was to speak. */
  announced(because: string): void {
    this.#rungs.toAnnouncement(because);
  }

  /** Who picked up, and what says so; the last word counts. */
  setAnswerType(answerType: AnswerType, answerReason: string): void {
    this.#answerType = answerType;
    this.patch({ answerType, answerReason });
  }

  /** Who is told of the lead's words, as they come. */
  onLeadWords(listener: (segment: Segment) => void): void {
    this.#leadWords = listener;
  }

  /** How long either side has spoken. */
  talked(talk: TalkFigures): void {
    this.patch({ talk });
  }

  disclosurePlayed(): void {
    if (this.#disclosed) return;
    this.#disclosed = true;
    const nowMs = this.#around.clock.nowMs();
    this.patch({ disclosurePlayedAtMs: nowMs });
    this.hops.reach('disclosure-played', nowMs);
  }

  /** Who ended it and why; the first word stands. */
  endedBy(by: Party, reason: string): void {
    this.#ended ??= { by, reason };
  }

  /** Called off before anything was sent. */
  takenBack(reason: string): void {
    this.#neverLeft = true;
    this.endedBy('bridge', reason);
  }

  /** The line went dead at this moment. @param cause the carrier's own word for it */
  lineEnded(atMs: number, cause: string | null): void {
    this.#endedAtMs = atMs;
    this.#hangupCause = cause;
  }

  toolUsed(tool: Omit<ToolCall, 'atMs'>): void {
    const toolCall = { ...tool, atMs: this.nowSinceAnswerMs() };
    this.#keep(() => this.#around.store.attempts.addToolCall(this.#record.id, toolCall));
    this.#around.publish({ type: 'call.tool', callId: this.#record.callId, toolCall });
    this.#attention.tool(tool);
  }

  turn(latency: TurnLatency): void {
    this.#keep(() => this.#around.store.attempts.addTurn(this.#record.id, latency));
    this.#around.publish({ type: 'call.turn', callId: this.#record.callId, turn: latency });
    this.#attention.turn(latency);
  }

  usage(line: CostLine): void {
    this.cost.engine(line.micros);
    this.#keep(() => this.#around.store.attempts.addCost(this.#record.id, line));
    if (this.#closed) this.patch({ costMicros: this.costMicros });
  }

  /** A person of ours has had a hand in it. */
  personInvolved(): void {
    if (this.#hadPerson) return;
    this.#hadPerson = true;
    this.patch({ personInvolved: true });
  }

  involvement(involvement: Involvement): void {
    this.#keep(() => this.#around.store.attempts.saveInvolvement(this.#record.id, involvement));
    this.#around.publish({ type: 'call.involvement', callId: this.#record.callId, involvement });
  }

  nudge(nudge: Nudge): void {
    this.#keep(() => this.#around.store.attempts.saveNudge(this.#record.id, nudge));
    this.#around.publish({ type: 'call.nudge', callId: this.#record.callId, nudge });
  }

  /** Durable when it returns, unless the disk refuses. */
  suppress(quote: string): void {
    const { to, world, callId } = this.#record;
    this.#keep(() => this.#around.store.suppressions.add([to], world, 'opt-out', callId));
    // On the disk within milliseconds, seconds before the call can end; that it was refused is told by whatever is written next.
    this.#around.store.synced().catch(() => undefined);
    if (this.#closed) this.#decidedLate('do-not-call');
    this.#log.info({ quoteLength: quote.length }, 'the lead opted out; the number is suppressed');
  }

  /** The carrier told of it only after the end. */
  wasTransferred(): void {
    if (this.#closed) this.#decidedLate('transferred');
  }

  patch(patch: AttemptPatch): void {
    this.#keep(() => {
      this.#stored = null;
      this.#around.store.attempts.update(this.#record.id, patch);
    });
  }

  /**
   * The attempt is over: its end and what becomes of its lead, in one transaction.
   * @returns false when the disk refuses: then it has not ended for anybody, and is to be closed again later
   */
  close(outcome: Outcome, script: CallScript, talk: TalkResult): boolean {
    const { clock, store, random } = this.#around;
    const endedAtMs = this.#endedAtMs ?? clock.nowMs();
    this.#endedAtMs = endedAtMs;
    this.#outcome = outcome;
    this.#ended ??= { by: 'unknown', reason: 'the carrier gave no reason' };
    const { by, reason } = this.#ended;
    this.cost.ended(endedAtMs);
    this.hops.reach('ended', endedAtMs, reason);
    const { talkMs } = this;
    const answerType = this.#answerType;
    const disposition = dispositionOf({
      outcome,
      answerType,
      talkMs,
      optedOut: talk.optedOut,
      decided: talk.decided,
      announced: this.rung === 'announcement' && !talk.hasApologised,
      endedBy: by,
    });
    const { leadId, id } = this.#record;
    const end = () =>
      store.transaction(() => {
        const attempt = {
          outcome,
          disposition,
          answerType,
          talkMs,
          attempts: script.leadAttempts,
          faults: leadId === null ? 0 : store.attempts.faultsInARow(leadId),
          callbackAtMs: talk.callback === null ? null : callbackDueMs(store, this.#record, talk.callback, clock.nowMs()),
          policy: script.retry,
          neverLeft: this.#neverLeft,
          nowMs: clock.nowMs(),
          random,
        };
        for (const line of this.cost.carrierLines(endedAtMs)) store.attempts.addCost(id, line);
        const ending = {
          outcome,
          disposition,
          answerType,
          hangupCause: this.#hangupCause,
          endCause: this.#endCause(disposition),
          endedBy: by,
          endedReason: reason,
          endedAtMs,
          talkMs,
          costMicros: this.costMicros,
        };
        store.attempts.end(id, ending, leadId === null ? null : leadAfterAttempt(attempt));
      });
    this.#closed = this.#writes.last(end);
    return this.#closed;
  }

  /** Of an attempt that is over. */
  #endCause(disposition: Disposition): EndCause | null {
    const { callId, ladder } = this.#record;
    const call = {
      id: callId,
      startedAt: new Date(this.#answeredAtMs ?? this.#around.clock.nowMs()).toISOString(),
      isOver: true,
      rung: this.rung,
      ladder: ladder.filter((step) => step !== 'human'),
      fall: fallToAnnouncement(this.#rungs.changes),
      hops: this.hops.all,
      outcome: this.#outcome,
      disposition,
      endedBy: this.#ended?.by ?? null,
      endedReason: this.#ended?.reason ?? null,
    };
    return causeOf(call);
  }

  /** Nothing more will be said. */
  finishTranscript(): void {
    this.transcript.finish(this.talkMs);
    this.#words.close();
    this.#writes.pay();
  }

  /** Nobody on our side ended it. @param cause the carrier's word */
  lineEndedByItself(cause: HangupCause | null): void {
    const end = lineEndOf({
      isAnswered: this.#answeredAtMs !== null,
      rung: this.rung,
      cause,
      hasReached: (hop) => this.hops.has(hop),
    });
    this.endedBy(end.by, end.reason);
  }

  /** The call is in the store already, and its lead with it. */
  #decidedLate(disposition: Disposition): void {
    const { id, leadId } = this.#record;
    const { store, publish } = this.#around;
    const decide = () =>
      store.transaction(() => {
        const endCause = this.#endCause(disposition);
        store.attempts.update(id, { disposition, endCause, ...(disposition === 'transferred' ? { personInvolved: true } : {}) });
        if (leadId !== null) store.leads.setDisposition(leadId, disposition);
      });
    this.#writes.keep(decide, () => {
      const record = store.attempts.get(id);
      if (record) publish({ type: 'call.changed', call: store.attempts.summary(record) });
    });
  }

  #hopReached(hop: Hop): void {
    this.#keep(() => this.#around.store.attempts.addHop(this.#record.id, hop));
    this.#around.publish({ type: 'call.hop', callId: this.#record.callId, hop });
  }

  #keep(write: () => void): void {
    this.#writes.keep(write);
  }
}

/** Notes are no words, and what an earlier turn turns out to have been is not the last. */
function later(last: LastLine | null, { speaker, text, heardText, startMs }: Segment): LastLine | null {
  const line = heardText ?? text;
  if (speaker === 'system' || line === '' || (last !== null && startMs < last.startMs)) return last;
  return { line, speaker, startMs };
}
