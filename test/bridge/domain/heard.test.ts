import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heardText } from '#bridge/domain/heard.ts';

describe('the heard part of a text', () => {
  it('is nothing before the first sound, and everything at the end', () => {
    expect(heardText('Hello there, friend', 0, 2_000, true)).toBe('');
    expect(heardText('Hello there, friend', 2_000, 2_000, true)).toBe('Hello there, friend');
  });

  it('ends at a word', () => {
    expect(heardText('Hello there, friend', 1_200, 2_000, true)).toBe('Hello');
  });

  it('does not believe in text that runs ahead of its audio', () => {
    const text = 'This whole paragraph was written in an instant, but of its sound only a second has come so far and been played.';
    expect(heardText(text, 1_000, 1_000, false).length).toBeLessThanOrEqual(15);
  });

  it('is always a beginning of the text, and never shrinks while time goes on', () => {
    fc.assert(
      fc.property(
        fc.lorem({ maxCount: 20 }),
        fc.nat(10_000),
        fc.nat(10_000),
        fc.nat(10_000),
        fc.boolean(),
        (text, a, b, received, complete) => {
          const [less, more] = [Math.min(a, b), Math.max(a, b)];
          const shorter = heardText(text, less, received, complete);
          const longer = heardText(text, more, received, complete);
          expect(text.startsWith(shorter)).toBe(true);
          expect(longer.length).toBeGreaterThanOrEqual(shorter.length);
        },
      ),
    );
  });
});
