import { type PhraseBook, phrases } from './opt-out-text.ts';

// All without accents: the text is folded before it is looked at. The "ne" is often swallowed, on the line and by recognisers.
const call =
  '(?:appelez|appelle|appeler|rappelez|rappelle|rappeler|contactez|contacte|contacter|telephonez|telephone|telephoner|derangez|harcelez)';
const object = "(?:m'|nous |me |n'|t')";
const remove = '(?:retirez|retire|enlevez|enleve|supprimez|supprime|rayez|effacez|efface|otez|sortez)';
const timing =
  "(?:avant|apres|pendant|quand|lorsque|tant que|jusqu'a|au (?:travail|bureau)|a (?:cette heure|mon travail|midi|l'heure)|le (?:matin|midi|soir|week|dimanche|samedi|lundi|mardi|mercredi|jeudi|vendredi)|si (?:tot|tard)|aussi (?:tot|tard)|maintenant|aujourd'hui|ce (?:matin|soir|midi)|cette semaine|demain|tout de suite)";
const scheduled = new RegExp(`^(?! [^|]* (?:jamais) )(?: plus)? ${timing} `, 'u');
const notName = /^ (?:monsieur|madame|mademoiselle|comme ca|comme|ainsi|cheri|cherie|menteur|par) /u;
const thirdParty =
  / (?:dit|demande|demander|dire|dis|dites|ecrit) (?:a |au |aux )(?:(?:ma|mon|mes|la|le|les|sa|son|ses|leur|un|une|notre|l')? ?)(?!vous |toi )(?:[^ ,|]+ ){1,4}(?:de |d')?$/u;
const either = (...expressions: readonly RegExp[]) =>
  new RegExp(expressions.map((expression) => `(?:${expression.source})`).join('|'), 'u');

/** French, as it is said on the telephone. */
export const french: PhraseBook = {
  optOut: [
    ...phrases(
      'opt-out',
      [
        `(?:ne |n')?${object}?(?:les? )?${call} (?:surtout |vraiment )?(?:plus jamais|plus|jamais)(?: (?:ici|a ce numero))?`,
        `(?:ne |n')${object}?${call} pas`,
        `ne (?:plus|jamais|pas) (?:jamais )?${object}${call}`,
      ],
      { before: either(scheduled, notName), after: either(thirdParty, / (?:je|il|elle|on|ils|elles|j'|tu) (?:ne |n')?$| pas de $/u) },
    ),
    ...phrases(
      'opt-out',
      [
        `(?:arretez|arrete|arreter|cessez|cesse|cesser) (?:tout de suite |immediatement |maintenant )?(?:de |d')(?:m'|nous |me )?(?:appeler|rappeler|telephoner|contacter|harceler)`,
        '(?:arretez|cessez) (?:vos|ces|les) appels',
        "(?:plus|assez|pas) d'appels?(?: _)?",
        "(?:veux|veut|voulons|souhaite|souhaitons) (?:plus|pas) (?:etre (?:appele|rappele|contacte|demarche)e?|(?:recevoir )?(?:d'appels?|vos appels|ces appels)|que (?:vous|l'on|on) (?:m'|nous |me )?(?:appeliez|rappeliez|contactiez|telephoniez|appelle|rappelle|contacte))",
      ],
      { before: scheduled, after: thirdParty },
    ),
    ...phrases(
      'opt-out',
      [
        `${remove} (?:moi|nous) (?:_ ){0,1}?(?:de|des) (?:_ ){0,2}?(?:listes?|fichiers?|base|registre|systeme)`,
        `${remove} (?:mon|notre|ce) (?:numero|nom|telephone)`,
        '(?:supprimez|effacez|rayez|retirez|desinscrivez|desabonnez) moi',
        'me (?:desinscrire|desabonner)|desinscrivez nous',
        '(?:etre|soit|sois) (?:retire|enleve|supprime|raye|efface)e? (?:de|des) (?:_ ){0,2}?(?:listes?|fichiers?|base)',
        "bloctel|liste rouge|liste d'opposition",
        '(?:retire|revoque) (?:mon|notre) (?:consentement|accord|autorisation)',
        '(?:pas|jamais) donne (?:_ ){0,2}?(?:consentement|accord|autorisation|permission)',
        '(?:porter plainte|deposer plainte|vais vous signaler|vous poursuivre)',
        'mon avocat (?:va|vous|prendra|sera)|(?:appeler|contacter|parler a) mon avocat',
      ],
      { after: thirdParty },
    ),
  ],
  callback: phrases(
    'callback',
    [
      '(?:rappelez|rappelle|appelez) moi(?: (?:plus tard|demain|apres|vers|lundi|mardi|mercredi|jeudi|vendredi|samedi|ce soir|un autre|la semaine|dans _))?',
      '(?:rappelez|rappeler|appelez) (?:plus tard|demain|un autre jour|ce soir|la semaine prochaine)',
      '(?:pouvez vous|pourriez vous|vous pouvez) (?:me )?(?:rappeler|rappelez)',
    ],
    { after: / (?:ne|pas|pas de|plus) $/u },
  ),
  refusal: phrases('soft-refusal', [
    'pas (?:du tout |vraiment )?interesse(?:e|s|es)?',
    "(?:ca|cela|ceci) (?:ne )?m'interesse pas|m'interesse pas",
    'non,? merci',
    "j'en ai deja|(?:j'ai|nous avons) deja (?:un|une|ce|ca|tout)",
    '(?:pas|plus) besoin',
  ]),
  circumstance: phrases(
    'callback',
    [
      'je (?:conduis|travaille)|au volant',
      '(?:je suis|on est) (?:_ )?(?:occupee?|en reunion|au travail|en voiture|a table|en train)',
      'en reunion',
      'mauvais moment|pas le (?:bon )?moment|pas un bon moment|mal tombee?',
    ],
    { after: / pas $/u },
  ),
  ending: phrases('end-call', [
    'au revoir',
    'je (?:vais|dois) (?:vous |te )?(?:raccrocher|partir|laisser|y aller|filer)',
    'je (?:vous|te) laisse|je raccroche',
    'pas maintenant',
    'pas le temps',
  ]),
  leaveAlone: phrases('end-call', [
    '(?:laissez|laisse) (?:moi|nous) (?:tranquilles?|en paz|en paix)',
    '(?:fichez|foutez|fous|fiche) (?:moi|nous) la paix',
    'allez vous faire (?:_ )?|va te faire (?:_ )?',
  ]),
};
