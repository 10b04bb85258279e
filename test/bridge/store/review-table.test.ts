import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallClip } from '#bridge/contract/calls.ts';
import { type AttemptId, type CallClipId, criterionId } from '#bridge/contract/ids.ts';
import type { ScoreItem } from '#bridge/contract/scores.ts';
import type { AttemptRecord } from '#bridge/store/records.ts';
import type { Store } from '#bridge/store/store.ts';
import { addAttempt, ending, openTestStore, phoneNumber } from '../../support/store.ts';

let store: Store;
let numbers = 0;
beforeEach(async () => {
  store = await openTestStore();
});
afterEach(() => store.close());

function past(fields: NonNullable<Parameters<typeof addAttempt>[1]> = {}): AttemptRecord {
  numbers += 1;
  const attempt = addAttempt(store, { to: phoneNumber(numbers), createdAtMs: numbers * 1_000, ...fields });
  store.attempts.end(attempt.id, ending(), null);
  return attempt;
}

const item: ScoreItem = {
  id: criterionId.parse('kind'),
  question: 'Was it kind?',
  weight: 10,
  isFatal: false,
  measure: null,
  answer: 'yes',
  by: 'person',
};
const tagsOf = ({ id }: { readonly id: AttemptId }) => store.attempts.summary({ id }).tags;

describe('the tags of a call', () => {
  it('are all replaced, stand in order, and are absent when there is none', () => {
    const call = past();
    expect(tagsOf(call)).toBeUndefined();
    store.review.setTags(call.id, ['vip', 'Angry', 'roof']);
    expect(tagsOf(call)).toEqual(['Angry', 'roof', 'vip']);
    store.review.setTags(call.id, ['roof']);
    expect(tagsOf(call)).toEqual(['roof']);
    store.review.setTags(call.id, []);
    expect(tagsOf(call)).toBeUndefined();
  });

  it('are the same in whatever case, and stay as they were first written', async () => {
    const [first, second] = [past(), past()];
    store.review.setTags(first.id, ['VIP']);
    store.review.setTags(second.id, ['vip', 'Vip', 'new']);
    expect(tagsOf(second)).toEqual(['new', 'VIP']);
    expect(await store.search.tags(null)).toEqual([
      { tag: 'VIP', calls: 2 },
      { tag: 'new', calls: 1 },
    ]);
  });

  it('are counted in one world, or in both', async () => {
    const [rehearsed, real] = [past(), past({ world: 'real' })];
    for (const { id } of [rehearsed, real]) store.review.setTags(id, ['vip']);
    store.review.setTags(real.id, ['vip', 'sold']);
    expect(await store.search.tags('rehearsal')).toEqual([{ tag: 'vip', calls: 1 }]);
    expect(await store.search.tags(null)).toEqual([
      { tag: 'vip', calls: 2 },
      { tag: 'sold', calls: 1 },
    ]);
  });

  it('and whether it was scored find it among all others, newest first, page by page', async () => {
    const calls = Array.from({ length: 6 }, () => past());
    const [a, b, c, d] = calls.toReversed() as [AttemptRecord, AttemptRecord, AttemptRecord, AttemptRecord];
    for (const { id } of [a, c, d]) store.review.setTags(id, ['vip']);
    const score = { items: [item], scoredBy: 'Ann', scoredAtMs: 5 };
    store.review.saveScore(b.id, { ...score, points: 100 });
    store.review.saveScore(c.id, { ...score, points: 0 });
    store.review.saveScore(d.id, { ...score, points: null });
    const found = async (filter: object) => (await store.search.calls({ limit: 9, ...filter })).map(({ id }) => id);
    expect(await found({ tag: 'Vip' })).toEqual([a, c, d].map(({ callId }) => callId));
    expect(await found({ tag: 'vip', limit: 1, after: a.callId })).toEqual([c.callId]);
    expect(await found({ tag: 'vip', world: 'real' })).toEqual([]);
    expect(await found({ scored: true })).toEqual([b, c].map(({ callId }) => callId));
    expect(await found({ scored: true, tag: 'vip', outcome: 'completed' })).toEqual([c.callId]);
    expect(await found({ scored: false })).toHaveLength(4);
    expect(await store.search.countCalls({ scored: false, tag: 'vip' })).toBe(2);
    expect((await store.search.calls({ limit: 2 })).map(({ points, tags }) => [points, tags])).toEqual([
      [undefined, ['vip']],
      [100, undefined],
    ]);
  });
});

describe('the score of a call', () => {
  it('is kept with its questions, changed, and taken away', () => {
    const { id } = past();
    expect(store.review.score(id)).toBeNull();
    const score = { items: [item], points: 100, scoredBy: 'Ann', scoredAtMs: 5 };
    store.review.saveScore(id, score);
    expect(store.review.score(id)).toEqual(score);
    const changed = { items: [{ ...item, answer: null, by: null }], points: null, scoredBy: 'Ben', scoredAtMs: 6 } as const;
    store.review.saveScore(id, changed);
    expect(store.review.score(id)).toEqual(changed);
    store.review.removeScore(id);
    expect(store.review.score(id)).toBeNull();
  });
});

describe('the clips of a call', () => {
  it('stand in the order of the recording, and each goes alone', () => {
    const { id } = past();
    const clip = (name: string, fromMs: number): CallClip => ({
      id: name as CallClipId,
      fromMs,
      toMs: fromMs + 500,
      note: name === 'late' ? null : 'what a laugh',
      by: 'Ann',
      at: '2026-11-23T10:00:00.000Z',
    });
    const [late, early] = [clip('late', 9_000), clip('early', 1_000)];
    for (const one of [late, early]) store.review.addClip(id, one);
    expect(store.review.clips(id)).toEqual([early, late]);
    expect(store.review.removeClip(past().id, early.id)).toBe(false);
    expect(store.review.removeClip(id, early.id)).toBe(true);
    expect(store.review.removeClip(id, early.id)).toBe(false);
    expect(store.review.clips(id)).toEqual([late]);
  });
});

describe('what people made of a call', () => {
  it('goes with its words where it may name somebody, and with its sound where it is of the sound', () => {
    const { id } = past();
    const clip = { id: 'clip' as CallClipId, fromMs: 0, toMs: 500, note: 'Grace laughs', by: 'Ann', at: '2026-11-23T10:00:00.000Z' };
    store.review.setTags(id, ['Grace']);
    store.review.addClip(id, clip);
    store.review.saveScore(id, { items: [item], points: 100, scoredBy: 'Ann', scoredAtMs: 5 });
    store.erasure.words(id);
    expect(tagsOf({ id })).toBeUndefined();
    expect(store.review.clips(id)).toEqual([{ ...clip, note: null }]);
    expect(store.review.score(id)?.points).toBe(100);
    store.erasure.audio(id);
    expect(store.review.clips(id)).toEqual([]);
  });
});
