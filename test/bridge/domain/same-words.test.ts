import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gistsOf, likeness } from '#bridge/domain/same-words.ts';

const alike = (a: string, b: string) => {
  const [one, other] = [gistsOf(a)[0], gistsOf(b)[0]];
  return one && other ? likeness(one.words, other.words) : 0;
};

describe('sentences that mean the same', () => {
  it.each([
    ["What's the price of the cleaning?", 'I asked, what is the price for cleaning?'],
    ['When can you come by?', 'So when could you come by?'],
    ['¿Cuánto cuesta la limpieza?', 'Pero ¿cuánto cuesta la limpieza?'],
    ['Quand pouvez-vous venir ?', 'Alors quand vous pouvez venir ?'],
    ['सफाई का कितना खर्च होगा?', 'तो सफाई का खर्च कितना होगा?'],
    ['Kab aana hoga clinic mein?', 'Clinic mein kab aana hoga?'],
  ])('"%s" and "%s"', (a, b) => {
    expect(alike(a, b)).toBeGreaterThanOrEqual(0.6);
  });

  it.each([
    ['What time do you open?', 'What time do you close?'],
    ['How much is the cleaning?', 'How long is the cleaning?'],
    ['Hello? Hello?', 'Hello? Hello?'],
    ['¿A qué hora abren?', '¿Dónde están?'],
  ])('but not "%s" and "%s"', (a, b) => {
    expect(alike(a, b)).toBeLessThan(0.6);
  });
});

describe('a question', () => {
  it.each([
    'What does it cost',
    'And where are you',
    'is that free?',
    'Digame el precio',
    'dites-moi le prix',
    'Aap kab aayenge',
    'आप कब आएंगे',
  ])('is "%s"', (text) => {
    expect(gistsOf(text).some(({ isQuestion }) => isQuestion)).toBe(true);
  });

  it.each(['Tuesday works for me.', 'El martes está bien.', 'Mardi me convient.', 'मंगलवार ठीक है।'])('is not "%s"', (text) => {
    expect(gistsOf(text).some(({ isQuestion }) => isQuestion)).toBe(false);
  });
});

it('likeness goes both ways, from nothing to all', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), fc.string({ maxLength: 80 }), (a, b) => {
      for (const one of gistsOf(a)) {
        expect(likeness(one.words, one.words)).toBe(1);
        for (const other of gistsOf(b)) {
          const value = likeness(one.words, other.words);
          expect(value).toBe(likeness(other.words, one.words));
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
      }
    }),
  );
});
