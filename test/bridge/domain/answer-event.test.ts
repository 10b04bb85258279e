import { describe, expect, it } from 'vitest';
import { answerEvent } from '#bridge/domain/answer-event.ts';

describe('who or what picked up', () => {
  it('leaves a message on a machine only when there is one to leave', () => {
    expect(answerEvent('machine', 'leave-message', true)).toEqual({ type: 'machine.detected', policy: 'leave-message' });
    expect(answerEvent('machine', 'leave-message', false)).toEqual({ type: 'machine.detected', policy: 'hang-up' });
    expect(answerEvent('machine', 'off', false)).toEqual({ type: 'machine.detected', policy: 'off' });
  });

  it('never leaves one on a fax or with a menu, which have no tape', () => {
    for (const found of ['fax', 'menu'] as const)
      expect(answerEvent(found, 'leave-message', true)).toEqual({ type: 'machine.detected', policy: 'hang-up', found });
  });

  it('changes nothing while it cannot be told', () => {
    expect(answerEvent('human', 'hang-up', true)).toEqual({ type: 'person.detected' });
    expect(answerEvent('silence', 'hang-up', true)).toBeNull();
    expect(answerEvent('unknown', 'hang-up', true)).toBeNull();
  });
});
