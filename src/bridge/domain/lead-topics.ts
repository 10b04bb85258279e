import { plainText } from './opt-out-text.ts';
import { isSaid, longestSegment, type Saying, sayings } from './sayings.ts';

/** What the lead's words are about, where that is a matter for a person, the gravest first. */
const topics = ['law', 'complaint', 'contract', 'price'] as const;
export type Topic = (typeof topics)[number];

/** Whoever works there threatens nobody: "I'm a lawyer", "my wife is a police officer". */
const trade = / (?:i'm|i am|am|is|as|was|he's|she's|soy|es|fui|suis|est)(?: (?:a|an|the|un|une|una|el|la|ek))?(?: retired| former)? $/u;

const law: readonly Saying[] = [
  ...sayings(
    [
      '(?:lawyer|lawyers|attorney|attorneys|solicitor)(?! general)',
      "police(?! officer| station| dassurance| d'assurance)",
      'the cops',
      'abogad(?:o|os|a|as)',
      'policia',
      'avocate?s?',
      'gendarme(?:s|rie)?',
      '(?:vakil|vakeel|वकील|पुलिस)',
    ],
    trade,
  ),
  ...sayings([
    '(?:sue|suing) (?:you|your|them|this|the|ringside)',
    "(?:will|to|gonna|could|can|'ll|i'll|we'll) sue",
    'lawsuits?',
    'legal action',
    '(?:take|taking|see) (?:_ )?(?:to|in) court',
    '(?:small claims|in|go to|going to) court',
    '(?:press|pressing) charges',
    'attorney general',
    '(?:call|calling|called|report|reporting) (?:_ )?(?:to )?the (?:police|cops|authorities|fcc|ftc)',
    '(?:los |las |les |te |lo )?(?:voy|vamos) a demandar(?:los|las|les|te|lo)?',
    '(?:demandarlos|demandarlas|demandarles|demandarte|una demanda|denuncia|denuncio|denunciar|denunciarlos|denunciarlas)',
    '(?:tribunal|tribunales|juzgado)',
    'accion(?:es)? legal(?:es)?',
    '(?:porter|porte|portons|depose|deposer) (?:une )?plainte',
    '(?:tribunal|tribunaux|en justice|poursuites?(?: judiciaires?)?)',
    '(?:court|adalat|mukadma|mukadama) (?:mein|me|jaunga|jaungi|jayenge|karunga|karungi|karenge)',
    '(?:case|केस) (?:kar|karunga|karungi|karenge|kar dunga|करूंगा|करूंगी|करेंगे|कर दूंगा|कर दूंगी)',
    '(?:मुकदमा|अदालत|कोर्ट|कानूनी|adalat|mukadma|kanooni|kanuni)',
  ]),
];

const complaint: readonly Saying[] = sayings([
  '(?:complaint|complaints|complain|complaining)',
  '(?:report|reporting) (?:you|your|this|them)',
  '(?:refund|refunds|refunded|chargeback)',
  'charge back',
  '(?:my )?money back',
  'better business bureau',
  '(?:queja|quejas|quejarme|quejar|reclamo|reclamar|reclamacion|reembolso|reembolsar|reembolsen)',
  '(?:devolver|devuelvan|devuelvanme|devuelvame|devolucion)(?: de)?(?: mi| el)? dinero',
  'mi dinero de vuelta',
  '(?:reclamation|reclamations|remboursement|rembourser|rembourse|remboursez)',
  '(?:me|se|nous) plaindre',
  '(?:shikayat|shikaayat|शिकायत|रिफंड|रिफण्ड)',
  '(?:paise|paisa|paisay|पैसे|पैसा) (?:wapas|vapas|waapas|वापस)',
]);

const contract: readonly Saying[] = sayings([
  '(?:contract|contracts)',
  'terms (?:and|of) (?:conditions|service)',
  'fine print',
  '(?:signing|sign) (?:anything|something|a|an|up for)',
  'cancel(?:ling|ing)? (?:_ )?(?:subscription|membership|account|policy|plan|agreement)',
  '(?:contrato|contratos)',
  'terminos y condiciones',
  '(?:cancelar|anular) (?:_ )?(?:suscripcion|cuenta|poliza|servicio)',
  '(?:contrat|contrats)',
  'conditions generales',
  '(?:resilier|resiliation)',
  '(?:anubandh|अनुबंध|कॉन्ट्रैक्ट|कांट्रैक्ट|करार)',
]);

const price: readonly Saying[] = [
  ...sayings([
    "how much(?:'s)?(?! time| longer| more time| of| do you know)",
    '(?:price|prices|priced|pricing|cost|costs|fee|fees|quote|discount|deposit|expensive|cheaper|afford)',
    '(?:you|they|do you) charge',
    'charge (?:me|us|for)',
    '(?:hidden|extra) charges?',
    'cuanto (?:cuesta|cuestan|vale|valen|sale|cobra|cobran|es|seria|costaria|me)',
    '(?:precio|precios|costo|costos|coste|tarifa|tarifas|descuento|presupuesto)',
    '(?:muy|tan|es|demasiado|mas) car(?:o|a|os|as)',
    "(?:combien|a combien) (?:ca|cela|est|coute|coutent|vous|faut|je|c'est)",
    "(?:c'est|ca fait|ca coute) combien",
    '(?:le|les|quel|quels|votre|vos|un|de) (?:prix|tarif|tarifs|devis)',
    '(?:les|des|vos) frais',
    '(?:trop|moins|plus|si) chere?',
    '(?:kitna|kitne|kitni|कितना|कितने|कितनी) (?:_ )?(?:paisa|paise|rupaye|rupees|lagega|lagenge|kharcha|kharch|charge|hoga|पैसा|पैसे|रुपये|रुपए|लगेगा|लगेंगे|खर्च|खर्चा|चार्ज|होगा)',
    '(?:keemat|kimat|qeemat|daam|mehnga|mehenga|कीमत|दाम|मूल्य|महंगा|महंगी|फीस|खर्चा)',
  ]),
];

const tables: Readonly<Record<Topic, readonly Saying[]>> = { law, complaint, contract, price };

/**
 * The gravest topic of the lead's words that is a matter for a person, by fixed phrases in English, Spanish, French and Hindi; null when
 * there is none. A false find costs a glance.
 */
export function topicOf(text: string): Topic | null {
  const plain = plainText(text.slice(-longestSegment));
  return topics.find((topic) => isSaid(tables[topic], plain)) ?? null;
}

const mailbox: readonly Saying[] = sayings([
  '(?:leave|record) (?:me |us )?(?:a |your )?(?:short |brief |detailed )?(?:message|name and)',
  '(?:after|at) the (?:tone|beep)',
  '(?:voicemail|voice mail|answering machine)',
  "(?:can't|cannot|can not|unable to) (?:come to the phone|take your call|answer)",
  '(?:mailbox|mail box) (?:of|is full|for)',
  '(?:is|are) not available(?: right now| at the moment)?(?: to take)',
  "the person you(?: are|'re| have| were)? (?:calling|called|trying to reach|dialled|dialed)",
  '(?:deje|deja|dejen|dejar) (?:_ )?(?:mensaje|recado)',
  '(?:despues|al escuchar|luego) (?:del|de el|de la|el) (?:tono|senal|bip)',
  'buzon (?:de voz|de mensajes|de)',
  '(?:laissez|laisser) (?:_ )?message',
  'apres le (?:bip|signal)',
  '(?:repondeur|messagerie|boite vocale)',
  '(?:sandesh|sandesha|message|संदेश|मैसेज) (?:chhod|chhodein|chhodiye|chod|छोड़|छोड|छोडें|छोडिए)',
  '(?:beep|tone|बीप|टोन) ke baad',
  '(?:बीप|टोन) के बाद',
]);

/** Whether these are the words of a mailbox rather than of a person, in the same languages. */
export function soundsLikeMailbox(text: string): boolean {
  return isSaid(mailbox, plainText(text.slice(-longestSegment)));
}

/** Have the expressions compiled before a call needs them. */
export function warmLeadTopics(): void {
  for (const words of ['I told you to', 'कृपया no']) {
    topicOf(words);
    soundsLikeMailbox(words);
  }
}
