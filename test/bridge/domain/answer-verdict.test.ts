import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whoTalks } from '#bridge/domain/answer-phrases.ts';
import { type AnswerEvidence, beginVerdict, isUnattended, verdictDueMs, weigh } from '#bridge/domain/answer-verdict.ts';

const following = (evidence: readonly AnswerEvidence[], language: string | null = null) => evidence.reduce(weigh, beginVerdict(language));
const verdict = (...evidence: readonly AnswerEvidence[]) => following(evidence).verdict.answerType;
const voice = (startMs: number, endMs: number): readonly AnswerEvidence[] => [
  { type: 'voice.started', atMs: startMs },
  { type: 'clock', atMs: endMs, heardMs: endMs },
  { type: 'voice.stopped', atMs: endMs },
];
const said = (text: string, atMs = 3_000, turn = text): AnswerEvidence => ({ type: 'words', turn, text, final: true, atMs });
const at = (atMs: number, heardMs = atMs): AnswerEvidence => ({ type: 'clock', atMs, heardMs });
const carrier = (says: 'human' | 'machine' | 'fax' | 'unknown'): AnswerEvidence => ({ type: 'carrier', says });

describe('who picked up', () => {
  it('is not known at first, and is taken for a person then', () => {
    const { answerType } = beginVerdict(null).verdict;
    expect(answerType).toBe('unknown');
    expect(isUnattended(answerType)).toBe(false);
  });

  it('is a person who says a short word and waits', () => {
    expect(verdict(...voice(300, 900), at(1_800))).toBe('human');
    expect(verdict(...voice(300, 900), at(1_800), said('Hello?'))).toBe('human');
  });

  it('is a machine when it asks for a message after the tone', () => {
    expect(verdict(said('You have reached the Millers. Please leave a message after the tone.'))).toBe('machine');
  });

  it('is a machine when two hints agree', () => {
    expect(verdict({ type: 'voice.started', atMs: 200 }, at(4_400), carrier('machine'))).toBe('machine');
    expect(verdict(...voice(200, 4_500), said('You have reached the Millers, we are out in the garden with our dogs and children'))).toBe(
      'machine',
    );
  });

  it('is not a machine for a long sentence alone', () => {
    expect(verdict(...voice(200, 5_000))).toBe('unknown');
  });

  it("takes the carrier's word alone only where nothing speaks against it", () => {
    expect(verdict(carrier('machine'))).toBe('machine');
    expect(verdict(...voice(300, 900), at(1_800), carrier('machine'))).toBe('human');
    expect(verdict(said('Who is this?'), carrier('machine'))).toBe('human');
  });

  it('is a machine after a beep, whatever was said before in few words', () => {
    expect(verdict(...voice(100, 2_000), said('Bob and Jane'), { type: 'beep', atMs: 3_000 })).toBe('machine');
  });

  it('is a screener when it asks for a name and a reason', () => {
    const ios = "Hi, if you record your name and reason for calling, I'll see if this person is available.";
    const google =
      'Hi, the person you are calling is using a screening service from Google. Go ahead and say your name and why you are calling.';
    expect(verdict(said(ios))).toBe('screener');
    expect(verdict(said(google))).toBe('screener');
    expect(isUnattended('screener')).toBe(false);
  });

  it('is a machine when the screener takes a message in the end, and a person when one comes', () => {
    const screened = [said('Please record your name and reason for calling.', 2_000, 'a')];
    expect(verdict(...screened, said('No one is available. Please leave a message after the tone.', 40_000, 'b'))).toBe('machine');
    expect(verdict(...screened, said('Hello, who is this?', 40_000, 'b'))).toBe('human');
  });

  it('is a menu when keys are offered, but not on a machine that offers keys besides', () => {
    expect(verdict(said('Thank you for calling Acme. For sales, press one. For service, press two.'))).toBe('menu');
    expect(verdict(said('Record your message after the tone. When you are done, hang up or press one for more options.'))).toBe('machine');
  });

  it('is a fax after its tone', () => {
    expect(verdict({ type: 'fax', atMs: 1_200 })).toBe('fax');
    expect(verdict(carrier('machine'), { type: 'fax', atMs: 1_200 })).toBe('fax');
  });

  it('is silence when nobody has said anything for ten seconds, until somebody does', () => {
    expect(verdict(at(9_900))).toBe('unknown');
    expect(verdict(at(10_000))).toBe('silence');
    expect(verdict(at(10_000), ...voice(12_000, 12_600), at(13_500))).toBe('human');
  });

  it('is no silence where hardly anything of the line was heard', () => {
    expect(verdict(at(10_000, 0))).toBe('unknown');
    expect(verdict(at(10_000, 4_000))).toBe('unknown');
    expect(verdict(at(10_000, 9_000))).toBe('silence');
    expect(verdict(carrier('human'), at(10_000, 0))).toBe('human');
  });

  it('becomes a person who picks up while a machine was speaking', () => {
    const machine = [
      ...voice(200, 6_000),
      said('You have reached Bob. Leave a message after the beep.', 6_500, 'a'),
      { type: 'beep', atMs: 6_800 },
    ] as const;
    expect(verdict(...machine)).toBe('machine');
    expect(verdict(...machine, said('Hello? Hello, I am here.', 15_000, 'b'))).toBe('human');
  });

  it('stays a machine when that says goodbye', () => {
    const machine = [said('You have reached Bob. Leave a message after the beep.', 6_500, 'a'), { type: 'beep', atMs: 6_800 }] as const;
    expect(verdict(...machine, said('Thank you.', 15_000, 'b'))).toBe('machine');
  });

  it('stays a person who speaks of messages later', () => {
    const person = [said('Hello?', 1_500, 'a'), said('Yes, who is this?', 5_000, 'b')];
    expect(verdict(...person, said('You can leave a message with my wife.', 20_000, 'c'))).toBe('human');
    expect(verdict(said('Hello?', 1_500, 'a'), said('Just leave a message at the office.', 60_000, 'c'))).toBe('human');
  });

  it('takes a hello that goes on for what it becomes', () => {
    const partial = (text: string): AnswerEvidence => ({ type: 'words', turn: 'a', text, final: false, atMs: 900 });
    expect(verdict(partial('Hello'))).toBe('unknown');
    expect(verdict(partial('Hello'), partial("Hello, you've reached the voicemail of Bob, please leave your message"))).toBe('machine');
  });

  it('is what an operator says, whatever is heard later', () => {
    expect(
      verdict(said('Leave a message after the tone.'), { type: 'corrected', answerType: 'human' }, { type: 'beep', atMs: 9_000 }),
    ).toBe('human');
  });

  it('tells when time alone will tell more', () => {
    expect(verdictDueMs(following([]))).toBe(10_000);
    expect(verdictDueMs(following([{ type: 'voice.started', atMs: 500 }]))).toBe(4_500);
    expect(verdictDueMs(following([...voice(500, 1_000)]))).toBe(1_800);
    expect(verdictDueMs(following([...voice(500, 1_000), at(1_800)]))).toBeNull();
  });
});

describe('words on the phone', () => {
  const cases: readonly (readonly [string, string | null, string])[] = [
    ['Hola, ha llamado a la familia Ruiz. Deje su mensaje después de la señal.', 'es-ES', 'machine'],
    ['¿Diga?', 'es', 'human'],
    ['Para ventas, marque uno.', 'es', 'menu'],
    ['Vous êtes bien chez les Martin. Laissez-nous un message après le bip.', 'fr', 'machine'],
    ['Allô ?', 'fr', 'human'],
    ['Guten Tag, wir sind nicht zu Hause. Hinterlassen Sie eine Nachricht nach dem Signalton.', 'de', 'machine'],
    ['Hallo, wer spricht?', 'de', 'human'],
    ['कृपया बीप के बाद अपना संदेश छोड़ें।', 'hi', 'machine'],
    ['हैलो?', 'hi', 'human'],
    ['Bob speaking.', 'en', 'human'],
    ['The mailbox is full and cannot accept messages at this time.', 'en', 'machine'],
    ['Your call has been forwarded to an automatic voice message system.', 'en', 'machine'],
    ["I'm busy, can you call me back tomorrow?", 'en', 'human'],
  ];
  it.each(cases)('%s', (text, language, expected) => {
    expect(whoTalks(text, language, true)?.of ?? null).toBe(expected);
  });
});

describe('any evidence in any order', () => {
  const moment = fc.integer({ min: 0, max: 90_000 });
  const text = fc.constantFrom(
    'Hello?',
    'Who is this?',
    'Leave a message after the tone.',
    'Record your name and reason for calling.',
    'Press one for sales.',
    'We are not available.',
    '',
    'Thank you.',
  );
  const evidence: fc.Arbitrary<AnswerEvidence> = fc.oneof(
    fc.record({
      type: fc.constant('carrier' as const),
      says: fc.constantFrom('human' as const, 'machine' as const, 'fax' as const, 'unknown' as const),
    }),
    fc.record({ type: fc.constant('words' as const), turn: fc.constantFrom('a', 'b', 'c'), text, final: fc.boolean(), atMs: moment }),
    fc.record({
      type: fc.constantFrom('voice.started' as const, 'voice.stopped' as const, 'beep' as const, 'fax' as const),
      atMs: moment,
    }),
    fc.record({ type: fc.constant('clock' as const), atMs: moment, heardMs: moment }),
  );
  const course = fc.array(evidence, { maxLength: 30 });

  it('does not change an operator’s word', () => {
    fc.assert(
      fc.property(course, course, fc.constantFrom('human' as const, 'machine' as const, 'menu' as const), (before, later, answerType) => {
        expect(following([...before, { type: 'corrected', answerType }, ...later]).verdict.answerType).toBe(answerType);
      }),
    );
  });

  it('says the same when the last thing is told twice', () => {
    fc.assert(
      fc.property(course, evidence, (before, last) => {
        const once = following([...before, last]);
        expect(weigh(once, last).verdict).toEqual(once.verdict);
      }),
    );
  });

  it('is a person after clear words of a person, unless a recording or a tone speaks again', () => {
    fc.assert(
      fc.property(course, (before) => {
        const state = following([...before, { type: 'words', turn: 'new', text: 'Hello? Who is this?', final: true, atMs: 40_000 }]);
        expect(state.verdict.answerType).toBe('human');
      }),
    );
  });

  it('never takes somebody for a machine who has only said short things', () => {
    const shortTalk = fc.array(
      fc.record({
        type: fc.constant('words' as const),
        turn: fc.constantFrom('a', 'b', 'c'),
        text: fc.constantFrom('Hello?', 'Who is this?', 'Yes.'),
        final: fc.constant(true),
        atMs: moment,
      }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(shortTalk, fc.boolean(), (talk, first) => {
        const all: AnswerEvidence[] = first ? [carrier('machine'), ...talk] : [...talk, carrier('machine')];
        expect(following(all).verdict.answerType).toBe('human');
      }),
    );
  });

  it('always gives a reason', () => {
    fc.assert(
      fc.property(course, (all) => {
        expect(following(all).verdict.because).not.toBe('');
      }),
    );
  });
});
