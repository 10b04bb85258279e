import { describe, expect, it } from 'vitest';
import { announcementFor, apologyFor, optedOutFor } from '#bridge/engines/announcement/announcement.ts';

describe('an announcement', () => {
  it('says the disclosure first, then the message, then how to be removed', () => {
    expect(
      announcementFor({
        disclosure: 'This is an AI assistant calling for Northside Dental',
        announcement: '  Your appointment is\non Tuesday at ten. ',
        greeting: 'Hi!',
        language: 'en-GB',
      }),
    ).toEqual({
      text: 'This is an AI assistant calling for Northside Dental. Your appointment is on Tuesday at ten. To stop these calls, press 9.',
      language: 'en-GB',
      optOutDigit: '9',
      repeat: 2,
    });
  });

  it('falls back on the greeting, and on English when no language is set', () => {
    expect(announcementFor({ greeting: 'Hello, this is Mia.' })).toMatchObject({
      text: 'Hello, this is Mia. To stop these calls, press 9.',
      language: 'en-US',
    });
  });

  it('names the key once', () => {
    const disclosure = "This is an AI. To stop these calls press 9 or say 'stop calling'.";
    expect(announcementFor({ greeting: 'Hello.', disclosure }).text).toBe(`${disclosure} Hello.`);
    expect(announcementFor({ greeting: 'Press 90 for fun.' }).text).toContain('press 9.');
    expect(announcementFor({ greeting: 'This is an AI. Hello.', disclosure: 'This is an AI.' }).text).toMatch(/^This is an AI\. Hello\./);
  });

  it.each([
    ['es', 'es-US', 'pulse 9'],
    ['es-MX', 'es-MX', 'pulse 9'],
    ['fr', 'fr-FR', 'appuyez sur 9'],
    ['de_AT', 'de-AT', 'drücken Sie die 9'],
    ['hi', 'hi-IN', '9 दबाएँ'],
    ['pt-BR', 'pt-BR', 'press 9'],
  ])('speaks %s as %s and says how to be removed', (language, tag, words) => {
    const announcement = announcementFor({ greeting: 'Hola', language });
    expect(announcement.language).toBe(tag);
    expect(announcement.text).toContain(words);
    expect(announcementFor({ greeting: announcement.text, language }).text).toBe(announcement.text);
  });
});

describe('an apology', () => {
  it.each([undefined, 'en-US', 'es-MX', 'fr', 'de', 'hi-IN', 'ja-JP'])(
    'is said in the callee’s language or in English (%s)',
    (language) => {
      const texts = [apologyFor(language, 'broke-off'), apologyFor(language, 'not-reached'), optedOutFor(language)];
      expect(new Set(texts.map(({ text }) => text)).size).toBe(3);
      for (const { text, language: tag } of texts) {
        expect(text).not.toContain('?');
        expect(text.length).toBeLessThan(160);
        expect(tag).toMatch(/^[a-z]{2}-[A-Z]{2}$/);
      }
    },
  );

  it('is spoken by a voice of the language that it is written in', () => {
    expect(apologyFor('ja-JP', 'broke-off').language).toBe('en-US');
    expect(apologyFor('es', 'broke-off')).toMatchObject({ language: 'es-US', text: expect.stringContaining('llamar') });
  });
});
