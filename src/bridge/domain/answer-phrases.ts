import { phrasePattern, plainText } from './opt-out-text.ts';

/** Whose words these are; null when they could be anybody's. */
export type WordsOf = 'human' | 'machine' | 'screener' | 'menu';

interface Phrases {
  /** Asks who calls and why, before it rings anybody. */
  readonly screener: readonly string[];
  /** Nobody but a machine says this. */
  readonly machine: readonly string[];
  /** A person may say this as well. */
  readonly maybeMachine: readonly string[];
  /** Offers keys or departments. */
  readonly menu: readonly string[];
  /** Somebody is there, and listens. */
  readonly human: readonly string[];
}

// In the shorthand of `phrasePattern`, over plain text: lower case and, in Latin letters, without accents.
const books: Readonly<Record<string, Phrases>> = {
  en: {
    screener: [
      '(?:your|the) name and (?:the |your )?(?:reason|purpose)',
      "(?:reason|purpose) (?:for|of) (?:calling|your call|the call)(?= .{0,60}?(?:see if|available|connect|i'll|tone|beep))",
      "see if (?:this person|they|he|she|the person)(?: is| are|'s|'re)? available",
      '(?:before i (?:try to )?connect you|screening (?:service|your call|this call|assistant)|call screen|call assist(?:ant)?)',
      "ask what you(?: a|')re calling (?:about|for)",
      '(?:state|say|tell me|record) your name(?: and| after| so)',
      '(?:google|virtual|personal|smart) assistant (?:the person|for|answering|helping|and i)',
    ],
    machine: [
      '(?:after|at|following) the (?:tone|beep|signal)',
      'leave (?:me |us |him |her |them )?(?:a|your|the) (?:(?:brief|short|detailed|quick|voice) )*(?:message|name and number|name number|name)',
      '(?:record|leave) (?:your|a) message',
      '(?:voice ?mail|voice mailbox|mailbox|answering machine|answering service|automatic voice message(?: system)?)(?= .{0,80}?(?:of|for|is|has|system|belongs|service|leave|you))',
      'mailbox is (?:full|not)|has not been set up',
      '(?:has been|was|been) forwarded to',
      "(?:unable to|not able to|can not|cannot|can't) (?:come to the|answer the|take your|answer your|get to the) (?:phone|call)",
      "(?:we|i)(?:'ll| will) (?:get back to|return your call|call you back as soon as|give you a call back)",
      'hang up or press',
    ],
    maybeMachine: [
      "you(?:'ve| have) reached",
      "(?:not|isn't|aren't)(?: _)? (?:available|at home|here)|unavailable",
      'thank you for calling',
      'our (?:office|offices|business)(?: hours)?(?: is| are)?(?: closed)?',
      "the (?:person|customer|number|subscriber) you(?: are|'re| have)? (?:calling|trying|dialed|called)",
    ],
    menu: [
      '(?:press|dial|push|enter|say) (?:one|two|three|four|five|six|seven|eight|nine|zero|pound|star|\\d) (?:for|to|if)',
      'for (?:_ ){1,4}(?:press|dial|push|say) (?:one|two|three|four|five|six|seven|eight|nine|zero|\\d)',
      '(?:listen (?:carefully )?(?:to|as)|(?:our )?menu options|main menu|options have changed)',
      "if you know your party's extension|dial by name|party's extension",
    ],
    human: [
      '(?:hello|hi|hey|yes|yeah|yep|speaking|yo)(?= (?:[,|] ?)*$)',
      "who(?: i|')s (?:this|calling|there|speaking)|who are you|who am i (?:speaking|talking) (?:to|with)",
      "(?:this is|it's|that's) (?:he|she|him|her|me)|(?:he|she) (?:is )?speaking",
      "i(?:'m| am) (?:here|listening|there|busy|driving|at work)",
      "can i help you|how can i help|what do you want|what is this about|what's (?:this|it) about",
      "(?:hold on|wait|one moment|just a (?:second|minute|moment)|sorry) (?:[,|] )*i(?:'m| am) here",
      'are you (?:a robot|an? ai|real|there)|can you (?:hear me|repeat)',
      'not interested|no thank you|no thanks|go ahead|what(?= (?:[,|] ?)*$)',
    ],
  },
  es: {
    screener: ['(?:su|tu) nombre y (?:el )?motivo', 'motivo de (?:su|la|tu) llamada', 'ver si (?:esta|esa persona esta) disponible'],
    machine: [
      '(?:despues|al oir|tras|luego) (?:de |del )?(?:el )?(?:tono|senal|pitido|bip)',
      '(?:deje|deja|dejar|dejenos|dejeme) (?:_ ){0,2}?mensaje',
      '(?:buzon de voz|contestador(?:a)?|buzon)',
      'no (?:podemos|puedo|puede) (?:atender|contestar)',
    ],
    maybeMachine: [
      'ha llamado (?:a|al)',
      '(?:no se encuentra|no esta|no estamos) (?:disponible|disponibles)?',
      'en este momento',
      'gracias por llamar',
    ],
    menu: [
      '(?:marque|pulse|presione|oprima) (?:el )?(?:uno|dos|tres|cuatro|cinco|cero|\\d)',
      'para (?:_ ){1,4}(?:marque|pulse|presione|oprima)',
    ],
    human: [
      '(?:hola|si|bueno|diga|digame|alo|mande)(?= (?:[,|] ?)*$)',
      'quien (?:es|habla|llama)',
      'soy yo|aqui estoy|con el|con ella|estoy aqui',
      'no me interesa|no gracias|que quiere',
    ],
  },
  fr: {
    screener: [
      "votre nom et (?:le motif|la raison|l'objet)",
      '(?:motif|raison|objet) de votre appel',
      'voir si (?:cette personne|la personne|elle|il) est disponible',
    ],
    machine: [
      '(?:apres|des) le (?:bip|signal|signal sonore|top)',
      '(?:laissez|laisser|laissez moi|deposer|enregistrer) (?:_ ){0,3}?message',
      '(?:messagerie vocale|boite vocale|repondeur|messagerie)',
      'ne (?:peut|peux|pouvons) (?:pas )?(?:vous )?repondre',
    ],
    maybeMachine: [
      'vous etes bien (?:chez|sur|au)',
      '(?:indisponible|absent|absents|absente)',
      'pour le moment|en ce moment',
      'merci de votre appel',
    ],
    menu: ['(?:tapez|appuyez sur|faites) (?:le )?(?:un|deux|trois|quatre|cinq|zero|\\d)', 'pour (?:_ ){1,4}(?:tapez|appuyez|faites)'],
    human: [
      '(?:allo|oui|bonjour)(?= (?:[,|] ?)*$)',
      "qui (?:est ce|etes vous|est a l'appareil|parle)",
      "c'est moi|je suis la|lui meme|elle meme",
      'pas interesse|non merci',
    ],
  },
  de: {
    screener: [
      '(?:ihren|deinen) namen und (?:den )?(?:grund|anlass)',
      '(?:grund|anlass) (?:ihres|des|fur ihren) anruf(?:s|es)?',
      'ob (?:die person|er|sie|diese person) (?:verfugbar|erreichbar)',
    ],
    machine: [
      'nach dem (?:signalton|ton|piepton|signal|piep)',
      '(?:hinterlassen|hinterlasse) (?:_ ){0,4}?(?:nachricht|namen)|nachricht hinterlassen',
      '(?:mailbox|anrufbeantworter|sprachbox)',
      'nicht (?:erreichbar|entgegennehmen)|rufe? (?:sie )?zuruck',
    ],
    maybeMachine: [
      'sie sind verbunden mit|sie haben (?:_ ){1,3}?erreicht',
      'zur ?zeit|im moment|momentan|derzeit',
      'vielen dank fur (?:ihren|deinen) anruf',
      'nicht (?:da|zu hause)',
    ],
    menu: ['(?:drucken|wahlen) sie (?:die )?(?:eins|zwei|drei|vier|funf|null|\\d)', 'fur (?:_ ){1,4}(?:drucken|wahlen)'],
    human: [
      '(?:hallo|ja|guten tag|bitte)(?= (?:[,|] ?)*$)',
      'wer (?:ist da|spricht|sind sie)',
      'am apparat|ich bin (?:dran|da)',
      'kein interesse|nein danke|was wollen sie',
    ],
  },
  hi: {
    screener: ['apna nam aur|(?:naam|nam) aur (?:karan|kaaran)', 'अपना नाम और', 'कॉल करने का कारण'],
    machine: [
      '(?:beep|tone) ke (?:baad|bad)',
      '(?:बीप|टोन) के बाद',
      '(?:sandesh|message) (?:chhod|chod|chhodein|choden)',
      '(?:संदेश|मैसेज) (?:छोड़ें|छोडें|छोड़िए|छोडिए|रिकॉर्ड)',
      'वॉइसमेल|वॉयसमेल|voice ?mail',
    ],
    maybeMachine: ['उपलब्ध नहीं|uplabdh nahi', 'जिस व्यक्ति को आप|aap jis vyakti', 'संपर्क नहीं|sampark nahi'],
    menu: [
      '(?:के लिए|ke liye) (?:_ ){0,2}?(?:दबाएं|दबाए|दबाएँ|dabaye|dabayein|dabaen)',
      '(?:एक|दो|तीन|ek|do|teen|\\d) (?:दबाएं|दबाएँ|दबाए|dabaye|dabayein)',
    ],
    human: [
      '(?:हैलो|हेलो|हलो|हाँ|हां|जी|नमस्ते|hello|haan|namaste)(?= (?:[,|] ?)*$)',
      '(?:कौन|kaun) (?:बोल|है|bol|hai)',
      'बोलिए|boliye|bol raha|bol rahi|बोल रहा|बोल रही',
      'नहीं चाहिए|nahi chahiye',
    ],
  },
};

interface Patterns {
  readonly screener: readonly RegExp[];
  readonly machine: readonly RegExp[];
  readonly maybeMachine: readonly RegExp[];
  readonly menu: readonly RegExp[];
  readonly human: readonly RegExp[];
}

const compiled = new Map<string, Patterns>(
  Object.entries(books).map(([language, book]) => {
    const patterns = (sources: readonly string[]) => sources.map((source) => phrasePattern(source));
    const { screener, machine, maybeMachine, menu, human } = book;
    return [
      language,
      {
        screener: patterns(screener),
        machine: patterns(machine),
        maybeMachine: patterns(maybeMachine),
        menu: patterns(menu),
        human: patterns(human),
      },
    ];
  }),
);

/** A person says as much as this at the most before they wait for an answer. */
const shortWords = 9;

/**
 * Whose words these are, by the phrases of the call's language and of English.
 *
 * @param language BCP 47; null is English
 * @param isWhole the turn is over; before that, a "hello" may be the beginning of anything
 * @returns `sure` when nobody else talks like that
 */
export function whoTalks(
  text: string,
  language: string | null,
  isWhole: boolean,
): { readonly of: WordsOf; readonly sure: boolean; readonly quote: string } | null {
  const plain = plainText(text);
  const books = patternsOf(language);
  const find = (kind: keyof Patterns) => firstMatch(books, kind, plain);
  const screener = find('screener');
  if (screener !== null) return { of: 'screener', sure: true, quote: screener };
  const machine = find('machine');
  if (machine !== null) return { of: 'machine', sure: true, quote: machine };
  const menu = find('menu');
  if (menu !== null) return { of: 'menu', sure: true, quote: menu };
  const human = find('human');
  if (human !== null && isWhole && plain.split(' ').length - 2 <= shortWords * 2) return { of: 'human', sure: true, quote: human };
  const maybe = find('maybeMachine');
  if (maybe !== null) return { of: 'machine', sure: false, quote: maybe };
  const words = plain.split(' ').filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  return isWhole && words > 0 && words <= shortWords ? { of: 'human', sure: false, quote: text } : null;
}

function patternsOf(language: string | null): readonly Patterns[] {
  const own = (language ?? 'en').slice(0, 2).toLowerCase();
  return ['en', ...(own === 'en' ? [] : [own])].flatMap((code) => compiled.get(code) ?? []);
}

function firstMatch(books: readonly Patterns[], kind: keyof Patterns, plain: string): string | null {
  for (const book of books) {
    for (const pattern of book[kind]) {
      pattern.lastIndex = 0;
      const found = pattern.exec(plain);
      if (found !== null && found[0].length > 0) return found[0];
    }
  }
  return null;
}
