import { type PhraseBook, phrases } from './opt-out-text.ts';

// All without accents: the text is folded before it is looked at.
const us = '(?:me|nos)';
const call = '(?:llame|llamen|llames|contacte|contacten|contactes|marque|marquen|marques|telefonee|telefoneen|hable|hablen|hables)';
const remove =
  '(?:quite|quiten|quita|saque|saquen|saca|borre|borren|borra|elimine|eliminen|elimina|retire|retiren|remueva|remuevan|tache|tachen)';
const listOf = '(?:lista|listas|base|sistema|registro|registros)';
const timing =
  '(?:antes de|despues de|hasta|mientras|cuando|durante|al trabajo|en (?:el|mi) (?:trabajo|oficina)|a esta hora|a estas horas|tan (?:temprano|tarde)|por la (?:manana|noche|tarde)|de noche|los (?:lunes|martes|miercoles|jueves|viernes|sabados|domingos|fines)|ahora|ahorita|hoy|manana|si no)';
const scheduled = new RegExp(`^(?! [^|]* (?:nunca|jamas) )(?: mas)? ${timing} `, 'u');
const name = / (?:senor|senora|senorita|asi|mentiroso|loco|loca|tonto|tonta|don|dona) /u;
const notName = new RegExp(`^${name.source}`, 'u');
const thirdParty =
  / (?:dije|digo|decir|dicho|dile|pedi|pedido|pedir) (?:al? (?:mi|mis|la|el|un|una|los|las|su|sus|nuestro)? ?)(?!ustedes |usted |ti |vosotros )(?:[^ ,|]+ ){1,4}$/u;
const either = (...expressions: readonly RegExp[]) =>
  new RegExp(expressions.map((expression) => `(?:${expression.source})`).join('|'), 'u');

/** Spanish, as it is said on the telephone. */
export const spanish: PhraseBook = {
  optOut: [
    ...phrases(
      'opt-out',
      [
        `no (?:${us}|lo|le|la) ${call}(?: (?:mas|nunca|jamas|otra vez|de nuevo|aqui|a este numero))?`,
        `no (?:${us} )?(?:vuelva|vuelvan|vuelvas|vuelvan ustedes) a (?:llamar|llamarme|llamarnos|contactarme|marcar|marcarme|molestar|molestarme)(?: mas)?`,
        `no ${call} (?:mas|nunca|aqui|a este numero|a esta casa)`,
        `no ${call}(?= (?:[,|]|$))`,
        '(?:nunca|jamas) (?:mas )?(?:me|nos) (?:llame|llamen|llames|vuelva a llamar|vuelvan a llamar)',
      ],
      { before: either(scheduled, notName), after: thirdParty },
    ),
    ...phrases(
      'opt-out',
      [
        '(?:deje|dejen|deja|dejar|pare|paren|para|basta) (?:ya )?de (?:llamar|llamarme|llamarnos|marcar|marcarme|contactarme)',
        'no (?:quiero|deseo|queremos) (?:mas |recibir |recibir mas |sus |ninguna |estas )+llamadas?',
        'no (?:quiero|deseo|queremos) (?:mas )?que (?:me|nos) (?:llame|llamen|llames|vuelvan a llamar|contacten|marquen)',
        'no quiero que (?:me|nos) (?:esten|este) (?:llamando|marcando)',
        'no mas llamadas|ni una llamada mas',
      ],
      { before: scheduled, after: either(thirdParty, / no $/u) },
    ),
    ...phrases(
      'opt-out',
      [
        `${remove}(?:me|nos) (?:ya )?(?:de|del) (?:_ ){0,3}?${listOf}`,
        `${remove} (?:mi|nuestro|este|el) (?:numero|nombre|telefono)`,
        '(?:borre|borren|borra|elimine|eliminen|elimina)(?:me|nos)',
        '(?:quiero|quisiera|necesito|pido) (?:que me )?(?:quiten|saquen|borren|eliminen|salir|darme de baja|estar fuera)(?: (?:de|del) (?:_ ){0,3}?(?:lista|listas|base|sistema))?',
        '(?:deme|denme|darme|dame) de baja',
        '(?:lista robinson|lista de no llamar|registro de no llamar|no llame list)',
        '(?:retiro|revoco|quito) (?:_ ){0,2}?(?:consentimiento|permiso|autorizacion)',
        'no (?:di|he dado|doy|autorice|autorizo) (?:_ ){0,2}?(?:consentimiento|permiso|autorizacion)',
        '(?:voy a|vamos a|los voy a|lo voy a|te voy a|la voy a) (?:denunciar|demandar|denunciarlos|demandarlos|denunciarte|demandarte|denunciarlo|demandarlo)(?: _)?',
        '(?:hable|hablen|hablar|contactar|llamar) (?:con|a) mi abogado|mi abogado (?:los|lo|se|va)',
      ],
      { after: thirdParty },
    ),
  ],
  callback: phrases(
    'callback',
    [
      '(?:llame|llamen|llama|marque|marquen|marca)(?:me|nos) (?:mas tarde|luego|despues|manana|otro dia|en otro momento|el _|la proxima|a las _|en _|por la _|de nuevo)',
      '(?:llame|llamen|llama|puede llamar|puedes llamar|pueden llamar) (?:mas tarde|luego|despues|manana|otro dia|en otro momento)',
      '(?:puede|puedes|pueden|podria|podrian) (?:llamarme|marcarme|volver a llamar)',
    ],
    { after: / (?:no|nunca) $/u },
  ),
  refusal: phrases('soft-refusal', [
    'no (?:me|nos) interesa',
    'no (?:estoy|estamos) interesad(?:o|a|os|as)',
    'no,? (?:muchas )?gracias',
    'ya (?:tengo|tenemos) (?:uno|una|eso|algo)',
    'no (?:lo|la|los|las) necesito|no necesito (?:nada|eso)',
  ]),
  circumstance: phrases(
    'callback',
    [
      '(?:estoy|estamos|ando|voy) (?:manejando|conduciendo|trabajando|ocupad_|comiendo|en (?:una|la|el|mi) (?:reunion|junta|trabajo|clase|medico|doctor))',
      '(?:mal|no es (?:un )?buen) momento',
    ],
    { after: / no $/u },
  ),
  ending: phrases('end-call', [
    '(?:tengo|tenemos) que (?:irme|irnos|colgar|dejarle|dejarte|dejarlo|dejarla|salir)',
    'me tengo que ir|debo irme|ya me voy',
    '(?:voy a|le voy a|te voy a) colgar',
    'adios|chao|chau|hasta luego|bye',
    'ahora no|ahorita no',
    'no tengo tiempo',
  ]),
  leaveAlone: phrases('end-call', [
    '(?:deje|dejen|deja|dejad)(?:me|nos) (?:ya )?(?:en paz|tranquil_)',
    'no (?:me|nos) (?:moleste|molesten|molestes)',
    '(?:vete|vayase) a la mierda',
  ]),
};
