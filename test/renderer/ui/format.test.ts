import { expect, it } from 'vitest';
import { clockTime, sentence, timeOfDay } from '#renderer/ui/format.ts';

it('shows a time that has no day as every other time of day is shown', () => {
  expect(clockTime('09:00')).toBe(timeOfDay('2026-11-23T09:00:00Z', 'UTC'));
  expect(clockTime('24:00')).toBe(timeOfDay('2026-11-23T00:00:00Z', 'UTC'));
});

it('makes a sentence of what is kept without a beginning and an end', () => {
  expect(sentence('the lead hung up')).toBe('The lead hung up.');
  expect(sentence('They said "who is this?"')).toBe('They said "who is this?"');
  expect(sentence(' It rang and nobody answered. ')).toBe('It rang and nobody answered.');
});
