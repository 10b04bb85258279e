import { describe, expect, it } from 'vitest';
import { plainText, saidText, spokenWords } from '#bridge/engines/cascade/spoken-text.ts';

const said = (text: string, language: string | null = 'en-US') => saidText(spokenWords(plainText(text), language));

describe('what a voice is given to say', () => {
  it.each([
    ['**Great!** We have _two_ slots:', 'Great! We have two slots:'],
    ['- Monday\n- Tuesday', 'Monday Tuesday'],
    ['## Prices\nSee [our page](https://example.com/x).', 'Prices See our page.'],
    ['Use `code` and ~~this~~ 👍🏽', 'Use code and this'],
    ['A file_name_here stays', 'A file_name_here stays'],
    ['```js\nlet x\n``` Done.', 'Done.'],
  ])('leaves out what is for the eye: %s', (written, heard) => {
    expect(plainText(written)).toBe(heard);
  });

  it.each([
    ['It costs $12.50.', 'It costs twelve dollars and fifty cents.'],
    ['That is $1, or $1,250,000.', 'That is one dollar, or one million two hundred fifty thousand dollars.'],
    ['£0.01 and €3', 'one penny and three euros'],
    ['About $5k', 'About five thousand dollars'],
    ['At 10:30 or 10:05?', 'At ten thirty or ten oh five?'],
    ['At 3pm, or 10:00.', "At three pm, or ten o'clock."],
    ['On 2026-11-24.', 'On November twenty fourth, twenty twenty six.'],
    ['On 11/24/2026', 'On November twenty fourth, twenty twenty six'],
    ['On November 3, at 9 am', 'On November third, at nine am'],
    ['The 2nd of 3 in 1999', 'The second of three in nineteen ninety nine'],
    ['Call (212) 555-0142.', 'Call two one two, five five five, zero one four two.'],
    ['Call +1 212 555 0142, please', 'Call one, two one two, five five five, zero one four two, please'],
    ['20% of 3.5 is 0.7', 'twenty percent of three point five is zero point seven'],
    ['From 9-5, room 007', 'From nine to five, room zero zero seven'],
    ['Write to info@north-side.com', 'Write to info at north dash side dot com'],
    ['See www.example.co.uk/x2', 'See example dot co dot uk slash xtwo'],
    ['Dr. Lee & Mr. Jones', 'Doctor Lee and Mister Jones'],
    ['e.g. a leak', 'for example a leak'],
    ['Order 1234567890', 'Order one two three four five six seven eight nine zero'],
    ['Nothing to change here.', 'Nothing to change here.'],
  ])('writes out %s', (written, heard) => {
    expect(said(written)).toBe(heard);
  });

  it('reads a date the way the callee does', () => {
    expect(said('On 03/04/2026', 'en-GB')).toBe('On April third, twenty twenty six');
    expect(said('On 03/04/2026', 'en-US')).toBe('On March fourth, twenty twenty six');
  });

  it('leaves numbers of other languages to voices that know them', () => {
    expect(said('Cuesta **12,50 €**.', 'es-ES')).toBe('Cuesta 12,50 €.');
  });

  it('keeps the written form of each word beside the said one', () => {
    const words = spokenWords('It is $12.50 at 10:30 am.', 'en');
    expect(words.map(({ written }) => written)).toEqual(['It', 'is', '$12.50', 'at', '10:30 am.']);
    expect(words.map(({ said: heard }) => heard)).toEqual(['It', 'is', 'twelve dollars and fifty cents', 'at', 'ten thirty am.']);
  });
});
