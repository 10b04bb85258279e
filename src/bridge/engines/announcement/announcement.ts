import type { Agent } from '#bridge/contract/agents.ts';

/**
 * One-way speech by the carrier's own voice: what the callee hears when no AI can speak. Pure text; who says it and how is the carrier's
 * business.
 */
export interface Announcement {
  readonly text: string;
  /** BCP 47 with a region, as carriers want it for the choice of a voice. */
  readonly language: string;
  /** Pressing this key takes the number off the list. */
  readonly optOutDigit: string;
  /** How often the text is spoken; the second time is for who did not listen at first. */
  readonly repeat: number;
}

/** Why the callee is put off. */
export type ApologyReason =
  /** Speech broke off while we were talking. */
  | 'broke-off'
  /** The phone was answered, and our side could not be reached. */
  | 'not-reached';

export const optOutDigit = '9';
const repeat = 2;
const defaultLanguage = 'en-US';

interface Phrases {
  /** For a tag that names no region. */
  readonly region: string;
  readonly optOut: string;
  /** Whether a text says already which key to press. */
  readonly namesKey: RegExp;
  readonly optedOut: string;
  readonly nobodyFree: string;
  readonly callbackOffer: string;
  readonly callbackNoted: string;
  readonly apology: Readonly<Record<ApologyReason, string>>;
}

const phrases: Readonly<Record<'en' | 'es' | 'fr' | 'de' | 'hi', Phrases>> = {
  en: {
    region: 'en-US',
    optOut: `To stop these calls, press ${optOutDigit}.`,
    namesKey: /\bpress(?:ing)?\s+(?:the\s+)?(?:9|nine)\b/iu,
    optedOut: 'Understood, you have been removed. Goodbye.',
    nobodyFree: 'Sorry, nobody is free to talk right now.',
    callbackOffer: 'Press 1, and we will call you back.',
    callbackNoted: 'Thank you. We will call you back. Goodbye.',
    apology: {
      'broke-off': 'Sorry, we have a technical problem and have to end this call. We will call you back. Goodbye.',
      'not-reached': 'Hello. Sorry, we have a technical problem; we will call you back. Goodbye.',
    },
  },
  es: {
    region: 'es-US',
    optOut: `Para no recibir más llamadas, pulse ${optOutDigit}.`,
    namesKey: /\b(?:pulse|presione|oprima|marque)\s+(?:el\s+)?(?:9|nueve)\b/iu,
    optedOut: 'Entendido, lo hemos quitado de la lista. Adiós.',
    nobodyFree: 'Disculpe, ahora mismo no hay nadie disponible.',
    callbackOffer: 'Pulse 1 y le llamaremos.',
    callbackNoted: 'Gracias. Le llamaremos. Adiós.',
    apology: {
      'broke-off': 'Disculpe, tenemos un problema técnico y debemos terminar esta llamada. Le volveremos a llamar. Adiós.',
      'not-reached': 'Hola. Disculpe, tenemos un problema técnico; le volveremos a llamar. Adiós.',
    },
  },
  fr: {
    region: 'fr-FR',
    optOut: `Pour ne plus recevoir ces appels, appuyez sur ${optOutDigit}.`,
    namesKey: /\b(?:appuyez\s+sur|tapez|composez)\s+(?:le\s+)?(?:9|neuf)\b/iu,
    optedOut: 'C’est noté, vous êtes retiré de la liste. Au revoir.',
    nobodyFree: 'Excusez-nous, personne n’est disponible en ce moment.',
    callbackOffer: 'Appuyez sur 1 et nous vous rappellerons.',
    callbackNoted: 'Merci. Nous vous rappellerons. Au revoir.',
    apology: {
      'broke-off': 'Excusez-nous, nous avons un problème technique et devons terminer cet appel. Nous vous rappellerons. Au revoir.',
      'not-reached': 'Bonjour. Excusez-nous, nous avons un problème technique ; nous vous rappellerons. Au revoir.',
    },
  },
  de: {
    region: 'de-DE',
    optOut: `Wenn Sie keine Anrufe mehr möchten, drücken Sie die ${optOutDigit}.`,
    namesKey: /\b(?:drücken|wählen)\s+Sie\s+(?:bitte\s+)?(?:die\s+)?(?:9|neun)\b/iu,
    optedOut: 'Verstanden, Sie wurden von der Liste gestrichen. Auf Wiederhören.',
    nobodyFree: 'Entschuldigung, im Moment ist niemand frei.',
    callbackOffer: 'Drücken Sie die 1, und wir rufen Sie zurück.',
    callbackNoted: 'Danke. Wir rufen Sie zurück. Auf Wiederhören.',
    apology: {
      'broke-off':
        'Entschuldigung, wir haben eine technische Störung und müssen dieses Gespräch beenden. Wir rufen Sie zurück. Auf Wiederhören.',
      'not-reached': 'Guten Tag. Entschuldigung, wir haben eine technische Störung; wir rufen Sie zurück. Auf Wiederhören.',
    },
  },
  hi: {
    region: 'hi-IN',
    optOut: `ये कॉल बंद करने के लिए ${optOutDigit} दबाएँ।`,
    namesKey: /(?:9|नौ)\s+दबा/u,
    optedOut: 'ठीक है, आपका नंबर सूची से हटा दिया गया है। नमस्ते।',
    nobodyFree: 'क्षमा कीजिए, इस समय कोई उपलब्ध नहीं है।',
    callbackOffer: '1 दबाइए, हम आपको वापस कॉल करेंगे।',
    callbackNoted: 'धन्यवाद। हम आपको वापस कॉल करेंगे। नमस्ते।',
    apology: {
      'broke-off': 'क्षमा कीजिए, हमें तकनीकी समस्या है और यह कॉल समाप्त करनी होगी। हम आपको फिर कॉल करेंगे। नमस्ते।',
      'not-reached': 'नमस्ते। क्षमा कीजिए, हमें तकनीकी समस्या है; हम आपको फिर कॉल करेंगे। नमस्ते।',
    },
  },
};

/**
 * What to say to a callee when only one-way speech is left: the disclosure first, then the announcement (or, without one, the greeting),
 * then how to be removed, unless the text says so already.
 *
 * @param agent its texts with all variables filled in by the caller
 */
export function announcementFor(agent: Pick<Agent, 'announcement' | 'greeting' | 'disclosure' | 'language'>): Announcement {
  const language = tagOf(agent.language);
  const spoken = phrasesFor(agent.language).phrases;
  const body = sentence(agent.announcement ?? agent.greeting);
  const disclosure = sentence(agent.disclosure ?? '');
  const parts = body.startsWith(disclosure) ? [body] : [disclosure, body];
  const said = parts.filter((part) => part !== '').join(' ');
  const text = spoken.namesKey.test(said) ? said : `${said} ${spoken.optOut}`.trim();
  return { text, language, optOutDigit, repeat };
}

/** What the callee is told before we hang up because something of ours broke. English where we have no words in the language. */
export function apologyFor(language: string | undefined, reason: ApologyReason): { readonly text: string; readonly language: string } {
  const { phrases: spoken, tag } = phrasesFor(language);
  return { text: spoken.apology[reason], language: tag };
}

/** What the callee is told after pressing the opt-out key: one short sentence, no question. */
export function optedOutFor(language: string | undefined): { readonly text: string; readonly language: string } {
  const { phrases: spoken, tag } = phrasesFor(language);
  return { text: spoken.optedOut, language: tag };
}

/** The key with which somebody asks to be called back when nobody can talk with them. */
const callbackDigit = '1';

/**
 * What is said when nobody at all can talk, and a person of ours was to be the last resort: that we call back, if they like.
 *
 * @param agent its texts with all variables filled in by the caller
 */
export function callbackOfferFor(agent: Pick<Agent, 'announcement' | 'greeting' | 'disclosure' | 'language'>) {
  const { phrases: spoken, tag } = phrasesFor(agent.language);
  const offer = `${spoken.nobodyFree} ${spoken.callbackOffer} ${spoken.optOut}`;
  const disclosure = sentence(agent.disclosure ?? '');
  return {
    /** For whoever has heard nothing of us yet. */
    first: { text: `${disclosure} ${offer}`.trim(), language: tag, optOutDigit, repeat },
    /** In the middle of a call. */
    later: { text: offer, language: tag, optOutDigit, repeat },
    noted: { text: spoken.callbackNoted, language: tag },
    digit: callbackDigit,
  };
}

/** @returns the phrases, and the tag of the voice that should say them: the wanted one, or an English one when the words are English */
function phrasesFor(language: string | undefined): { readonly phrases: Phrases; readonly tag: string } {
  const primary = (language ?? defaultLanguage).split(/[-_]/)[0]?.toLowerCase() ?? '';
  if (isSpoken(primary)) return { phrases: phrases[primary], tag: tagOf(language) };
  return { phrases: phrases.en, tag: defaultLanguage };
}

function isSpoken(primary: string): primary is keyof typeof phrases {
  return Object.hasOwn(phrases, primary);
}

/** Carriers choose a voice by language and region: `es` becomes `es-US`, `en_gb` becomes `en-GB`. */
function tagOf(language: string | undefined): string {
  const [primary = 'en', ...rest] = (language ?? defaultLanguage).split(/[-_]/);
  const lower = primary.toLowerCase();
  if (rest.length === 0) return isSpoken(lower) ? phrases[lower].region : lower;
  return [lower, ...rest.map((part) => (part.length === 2 ? part.toUpperCase() : part))].join('-');
}

/** Trimmed, and closed with a full stop so that the next sentence does not run into it. */
function sentence(text: string): string {
  const trimmed = text.replace(/\s+/gu, ' ').trim();
  return trimmed === '' || /[.!?…।]["'”’»)]*$/u.test(trimmed) ? trimmed : `${trimmed}.`;
}
