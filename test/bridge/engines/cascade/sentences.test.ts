import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SentenceCutter } from '#bridge/engines/cascade/sentences.ts';

/** @returns what comes out when a text is written letter by letter */
function pieces(text: string): string[] {
  const cutter = new SentenceCutter();
  const out = [...text].flatMap((letter) => cutter.push(letter));
  const rest = cutter.end();
  return rest === '' ? out : [...out, rest];
}

describe('the release of sentences to a voice', () => {
  it.each([
    ['Hello. How are you? Fine!', ['Hello.', 'How are you?', 'Fine!']],
    ['Dr. Lee is in at 3.30 p.m. today. Good?', ['Dr. Lee is in at 3.30 p.m. today.', 'Good?']],
    ['It costs $3.50 or 1,250. Write to a.b@example.com now. Bye.', ['It costs $3.50 or 1,250.', 'Write to a.b@example.com now.', 'Bye.']],
    ['He said "Stop." And left.', ['He said "Stop."', 'And left.']],
    ['First\nSecond', ['First', 'Second']],
    ['1. One thing. 2. Another.', ['1. One thing.', '2. Another.']],
  ])('cuts %j between sentences, and nowhere else', (text, expected) => {
    expect(pieces(text)).toEqual(expected);
  });

  it('lets the first words go at a comma, once there are some', () => {
    expect(pieces('Great, we could come by for a free check, if you like, on Monday. Then we, after that, call you.')).toEqual([
      'Great, we could come by for a free check,',
      'if you like, on Monday.',
      'Then we, after that, call you.',
    ]);
  });

  it('does not wait for the end of a sentence that never ends', () => {
    const out = pieces(`${'word '.repeat(200)}end.`);
    expect(out.length).toBeGreaterThan(3);
    expect(Math.max(...out.map(({ length }) => length))).toBeLessThanOrEqual(241);
  });

  it('loses and invents nothing, however the text arrives', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', ' ', '.', ',', '?', '1', '\n', 'Dr.', ' $3.5'), maxLength: 300 }),
        fc.nat(9),
        (text, step) => {
          const cutter = new SentenceCutter();
          const out: string[] = [];
          for (let at = 0; at < text.length; at += step + 1) out.push(...cutter.push(text.slice(at, at + step + 1)));
          out.push(cutter.end());
          expect(out.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        },
      ),
    );
  });
});
