import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectOptOut, warmOptOut } from '#bridge/domain/opt-out.ts';

const tierOf = (...segments: string[]) => detectOptOut({ segments, agentTextWithin2s: null })?.tier ?? null;

const neverAgain = {
  English: [
    'Take me off your list.',
    'take me off the list please',
    'Please take my number off of your calling list',
    'Take me off this damn list',
    'could you uh take me, um, off your list?',
    'Get me off your call list now',
    'How do I get off this list?',
    'I want off your list',
    'Take me off.',
    'take us off your fucking list',
    'Remove me',
    'remove my number from your database',
    'please remove us',
    'I want to be removed',
    "I'd like to be taken off",
    'Delete my number',
    'Lose my number',
    'delete my information from your system',
    'Do not call me again',
    "Don't call me again",
    'dont call me anymore',
    'Don’t ever call me',
    'Never call this number again',
    'never call here',
    "don't call here anymore",
    "Don't call back",
    'do not call us back',
    "Please don't call me.",
    "Don't call me, I'm not interested",
    "don't call me, sir",
    "Don't ever call me at work again",
    "Don't call me on this number again",
    'Do not contact me again',
    "don't bother calling again",
    "I don't want any more calls",
    "I don't want you to call me",
    "I don't want to be called",
    "We don't want these calls",
    "I don't want to hear from you again",
    'Stop calling me',
    'stop calling',
    'Please stop calling this number',
    'quit calling me',
    'Quit calling here!',
    'Stop phoning me',
    'stop ringing us',
    'stop fucking calling me',
    'You people never stop calling',
    "why don't you stop calling me",
    'I told you to stop calling me',
    'I told you people to stop calling',
    'I told them to stop calling me',
    'I asked you not to call me',
    'I told my husband you should take me off your list',
    'Stop these calls',
    'No more calls',
    'no more phone calls please',
    'Unsubscribe',
    'opt me out',
    'I want to opt out',
    'I opt out of these calls',
    'opt-out',
    'Put me on your do not call list',
    'put my number on the do-not-call list',
    "add me to the don't call list",
    "I'm on the do not call registry",
    'My number is on the national do not call list',
    'I revoke my consent',
    'I withdraw my permission',
    'I did not consent to this',
    'I never gave you permission to call',
    'This is a cease and desist',
    'You will hear from my lawyer',
    "I'll sue you",
    "I'm going to report you to the FCC",
    'I am reporting this call to the FTC',
    "I'll file a complaint with Ofcom",
    'We do not accept solicitations at this number',
    'No soliciting',
    "you're harassing me",
    'Leave me alone. Leave me alone!',
    'Leave me the fuck alone',
    'just fuck off',
    "I'm driving, take me off your list, bye",
    'not interested, remove me',
    "Please don't call.",
    "Don't you ever call me again",
    'I wish you people would stop calling me',
    "I'd appreciate it if you didn't call again",
    'could you please not call me again',
    'stop calling please, sir',
    "Don't call me after nine, and never call my office",
    "I'm on a do not call list, how did you get this?",
    'Please take my name off of all your lists and never contact me again',
    'Stop calling me at work anymore',
    'Take me off speaker and take me off your list',
  ],
  Spanish: [
    'No me llame más',
    'no me llamen mas por favor',
    'No me llame.',
    'No me vuelva a llamar',
    'no vuelvan a llamar',
    'Quíteme de la lista',
    'quítenme de su lista, por favor',
    'Sáqueme de esta lista',
    'No más llamadas',
    'Bórreme',
    'Borre mi número',
    'Deje de llamarme',
    'dejen de llamar',
    'No quiero más llamadas',
    'no quiero que me llamen',
    'quiero darme de baja',
    'No llamen a este número',
    'Los voy a denunciar',
    'Retiro mi consentimiento',
    'por favor ya no llamen',
    'no me hables más',
    'Déjeme en paz, déjeme en paz',
  ],
  French: [
    "Ne m'appelez plus",
    'Ne m’appelez plus jamais !',
    "m'appelez plus",
    "n'appelez plus ici",
    'Ne me rappelez pas',
    'ne nous contactez plus',
    'Veuillez ne plus m’appeler',
    'Retirez-moi de votre liste',
    'enlevez moi de la liste',
    'Désinscrivez-moi',
    'Supprimez mon numéro',
    "Arrêtez de m'appeler",
    'arrêtez d’appeler',
    "cessez de m'appeler",
    "Plus d'appels, merci",
    'Je ne veux plus être appelé',
    'je suis sur Bloctel',
    'Je retire mon consentement',
    'Je vais porter plainte',
    'Foutez-moi la paix',
  ],
  Hindi: [
    'mujhe call mat karo',
    'Mujhe dobara call mat karna',
    'dobara call mat karna',
    'phone mat kijiye',
    'mera number hatao',
    'mera number list se hata do',
    'mujhe phir se phone mat karo',
    'call karna band karo',
    'mat karo call',
    'aaj ke baad call mat karna',
    'मुझे कॉल मत करो',
    'मुझे दोबारा फ़ोन मत करना',
    'कॉल करना बंद करो',
    'मेरा नंबर हटा दो',
    'मेरा नंबर लिस्ट से निकालिए।',
    'कृपया कॉल न करें',
    'is number ko DND par daalo',
    'main TRAI mein complaint karunga',
  ],
};

const otherwise: readonly (readonly [string, string | null])[] = [
  // When and where to call, not whether.
  ["Don't call me before five", null],
  ["don't call me at work", null],
  ["Don't call me at work, call me in the evening", 'callback'],
  ["Don't call me on this number, use my cell", null],
  ["Don't call me today", null],
  ["please don't call me so early", null],
  ["Don't call me back today", null],
  ["I don't want you to call me before nine", null],
  ["Don't call me unless there is news", null],
  ['Stop calling me so early', null],
  ['no me llame antes de las cinco', null],
  ['No me llamen al trabajo', null],
  ["Ne m'appelez pas avant cinq heures", null],
  ["ne m'appelez pas au travail", null],
  ['paanch baje se pehle call mat karo', null],
  ['abhi call mat karo', null],
  ['पाँच बजे से पहले कॉल मत करना', null],
  // Somebody else is meant.
  ['I told my bank to stop calling me', null],
  ['I told Verizon to stop calling', null],
  ['I asked my ex husband to stop calling me', null],
  ["My brother won't stop calling me", null],
  ["They don't call me anymore", null],
  ['le dije a mi banco que no me llamen', null],
  ["J'ai dit à ma banque de ne plus m'appeler", null],
  ['maine bank ko bola mujhe call mat karo', null],
  // The same words about something else.
  ['stop calling it a bargain', null],
  ['Stop calling me sir', null],
  ["Don't call me stupid", null],
  ['can you take me off speaker', null],
  ['Take me off hold please', null],
  ['please remove the old card', null],
  ['remove me as an authorized user', null],
  ["No, don't stop", null],
  ['stop', null],
  ['stop, let me think', null],
  ['cancel', null],
  ['I opt out of the warranty', null],
  ["don't call me Johnny", null],
  ['who told you to call me?', null],
  ['how did you get my number', null],
  ['you have the wrong number', null],
  ['Take me off the schedule for Tuesday', null],
  ['I told my boss to take me off the list for that meeting', null],
  ['my wife told me not to call back', null],
  ['I will call you back', null],
  ["Ne m'appelez plus le dimanche", null],
  ['no me llames ahora', null],
  ['sí me interesa', null],
  ['haan boliye', null],
  ['my lawyer said it is fine', null],
  ['I should ask my lawyer first', null],
  ['Sue will call you', null],
  ['I never call back strangers', null],
  ['You never call me back', null],
  ["don't hesitate to call me", null],
  ["I don't want to miss the offer", null],
  ["I don't want to call you back", null],
  ['no dejes de llamarme', null],
  ['no me llame señor', null],
  ["ne m'appelez pas madame", null],
  // Interest and everything else.
  ['How much is it?', null],
  ['Yes please put me on the list', null],
  ['yeah okay sure', null],
  ['Can you call my office number', null],
  ['', null],
  ['...', null],
  // At another time.
  ['Call me back', 'callback'],
  ['call me back tomorrow', 'callback'],
  ['Can you call me later?', 'callback'],
  ['call me after five', 'callback'],
  ["Don't call me now, call me tomorrow", 'callback'],
  ["I'm driving", 'callback'],
  ["I'm in a meeting", 'callback'],
  ["It's a bad time", 'callback'],
  ['Now is not a good time', 'callback'],
  ['I have to go, call me next week', 'callback'],
  ['Llámeme mañana', 'callback'],
  ['estoy manejando', 'callback'],
  ['Rappelez-moi demain', 'callback'],
  ['je suis en réunion', 'callback'],
  ['baad mein call karo', 'callback'],
  ['कल फोन करना', 'callback'],
  ['गाड़ी चला रहा हूँ', 'callback'],
  // A friendly no.
  ["I'm not interested", 'soft-refusal'],
  ['No thanks', 'soft-refusal'],
  ['no, thank you, bye', 'soft-refusal'],
  ["We're all set", 'soft-refusal'],
  ['I already have one', 'soft-refusal'],
  ['No me interesa', 'soft-refusal'],
  ['no gracias', 'soft-refusal'],
  ['Non merci', 'soft-refusal'],
  ['Ça ne m’intéresse pas', 'soft-refusal'],
  ['pas intéressée', 'soft-refusal'],
  ['interest nahi hai', 'soft-refusal'],
  ['मुझे नहीं चाहिए', 'soft-refusal'],
  // End the call.
  ['I want to hang up', 'end-call'],
  ['I have to go', 'end-call'],
  ["I've got to run", 'end-call'],
  ['Goodbye', 'end-call'],
  ['Leave me alone', 'end-call'],
  ['not now', 'end-call'],
  ['tengo que colgar', 'end-call'],
  ['Déjeme en paz', 'end-call'],
  ['Au revoir', 'end-call'],
  ['laissez-moi tranquille', 'end-call'],
  ['mujhe jana hai', 'end-call'],
  ['अभी नहीं', 'end-call'],
  ['pareshan mat karo', 'end-call'],
  // Not what it looks like.
  ["it's not that I'm not interested", null],
  ["I'm not driving", null],
  ['I already have one question', null],
  ['I have to go through the details', null],
];

describe('the opt-out reflex', () => {
  for (const [language, sentences] of Object.entries(neverAgain)) {
    it.each(sentences)(`hears that nobody shall call again, in ${language}: %s`, (sentence) => {
      expect(detectOptOut({ segments: [sentence], agentTextWithin2s: null })).toEqual({ tier: 'opt-out', quote: sentence.trim() });
    });
  }

  it.each(otherwise)('hears in %j no more than it means: %s', (sentence, tier) => {
    expect(tierOf(sentence)).toBe(tier);
  });

  it.each([
    ['Take me off.', 'Your list please.'],
    ['please take me', 'off your list'],
    ['do not', 'call me again'],
    ['Please stop.', 'calling me'],
    ["I'm going to report you", 'to the FCC'],
    ['no me', 'llame más'],
    ["ne m'appelez", 'plus'],
    ['mujhe call', 'mat karo'],
  ])('hears a phrase that was split over two finals: %s / %s', (first, second) => {
    expect(tierOf(first, second)).toBe('opt-out');
    expect(tierOf('hello', first, second)).toBe('opt-out');
  });

  it('quotes both finals when the phrase lies in both, and only the newest otherwise', () => {
    expect(detectOptOut({ segments: ['please take me', 'off your list'], agentTextWithin2s: null })?.quote).toBe(
      'please take me off your list',
    );
    expect(detectOptOut({ segments: ['yes?', 'Take me off your list!'], agentTextWithin2s: null })?.quote).toBe('Take me off your list!');
  });

  it('does not find again what was said in the segment before', () => {
    expect(tierOf('Goodbye.', 'oh wait, how much is it?')).toBeNull();
    expect(tierOf('Take me off your list.', 'okay')).toBeNull();
  });

  it('takes "leave me alone" in two segments for an opt-out', () => {
    expect(tierOf('leave me alone', 'I said leave me alone')).toBe('opt-out');
  });

  it('looks only at the last two segments', () => {
    expect(tierOf('take me', 'hm', 'off your list')).toBeNull();
    expect(tierOf()).toBeNull();
  });

  describe('with our own voice on the line', () => {
    const disclosure = 'This is an automated call from Acme. Say "stop calling" at any time and we will take you off our list.';

    it('does not take the echo of our disclosure for the lead', () => {
      for (const echo of ['say stop calling', 'Stop calling at any time', 'from acme. say, stop calling at any time and we']) {
        expect(detectOptOut({ segments: [echo], agentTextWithin2s: disclosure })).toBeNull();
      }
    });

    it('hears a lead who takes our offer up in our own words', () => {
      for (const words of ['Stop calling', 'stop calling me', 'please stop calling', 'yes, stop calling now']) {
        expect(detectOptOut({ segments: [words], agentTextWithin2s: disclosure })?.tier).toBe('opt-out');
      }
    });

    it('hears a lead behind the echo', () => {
      const both = 'say stop calling at any time. Stop calling me!';
      expect(detectOptOut({ segments: [both], agentTextWithin2s: disclosure })?.tier).toBe('opt-out');
    });

    it('hears the same words when our side said nothing lately', () => {
      expect(detectOptOut({ segments: ['say stop calling'], agentTextWithin2s: null })?.tier).toBe('opt-out');
    });
  });

  it('answers for any text at all, and never finds anything in words without a meaning', () => {
    const words = fc.constantFrom(
      'call',
      'me',
      'stop',
      'off',
      'list',
      'never',
      "don't",
      'my',
      'bank',
      ',',
      '.',
      'no',
      'the',
      'कॉल',
      'मत',
      '💥',
      '\u0301',
      "'",
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), words.map(String)), { maxLength: 40 }),
        fc.string(),
        (pieces, agent) => {
          const found = detectOptOut({ segments: [pieces.join(''), pieces.join(' ')], agentTextWithin2s: agent });
          expect(found === null || found.quote.length > 0).toBe(true);
        },
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[xqz]{1,5}$/), { maxLength: 30 }), (pieces) => {
        expect(tierOf(pieces.join(' '))).toBeNull();
      }),
    );
  });

  it('can be warmed up, which finds nothing', () => {
    expect(warmOptOut()).toBeUndefined();
  });

  it('stays quick on text that is made to be slow', () => {
    const nasty = 'take me take me take me my my my you you told told to to '.repeat(200);
    expect(tierOf(nasty, nasty)).toBeNull();
  });
});
