import type { Call, CallClip } from '#bridge/contract/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError, inputError } from '#bridge/contract/errors.ts';
import type { Publish } from '#bridge/contract/feed.ts';
import type { CallClipId, MarkId } from '#bridge/contract/ids.ts';
import type { OperationInput } from '#bridge/contract/operations.ts';
import type { Criterion } from '#bridge/contract/scores.ts';
import type { Disposition } from '#bridge/contract/words.ts';
import { pointsOf, type ScoredCall, scoreItems } from '../../domain/score.ts';
import type { AttemptRecord } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import { newId } from '../new-id.ts';

export interface CallReviewParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly publish: Publish;
  /** What is asked of calls at this moment. */
  readonly scorecard: () => readonly Criterion[];
}

/** An answer to one question; null takes it back. */
export type Answered = OperationInput<'calls.score'>['answers'][number];

/** What people make of calls that are over: what they meant, labels, answers to the scorecard, and what they cut out of the recording. */
export class CallReview {
  readonly #parts: CallReviewParts;

  constructor(parts: CallReviewParts) {
    this.#parts = parts;
  }

  /** What is to be seen of it on the call. */
  view(record: AttemptRecord): Pick<Call, 'score' | 'clips'> {
    const clips = this.#parts.store.review.clips(record.id);
    const score = record.phase === 'ended' && record.answeredAtMs !== null ? this.#score(record) : null;
    return { ...(score ? { score } : {}), ...(clips.length > 0 ? { clips: [...clips] } : {}) };
  }

  /** What it meant for the business; its lead and the list of numbers never to be called follow. @throws `state/conflict` while it goes on */
  setDisposition(record: AttemptRecord, disposition: Disposition, note: string | null): void {
    assertOver(record, 'its disposition can be set');
    const { store } = this.#parts;
    store.transaction(() => {
      store.attempts.update(record.id, { disposition, ...(note === null ? {} : { note }) });
      if (record.leadId !== null) store.leads.setDisposition(record.leadId, disposition);
      if (disposition === 'do-not-call') store.suppressions.add([record.to], record.world, 'opt-out', record.callId);
    });
    this.#changed(record);
  }

  /** @throws `state/conflict` while it goes on */
  setTags(record: AttemptRecord, tags: readonly string[]): void {
    assertOver(record, 'it can be tagged');
    this.#parts.store.review.setTags(record.id, tags);
    this.#changed(record);
  }

  /** @throws `state/conflict` while it goes on, and when it was never answered; `input/invalid` for a question that is not on its card */
  score(record: AttemptRecord, by: string, answers: readonly Answered[]): void {
    assertOver(record, 'it can be scored');
    if (record.answeredAtMs === null) throw new BridgeError('state/conflict', 'Nobody answered this call; there is nothing to score.');
    const { store, clock } = this.#parts;
    const stored = store.review.score(record.id);
    // A call that was scored keeps the questions that it was asked.
    const card = stored?.items ?? this.#parts.scorecard();
    const given = new Map(stored?.items.flatMap(({ id, answer, by: who }) => (who === 'person' && answer ? [[id, answer]] : [])));
    for (const [index, { criterionId, answer }] of answers.entries()) {
      if (!card.some(({ id }) => id === criterionId)) {
        throw inputError([{ field: `answers.${index}.criterionId`, message: 'is no question of the scorecard of this call' }]);
      }
      if (answer === null) given.delete(criterionId);
      else given.set(criterionId, answer);
    }
    if (given.size === 0) store.review.removeScore(record.id);
    else {
      const items = scoreItems(card, given, this.#known(record));
      store.review.saveScore(record.id, { items, points: pointsOf(items), scoredBy: by, scoredAtMs: clock.nowMs() });
    }
    this.#changed(record);
  }

  /** @throws `not-found` without a recording, `input/invalid` beyond its end, `state/conflict` while it goes on */
  addClip(record: AttemptRecord, by: string, { fromMs, toMs, note }: Pick<CallClip, 'fromMs' | 'toMs' | 'note'>): CallClip {
    assertOver(record, 'it can be cut');
    const { store, clock } = this.#parts;
    const durationMs = record.recordingFile === null ? null : store.recordings.durationMs(record.recordingFile);
    if (durationMs === null) throw new BridgeError('not-found', 'This call has no recording.');
    if (toMs > durationMs) {
      throw inputError([{ field: 'toMs', message: `is beyond the end of the recording, ${durationMs} ms` }]);
    }
    const clip: CallClip = { id: newId<CallClipId>('clip'), fromMs, toMs, note, by, at: new Date(clock.nowMs()).toISOString() };
    store.review.addClip(record.id, clip);
    this.#changed(record);
    return clip;
  }

  /** Of a call that goes on as well. @throws `not-found` */
  removeMark(record: AttemptRecord, markId: MarkId): void {
    const { store, publish } = this.#parts;
    if (!store.attempts.removeMark(record.id, markId)) throw new BridgeError('not-found', 'There is no such mark.');
    publish({ type: 'call.mark-removed', callId: record.callId, markId });
  }

  /** @throws `not-found` */
  removeClip(record: AttemptRecord, id: CallClipId): void {
    if (!this.#parts.store.review.removeClip(record.id, id)) throw new BridgeError('not-found', 'There is no such clip.');
    this.#changed(record);
  }

  #score(record: AttemptRecord): Call['score'] | null {
    const stored = this.#parts.store.review.score(record.id);
    if (stored) {
      const { items, points, scoredBy, scoredAtMs } = stored;
      return { items: [...items], points, scoredBy, scoredAt: new Date(scoredAtMs).toISOString() };
    }
    const items = scoreItems(this.#parts.scorecard(), new Map(), this.#known(record));
    return items.length === 0 ? null : { items: [...items], points: pointsOf(items), scoredBy: null, scoredAt: null };
  }

  #known(record: AttemptRecord): ScoredCall {
    const { store } = this.#parts;
    const disclosure = store.agents.get(record.agentId, record.agentVersion)?.disclosure ?? '';
    const { answerType } = record;
    const byCarrier = record.rung === 'announcement';
    return {
      // The carrier's own voice listens to nobody: whoever picked up is taken for a person.
      isHuman: answerType === 'human' || (byCarrier && (answerType === null || answerType === 'unknown')),
      hasDisclosure: disclosure.trim() !== '',
      disclosureHeard: record.disclosurePlayedAtMs !== null || (byCarrier ? null : false),
      replyMs: store.attempts.turns(record.id).map(({ latencyMs }) => latencyMs),
    };
  }

  #changed({ id }: AttemptRecord): void {
    const { store, publish } = this.#parts;
    publish({ type: 'call.changed', call: store.attempts.summary({ id }) });
  }
}

/** @param then what can be done when it is over */
function assertOver({ phase }: AttemptRecord, then: string): void {
  if (phase !== 'ended') throw new BridgeError('state/conflict', `The call still goes on; ${then} when it is over.`);
}
