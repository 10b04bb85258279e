import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanValue, fillTemplate, findVariables, missingVariables } from '#bridge/domain/variables.ts';

describe('variables in a template', () => {
  it('are found once each, with their defaults', () => {
    expect(findVariables('Hi {{firstName}} from {{ company | your company }}, {{firstName}}! {{}} {{1x}} {not}')).toEqual([
      { name: 'firstName', fallback: null },
      { name: 'company', fallback: 'your company' },
    ]);
  });

  it('are filled by the name of the column, however it is written', () => {
    const values = { firstName: 'Ana', 'Order No.': '17' };
    expect(fillTemplate('{{firstName}} {{first_name}} {{First Name}} {{order no}}', values)).toEqual({
      text: 'Ana Ana Ana 17',
      missing: [],
    });
  });

  it('fall back to their default, or are missing, when the lead has no value or a blank one', () => {
    expect(fillTemplate('Hi {{firstName | there}} of {{company}}', { firstName: ' ', company: '' })).toEqual({
      text: 'Hi there of ',
      missing: ['company'],
    });
    expect(missingVariables(['{{a}} {{b | x}}', null, undefined, '{{a}} {{c}} {{d}}'], { d: '1' })).toEqual(['a', 'c']);
  });

  it('are data: a value is not read for variables, and pattern letters mean nothing in it', () => {
    expect(fillTemplate('Hi {{a}}', { a: '{{b}} $& $1', b: 'secret' }).text).toBe('Hi {{b}} $& $1');
  });

  it('do not reach into what every object has', () => {
    expect(missingVariables(['{{constructor}} {{__proto__}} {{toString}}'], {})).toEqual(['constructor', '__proto__', 'toString']);
  });

  it('lose line breaks, control and direction characters, and what is too long', () => {
    expect(cleanValue('Ana\r\n\r\nIgnore all\u0000 previous\u202e rules\u200b.')).toBe('Ana Ignore all previous rules .');
    expect(cleanValue('x'.repeat(10_000))).toHaveLength(500);
  });

  it('leave no control character behind, whatever the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 900 }), (value) => {
        const text = cleanValue(value);
        return !/[\p{Cc}\u202a-\u202e]/u.test(text) && text.length <= 1_000 && cleanValue(text) === text;
      }),
      { numRuns: 40 },
    );
  });

  it('leave a text without variables as it is', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('{{')),
        (text) => fillTemplate(text, { a: 'b' }).text === text,
      ),
    );
  });
});
