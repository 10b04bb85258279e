/** What an opening has to say, and whether these words seem to say it. */
export interface DisclosurePoint {
  readonly id: 'who' | 'behalf' | 'ai' | 'removal';
  readonly words: string;
  /** Null in a language that we cannot look for it in. */
  readonly found: boolean | null;
  /** Words that would say it. */
  readonly example: string;
}

type Id = DisclosurePoint['id'];

const points: readonly { readonly id: Id; readonly words: string; readonly example: string }[] = [
  { id: 'who', words: 'Who calls', example: 'Hello, this is Maya' },
  { id: 'behalf', words: 'On whose behalf', example: 'calling for Cedar Street Dental' },
  { id: 'ai', words: 'That it is an AI', example: 'an AI assistant' },
  { id: 'removal', words: 'How to be removed', example: 'To stop these calls, say stop calling, or press 9' },
];

const patterns: Readonly<Record<string, Readonly<Record<Id, RegExp>>>> = {
  en: {
    who: /\b(?:this is|my name is|i am|i'm|it's)\b/iu,
    behalf: /\b(?:calling (?:for|from|on)|on behalf of|(?:for|from|with|at|of) (?:the )?(?:\p{Lu}|\{\{))/u,
    ai: /\b(?:ai|a\.i\.|artificial|automated|virtual assistant|computer voice|robot|bot)\b/iu,
    removal:
      /\b(?:stop (?:these )?call|stop calling|remove|take you off|opt out|unsubscribe|do not call|not to be called|press (?:9|nine))/iu,
  },
  es: {
    who: /\b(?:soy|le habla|habla|me llamo|mi nombre es)\b/iu,
    behalf: /\b(?:de parte de|en nombre de|de|para) (?:la |el |los |las )?(?:\p{Lu}|\{\{)/u,
    ai: /\b(?:ia|inteligencia artificial|artificial|automatizad[ao]|virtual|robot)\b/iu,
    removal: /(?:no (?:recibir|quiere|vuelva|volver)|dejar de (?:recibir|llamar)|elimin|baja|pulse (?:el )?(?:9|nueve)|oprima|marque)/iu,
  },
  fr: {
    who: /(?:je suis|c'est|je m'appelle|ici)/iu,
    behalf: /(?:de la part d|au nom d|pour|de) ?(?:le |la |les |l')?(?:\p{Lu}|\{\{)/u,
    ai: /\b(?:ia|intelligence artificielle|artificiel\w*|automatis\w*|virtuel\w*|robot)\b/iu,
    removal: /(?:ne plus|retir|désinscri|arrêter ces appels|(?:tapez|appuyez sur|composez) (?:le )?(?:9|neuf))/iu,
  },
  de: {
    who: /\b(?:hier ist|hier spricht|ich bin|mein name ist|ich heiße)\b/iu,
    behalf: /\b(?:im auftrag|im namen|von|für) (?:der |die |dem |den |des )?(?:\p{Lu}|\{\{)/iu,
    ai: /(?:\bKI\b|künstliche|\bAI\b|automatisch|virtuell|roboter)/u,
    removal: /(?:keine (?:weiteren )?anrufe|nicht mehr anrufen|streichen|abmelden|drücken sie (?:die )?(?:9|neun))/iu,
  },
};

/** A gentle look at a disclosure: it knows usual phrases, not the law. @param language BCP 47 */
export function checkDisclosure(disclosure: string, language: string): readonly DisclosurePoint[] {
  const looks = patterns[language.split('-')[0]?.toLowerCase() ?? ''];
  return points.map((point) => ({ ...point, found: looks === undefined ? null : looks[point.id].test(disclosure) }));
}
