import { expect, it } from 'vitest';
import { clockTime, sentence, shortDateTime, timeOfDay } from '#renderer/ui/format.ts';

it('shows a time that has no day as every other time of day is shown', () => {
  expect(clockTime('09:00')).toBe(timeOfDay('2026-11-23T09:00:00Z', 'UTC'));
  expect(clockTime('24:00')).toBe(timeOfDay('2026-11-23T00:00:00Z', 'UTC'));
});

it('makes a sentence of what is kept without a beginning and an end', () => {
  expect(sentence('the lead hung up')).toBe('The lead hung up.');
  expect(sentence('They said "who is this?"')).toBe('They said "who is this?"');
  expect(sentence(' It rang and nobody answered. ')).toBe('It rang and nobody answered.');
});

it('leaves out of a narrow column what the reader knows, and the time of what was another year', () => {
  const nowMs = new Date(2026, 10, 23, 12).getTime();
  expect(shortDateTime(new Date(2026, 10, 23, 9, 5).getTime(), nowMs)).toMatch(/today$/);
  expect(shortDateTime(new Date(2026, 10, 20, 9, 5).getTime(), nowMs)).toMatch(/20.*9:05|9:05.*20/);
  expect(shortDateTime(new Date(2025, 10, 20, 9, 5).getTime(), nowMs)).toMatch(/2025/);
  expect(shortDateTime(new Date(2025, 10, 20, 9, 5).getTime(), nowMs)).not.toMatch(/9:05/);
});
