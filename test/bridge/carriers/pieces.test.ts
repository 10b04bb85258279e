import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskNumbers, tamed } from '#bridge/carriers/mask.ts';
import { dollarsMicros, instantMs, secondsMs } from '#bridge/carriers/times.ts';
import { element, xmlDocument } from '#bridge/carriers/xml.ts';
import { parseXml } from '#bridge/rehearsal/carriers/xml.ts';

describe('masking', () => {
  it('hides the middle of numbers and leaves codes alone', () => {
    expect(maskNumbers('from +15550100001 to 15550100002: error 21211')).toBe('from +1555***0001 to 1555***0002: error 21211');
  });

  it('makes one short line of any text', () => {
    expect(tamed('a\n  b\tc')).toBe('a b c');
    expect(tamed('x'.repeat(500))).toHaveLength(201);
  });
});

describe('an instant', () => {
  it.each([
    ['Mon, 23 Nov 2026 15:00:00 +0000', '2026-11-23T15:00:00.000Z'],
    ['2026-11-23 16:00:00+01:00', '2026-11-23T15:00:00.000Z'],
    ['2026-11-23 20:30:00.123456+0530', '2026-11-23T15:00:00.123Z'],
    ['2026-11-23T15:00:00Z', '2026-11-23T15:00:00.000Z'],
    ['2026-11-23 15:00Z', '2026-11-23T15:00:00.000Z'],
  ])('as %s is read', (text, expected) => {
    expect(new Date(instantMs(text) ?? 0).toISOString()).toBe(expected);
  });

  it.each(['2026-11-23 15:00:00', '', 'yesterday', null, undefined, 'Mon, 23 Nov 2026 15:00:00', '2026-99-23 15:00:00Z'])(
    'as %s says nothing',
    (text) => {
      expect(instantMs(text)).toBeNull();
    },
  );
});

describe('figures', () => {
  it('are read from texts and numbers, and are null when absent or senseless', () => {
    expect([secondsMs('48'), secondsMs(1.5), secondsMs(''), secondsMs(null), secondsMs('-1'), secondsMs('x')]).toEqual([
      48_000,
      1_500,
      null,
      null,
      null,
      null,
    ]);
    expect([dollarsMicros('-0.01400'), dollarsMicros('0.0085'), dollarsMicros(null), dollarsMicros('x')]).toEqual([
      14_000,
      8_500,
      null,
      null,
    ]);
  });
});

describe('XML', () => {
  it('keeps any attribute and text whole through a reader', () => {
    const legal = (text: string) =>
      [...text.toWellFormed()].filter((char) => /[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(char)).join('');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('&', '<', '>', '"', "'", '\n', '\uD800', 'a', '\u0000') }),
    );
    fc.assert(
      fc.property(text, text, (attribute, inside) => {
        const root = parseXml(xmlDocument(element('A', { b: attribute, absent: null }, element('C', {}, inside))));
        expect(root.attributes).toEqual({ b: legal(attribute) });
        const [child] = root.children;
        expect(typeof child === 'object' && child.children.join('')).toBe(legal(inside));
      }),
    );
  });
});
