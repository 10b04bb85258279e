import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallsService } from '#bridge/calls/calls-service.ts';
import { call as callSchema } from '#bridge/contract/calls.ts';
import type { CallClipId, CriterionId } from '#bridge/contract/ids.ts';
import type { Criterion, ScoreAnswer } from '#bridge/contract/scores.ts';
import { standardScorecard } from '#bridge/domain/score.ts';
import { reviewOf } from '#test/support/call-review.ts';
import { CallStage } from '#test/support/call-stage.ts';
import { aSession } from '#test/support/fake-calls.ts';
import { FakeDialer } from '#test/support/fake-dialer.ts';

let stage: CallStage;
let calls: CallsService;
let card: readonly Criterion[];
beforeEach(async () => {
  stage = await CallStage.open();
  card = standardScorecard;
  calls = new CallsService(
    stage.desk,
    new FakeDialer(stage.store, stage.clock),
    reviewOf(stage.desk, () => card),
  );
});
afterEach(() => stage[Symbol.asyncDispose]());

const idOf = (index: number) => card[index]?.id as CriterionId;
const answered = (answers: readonly (ScoreAnswer | null)[]) => answers.map((answer, index) => ({ criterionId: idOf(index), answer }));
async function ended() {
  await stage.talk();
  stage.end();
  return stage.call.record.callId;
}
const told = () => stage.events.findLast(({ type }) => type === 'call.changed');

describe('a call that goes on', () => {
  it('is neither tagged, scored nor cut', async () => {
    await stage.talk();
    const { callId } = stage.call.record;
    expect(calls.get(callId).score).toBeUndefined();
    for (const judge of [
      () => calls.setTags(callId, ['vip']),
      () => calls.score(callId, aSession(), answered(['yes'])),
      () => calls.addClip(callId, aSession(), { fromMs: 0, toMs: 500, note: null }),
    ])
      expect(judge).toThrow(expect.objectContaining({ code: 'state/conflict' }));
  });
});

describe('an announcement that is over', () => {
  it.each([
    ['was spoken to its end', '', 'yes'],
    ['was left before', null, null],
  ] as const)('%s', async (_name, digits, answer) => {
    await using other = await CallStage.open({ attempt: { ladder: ['announcement'] } });
    const review = reviewOf(other.desk, () => card);
    other.ring();
    other.answer();
    await other.pass(25_000);
    if (digits !== null) other.ask({ kind: 'digits', digits });
    other.end();
    const { score } = new CallsService(other.desk, new FakeDialer(other.store, other.clock), review).get(other.call.record.callId);
    // Nobody of ours has heard who picked up.
    expect(score?.items.find(({ measure }) => measure === 'disclosure-heard')).toMatchObject({ answer });
  });
});

describe('a call that is over', () => {
  it('tells everybody of its tags', async () => {
    const id = await ended();
    expect(calls.setTags(id, ['vip', 'roof'])).toMatchObject({ tags: ['roof', 'vip'] });
    expect(told()).toMatchObject({ call: { id, tags: ['roof', 'vip'] } });
    expect(await calls.tags('rehearsal')).toEqual([
      { tag: 'roof', calls: 1 },
      { tag: 'vip', calls: 1 },
    ]);
    expect(() => calls.setTags('call_x' as never, [])).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('says what its record answers before anybody has scored it', async () => {
    const id = await ended();
    const { score, points } = callSchema.parse(calls.get(id));
    expect(score).toMatchObject({ points: null, scoredBy: null, scoredAt: null });
    expect(score?.items.map(({ by }) => by)).toEqual(['record', 'record', null, null, null]);
    expect(points).toBeUndefined();
  });

  it('has points when the last answer is there, by the questions that it was asked', async () => {
    const id = await ended();
    calls.score(id, aSession({ name: 'Ann' }), answered(['yes', 'no', 'yes']));
    expect(calls.get(id)).toMatchObject({ score: { points: null, scoredBy: 'Ann' } });
    expect(calls.get(id).points).toBeUndefined();
    calls.score(id, aSession({ name: '' }), [
      { criterionId: idOf(3), answer: 'not-applicable' },
      { criterionId: idOf(4), answer: 'yes' },
    ]);
    expect(calls.get(id)).toMatchObject({ points: 88, score: { points: 88, scoredBy: 'Operator' } });
    expect(told()).toMatchObject({ call: { points: 88 } });
    const [first] = standardScorecard;
    if (first) card = [{ ...first, question: 'Something else?' }];
    expect(calls.get(id).score?.items).toHaveLength(5);
    calls.score(id, aSession(), [{ criterionId: standardScorecard[4]?.id as CriterionId, answer: 'no' }]);
    expect(calls.get(id)).toMatchObject({ points: 63 });
  });

  it('is as if nobody had scored it when the last answer is taken back', async () => {
    const id = await ended();
    calls.score(id, aSession(), answered(['no']));
    expect(calls.get(id)).toMatchObject({ points: 0 });
    calls.score(id, aSession(), answered([null]));
    expect(calls.get(id).score).toMatchObject({ scoredBy: null, points: null });
    expect(calls.get(id).points).toBeUndefined();
  });

  it('refuses an answer to a question that it was not asked, and changes nothing', async () => {
    const id = await ended();
    const wrong = [
      { criterionId: idOf(0), answer: 'no' as const },
      { criterionId: 'nothing' as CriterionId, answer: 'yes' as const },
    ];
    expect(() => calls.score(id, aSession(), wrong)).toThrow(
      expect.objectContaining({ code: 'input/invalid', details: [expect.objectContaining({ field: 'answers.1.criterionId' })] }),
    );
    expect(calls.get(id).score?.scoredBy).toBeNull();
  });

  it('has no scorecard where nothing is asked', async () => {
    card = [];
    expect(calls.get(await ended()).score).toBeUndefined();
  });

  it('loses a mark that was set by mistake, and tells whoever watches', async () => {
    await stage.talk();
    const { callId } = stage.call.record;
    const early = calls.mark(callId, aSession(), 'too early', 100);
    calls.removeMark(callId, early.id);
    expect(calls.get(callId).marks).toEqual([]);
    expect(stage.events).toContainEqual({ type: 'call.mark-removed', callId, markId: early.id });
    stage.end();
    const late = calls.mark(callId, aSession(), null, 200);
    calls.removeMark(callId, late.id);
    expect(calls.get(callId).marks).toEqual([]);
    expect(() => calls.removeMark(callId, late.id)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('cannot be cut without a recording', async () => {
    const id = await ended();
    stage.store.attempts.update(stage.call.record.id, { recordingFile: 'rehearsal/2026-11/not-there.wav' });
    expect(() => calls.addClip(id, aSession(), { fromMs: 0, toMs: 500, note: null })).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
    expect(() => calls.removeClip(id, 'clip_x' as CallClipId)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});

describe('a call that nobody answered', () => {
  it('can be tagged, and is not scored', async () => {
    stage.end();
    const { callId } = stage.call.record;
    expect(calls.setTags(callId, ['again']).tags).toEqual(['again']);
    expect(calls.get(callId).score).toBeUndefined();
    expect(() => calls.score(callId, aSession(), answered(['yes']))).toThrow(expect.objectContaining({ code: 'state/conflict' }));
  });
});
