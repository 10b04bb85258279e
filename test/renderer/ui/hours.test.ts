import { describe, expect, it } from 'vitest';
import { clockTimes, timesWith, toggled } from '#renderer/ui/hours.ts';

describe('days and hours', () => {
  it('keep at least one day, in the order of the week', () => {
    expect(toggled(['fri', 'mon'], 'wed')).toEqual(['mon', 'wed', 'fri']);
    expect(toggled(['mon', 'tue'], 'mon')).toEqual(['tue']);
    expect(toggled(['mon'], 'mon')).toEqual(['mon']);
  });

  it('offer every half hour, and the time between two of them that a program chose', () => {
    expect(timesWith('09:30')).toEqual(clockTimes);
    expect(timesWith('09:45').map(({ value }) => value)).toEqual([...clockTimes.map(({ value }) => value), '09:45'].sort());
  });
});
