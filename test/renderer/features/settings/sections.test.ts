import { describe, expect, it } from 'vitest';
import { suppressionReason } from '#bridge/contract/leads.ts';
import { operations } from '#bridge/contract/operations.ts';
import { problemWith, readNumbers, regions } from '#renderer/features/settings/sections/defaults.ts';
import { callOf, readLines, reasonWords, rejectedCsv } from '#renderer/features/settings/sections/suppression-words.ts';
import { clockTimes } from '#renderer/ui/hours.ts';

const window = (start: string, end: string) => ({ window: { days: ['mon' as const], start, end } }) as Parameters<typeof problemWith>[0];

describe('the defaults of new campaigns', () => {
  it('offer only times that the bridge takes', () => {
    expect(clockTimes).toHaveLength(49);
    const take = operations['settings.update'].input;
    for (const { value } of clockTimes.slice(1)) {
      expect(take.safeParse({ defaults: { window: { start: '00:00', end: value } } }).success).toBe(true);
    }
  });

  it('are not saved when calling would end before it begins', () => {
    expect(problemWith(window('09:00', '20:00'))).toBeNull();
    expect(problemWith(window('20:00', '09:00'))).toMatch(/later/);
    expect(problemWith(window('09:00', '24:00'))).toBeNull();
  });

  it('keep each caller number once, and name one that is none', () => {
    expect(readNumbers(['(520) 555-0118', '+1 520 555 0118', '520 55'])).toEqual({
      numbers: ['+15205550118'],
      problem: expect.stringContaining('520 55: Too short'),
    });
  });

  it('list a country that is chosen even when it is a rare one', () => {
    expect(regions('IS').map(({ value }) => value)).toContain('IS');
    expect(new Set(regions('US').map(({ value }) => value)).size).toBe(regions('US').length);
  });
});

describe('the do-not-call list', () => {
  it('has words for every reason', () => {
    expect(Object.keys(reasonWords)).toEqual([...suppressionReason.options]);
  });

  it('takes pasted lines, and tells those that are no numbers', () => {
    expect(readLines('(520) 555-0118\n\n+44 20 7946 0018; 520-555-0118\nAna')).toEqual({
      numbers: ['+15205550118', '+442079460018'],
      bad: [{ line: 'Ana', problem: expect.any(String) }],
    });
  });

  it('opens the call that a number came from, and nothing else', () => {
    expect(callOf('call_01ab')).toBe('call_01ab');
    expect(callOf('list of 14 Nov')).toBeNull();
    expect(callOf(null)).toBeNull();
  });

  it('gives bad rows as a file whose cells cannot run as formulas', () => {
    expect(rejectedCsv([{ row: 3, value: '=1+1', reason: 'not "a" number' }])).toBe(
      'row,value,reason\r\n3,"\'=1+1","not ""a"" number"\r\n',
    );
  });
});
