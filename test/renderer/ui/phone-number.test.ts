import { describe, expect, it } from 'vitest';
import { readPhone } from '#renderer/ui/phone-number.ts';

describe('a typed phone number', () => {
  it.each([
    ['(520) 555-0118', '+15205550118'],
    ['1 520 555 0118', '+15205550118'],
    ['+1 520.555.0118', '+15205550118'],
    ['+44 20 7946 0018', '+442079460018'],
    ['0044 20 7946 0018', '+442079460018'],
  ])('is read from %s', (text, number) => {
    expect(readPhone(text)).toEqual({ number, problem: null });
  });

  it.each(['', '520 55', '555-0118 ext 3', '+0 555', '020 7946 0018', '+1 520 555 011', '+12'])(
    'is refused with a reason: "%s"',
    (text) => {
      expect(readPhone(text).number).toBeNull();
      expect(readPhone(text).problem).toMatch(/\.$/);
    },
  );
});
