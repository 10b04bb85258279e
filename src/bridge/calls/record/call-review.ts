import type { Call, CallClip } from '#bridge/contract/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { Publish } from '#bridge/contract/feed.ts';
import type { CallClipId, CriterionId } from '#bridge/contract/ids.ts';
import type { Criterion, ScoreAnswer } from '#bridge/contract/scores.ts';
import { pointsOf, type ScoredCall, scoreItems } from '../../domain/score.ts';
import type { AttemptRecord } from '../../store/records.ts';
import type { Store, StoredScore } from '../../store/store.ts';
import { newId } from '../new-id.ts';

export interface CallReviewParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly publish: Publish;
  /** What is asked of calls at this moment. */
  readonly scorecard: () => readonly Criterion[];
}

export interface Answered {
  readonly criterionId: CriterionId;
  /** Null takes an answer back. */
  readonly answer: ScoreAnswer | null;
}

/** What people make of calls that are over: labels, answers to the scorecard, and what they cut out of the recording. */
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

  /** @throws `state/conflict` while it goes on */
  setTags(record: AttemptRecord, tags: readonly string[]): void {
    assertOver(record, 'tagged');
    this.#parts.store.review.setTags(record.id, tags);
    this.#changed(record);
  }

  /** @throws `state/conflict` while it goes on, and when it was never answered; `input/invalid` for a question that is not on its card */
  score(record: AttemptRecord, by: string, answers: readonly Answered[]): void {
    assertOver(record, 'scored');
    if (record.answeredAtMs === null) throw new BridgeError('state/conflict', 'Nobody answered this call; there is nothing to score.');
    const { store, clock } = this.#parts;
    const card = this.#card(record);
    const given = new Map(
      store.review.score(record.id)?.items.flatMap(({ id, answer, by: who }) => (who === 'person' && answer ? [[id, answer]] : [])),
    );
    for (const [index, { criterionId, answer }] of answers.entries()) {
      if (!card.some(({ id }) => id === criterionId)) throw unknownQuestion(index);
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
    assertOver(record, 'cut');
    const { store, clock } = this.#parts;
    const durationMs = record.recordingFile === null ? null : store.recordings.durationMs(record.recordingFile);
    if (durationMs === null) throw new BridgeError('not-found', 'This call has no recording.');
    if (toMs > durationMs) {
      const message = `is beyond the end of the recording, ${durationMs} ms`;
      throw new BridgeError('input/invalid', `The input is not right. toMs: ${message}`, { details: [{ field: 'toMs', message }] });
    }
    const clip: CallClip = { id: newId<CallClipId>('clip'), fromMs, toMs, note, by, at: new Date(clock.nowMs()).toISOString() };
    store.review.addClip(record.id, clip);
    this.#changed(record);
    return clip;
  }

  /** @throws `not-found` */
  removeClip(record: AttemptRecord, id: CallClipId): void {
    if (!this.#parts.store.review.removeClip(record.id, id)) throw new BridgeError('not-found', 'There is no such clip.');
    this.#changed(record);
  }

  #score(record: AttemptRecord): Call['score'] | null {
    const stored = this.#parts.store.review.score(record.id);
    if (stored) return { ...fieldsOf(stored), scoredBy: stored.scoredBy, scoredAt: new Date(stored.scoredAtMs).toISOString() };
    const items = scoreItems(this.#parts.scorecard(), new Map(), this.#known(record));
    return items.length === 0 ? null : { items: [...items], points: pointsOf(items), scoredBy: null, scoredAt: null };
  }

  /** A call that was scored keeps the questions that it was asked. */
  #card(record: AttemptRecord): readonly Criterion[] {
    return this.#parts.store.review.score(record.id)?.items ?? this.#parts.scorecard();
  }

  #known(record: AttemptRecord): ScoredCall {
    const { store } = this.#parts;
    const disclosure = store.agents.get(record.agentId, record.agentVersion)?.disclosure ?? '';
    return {
      isHuman: record.answerType === 'human',
      hasDisclosure: disclosure.trim() !== '',
      disclosureHeard: record.disclosurePlayedAtMs !== null,
      replyMs: store.attempts.turns(record.id).map(({ latencyMs }) => latencyMs),
    };
  }

  #changed({ id }: AttemptRecord): void {
    const { store, publish } = this.#parts;
    publish({ type: 'call.changed', call: store.attempts.summary({ id }) });
  }
}

function fieldsOf({ items, points }: StoredScore): Pick<NonNullable<Call['score']>, 'items' | 'points'> {
  return { items: [...items], points };
}

function assertOver({ phase }: AttemptRecord, what: string): void {
  if (phase !== 'ended') throw new BridgeError('state/conflict', `The call still goes on; it can be ${what} when it is over.`);
}

function unknownQuestion(index: number): BridgeError {
  const field = `answers.${index}.criterionId`;
  const message = 'is no question of the scorecard of this call';
  return new BridgeError('input/invalid', `The input is not right. ${field}: ${message}`, { details: [{ field, message }] });
}
