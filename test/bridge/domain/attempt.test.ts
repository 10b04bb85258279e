import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AttemptEffect, type AttemptEvent, type AttemptState, firstAttemptState, stepAttempt } from '#bridge/domain/attempt.ts';

function following(...events: readonly AttemptEvent[]): { state: AttemptState; effects: AttemptEffect[] } {
  const effects: AttemptEffect[] = [];
  let state = firstAttemptState;
  for (const event of events) {
    const [next, more] = stepAttempt(state, event);
    state = next;
    effects.push(...more);
  }
  return { state, effects };
}

const answered: AttemptEvent = { type: 'leg.answered', atMs: 1_000 };
const ended: AttemptEvent = { type: 'leg.ended', outcome: 'completed' };

describe('an attempt', () => {
  it('climbs from the intent to the answer and ends', () => {
    const { state } = following({ type: 'request.leaving' }, { type: 'request.accepted' }, { type: 'leg.ringing' }, answered, ended);
    expect(state).toEqual({ kind: 'ended', outcome: 'completed' });
  });

  it('keeps the answer when the ringing webhook arrives after it', () => {
    const { state } = following({ type: 'request.leaving' }, answered, { type: 'leg.ringing' }, { type: 'request.accepted' });
    expect(state).toEqual({ kind: 'answered', answeredAtMs: 1_000 });
  });

  it('is unknown when the answer to the request is lost', () => {
    expect(following({ type: 'request.leaving' }, { type: 'request.lost' }).state).toEqual({ kind: 'unknown' });
  });

  it('is not unknown when a webhook was faster than the lost answer', () => {
    expect(following({ type: 'request.leaving' }, { type: 'leg.ringing' }, { type: 'request.lost' }).state).toEqual({ kind: 'ringing' });
  });

  it('goes on when a webhook tells that a lost request did arrive', () => {
    expect(following({ type: 'request.leaving' }, { type: 'request.lost' }, { type: 'leg.ringing' }).state).toEqual({ kind: 'ringing' });
  });

  it('opens the voice once, whether or not the ringing was reported', () => {
    const prepared = (events: readonly AttemptEvent[]) =>
      following(...events).effects.filter(({ type }) => type === 'prepare-voice').length;
    expect(prepared([{ type: 'request.leaving' }, { type: 'leg.ringing' }, answered])).toBe(1);
    expect(prepared([{ type: 'request.leaving' }, answered, { type: 'leg.ringing' }])).toBe(1);
  });

  const event = fc.oneof(
    fc.constantFrom<AttemptEvent>(
      { type: 'request.leaving' },
      { type: 'request.accepted' },
      { type: 'request.lost' },
      { type: 'leg.queued' },
      { type: 'leg.ringing' },
      answered,
      ended,
      { type: 'leg.ended', outcome: 'busy' },
      { type: 'request.rejected', outcome: 'invalid-number' },
      { type: 'deadline.passed', outcome: 'unknown' },
    ),
  );
  const rank: Record<AttemptState['kind'], number> = {
    intent: 0,
    submitting: 1,
    unknown: 1,
    accepted: 2,
    ringing: 4,
    answered: 5,
    ended: 9,
  };

  it('never moves back, ends once, and keeps its first end, in whatever order its events come', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let state = firstAttemptState;
        let finishes = 0;
        let begins = 0;
        for (const next of events) {
          const [to, effects] = stepAttempt(state, next);
          expect(rank[to.kind]).toBeGreaterThanOrEqual(rank[state.kind]);
          if (state.kind === 'ended') expect(to).toBe(state);
          finishes += effects.filter(({ type }) => type === 'finish').length;
          begins += effects.filter(({ type }) => type === 'begin-call').length;
          state = to;
        }
        expect(finishes).toBe(state.kind === 'ended' ? 1 : 0);
        expect(begins).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is told of the same thing twice without doing anything twice', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const once = following(...events);
        const twice = following(...events.flatMap((each) => [each, each]));
        expect(twice.state).toEqual(once.state);
        expect(twice.effects).toEqual(once.effects);
      }),
    );
  });
});
