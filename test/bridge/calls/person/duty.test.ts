import { describe, expect, it } from 'vitest';
import { Duty } from '#bridge/calls/person/duty.ts';

describe('being on duty', () => {
  it('is told when the first comes and when the last goes, and not in between', () => {
    const duty = new Duty();
    const told: boolean[] = [];
    const stop = duty.onChange((isSomeoneThere) => told.push(isSomeoneThere));
    expect(duty.isSomeoneThere).toBe(false);
    duty.set('a', true);
    duty.set('b', true);
    duty.set('a', true);
    expect([duty.isSomeoneThere, told]).toEqual([true, [true]]);
    duty.set('a', false);
    duty.set('c', false);
    expect([duty.isSomeoneThere, told]).toEqual([true, [true]]);
    duty.set('b', false);
    expect([duty.isSomeoneThere, told]).toEqual([false, [true, false]]);
    stop();
    duty.set('a', true);
    expect(told).toHaveLength(2);
  });
});
