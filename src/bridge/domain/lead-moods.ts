import { plainText } from './opt-out-text.ts';
import { isSaid, longestSegment, type Saying, sayings } from './sayings.ts';

const real = '(?:real |live |actual |human |different |other |single )*';
const some = '(?:a |an |the |your |another |any |one )?';
const sure = '(?:person|human|human being|manager|supervisor|representative|operator|receptionist|rep|team member|staff member)';
const anybody = `(?:${sure}|somebody|someone|anybody|anyone|people|humans|customer service|support|the office|(?:the )?front desk|the desk|(?:live|human|real) agent)`;
const robot = '(?:robot|robots|machine|machines|computer|computers|bot|bots|chatbot|ai|recording|recordings|voice bot)';
/** Whoever belongs to the speaker is somebody else's person. */
const notMine = '(?:(?!my |our |his |her |their )_ ){0,3}?';

/** "I don't need to talk to anybody"; "why can't I talk to a person" asks all the same. */
const negated = / (?:don't|dont|do not|didn't|did not|never|needn't|no need|not|i'll|i will|we'll|we will)(?: [^ ,|]+){0,3} $/u;

const askedInEnglish: readonly Saying[] = [
  ...sayings(
    [
      `(?:talk|speak|chat) (?:directly )?(?:to|with) ${notMine}${anybody}`,
      `(?:prefer|rather|mind|mean|meant|about) (?:speaking|talking|chatting) (?:to|with) ${notMine}${anybody}`,
      '(?:connect|transfer|forward) me(?! the )(?: _)?',
      'put me (?:through|on with|over to)',
      'hand me (?:over|off)',
      `(?:get|give|find|bring|want|need|like|have) (?:me )?(?:to )?(?:speak to |talk to )?${some}${real}${sure}`,
      `(?:have|let|get|ask) ${some}${real}(?:${sure}|someone|somebody) (?:_ ){0,3}?(?:call|phone|ring) (?:me|us)`,
    ],
    negated,
  ),
  ...sayings([
    `(?:anyone|anybody|someone|somebody|person|human|manager|supervisor) (?:else )?(?:there )?(?:that |who )?(?:i|we) (?:can|could|may) (?:talk|speak)`,
    `(?:don'?t|do not|won'?t|not) (?:_ ){0,2}?(?:talk|speak|talking|speaking|deal|dealing) (?:to|with) (?:a |an |this |any |your )?${robot}`,
    `(?:tired|sick) of (?:talking to |this |these |your )?${robot}`,
  ]),
];

const person =
  '(?:persona|personas|humano|humana|ser humano|alguien|agente|representante|operador|operadora|gerente|encargado|encargada|supervisor|supervisora|asesor|asesora|recepcionista|companero|companera)';
const askedInSpanish: readonly Saying[] = [
  ...sayings(
    [
      `(?:hablar|platicar|conversar|comunicarme|comunicar) (?:_ )?con (?!mi )(?:un |una |el |la |algun |alguna |otro |otra )?${person}`,
      `(?:quiero|quisiera|necesito|prefiero|deme|dame) (?:a )?(?:un |una |otra |algun )${person}`,
    ],
    / (?:no|nunca|ya)(?: [^ ,|]+){0,2} $/u,
  ),
  ...sayings([
    '(?:paseme|pasame|pasenme|comuniqueme|comunicame|comuniquenme|transfierame|transfiereme|conecteme|conectame) (?:con|a|al)',
    'me (?:puede|puedes|podria|podrias) (?:pasar|comunicar|transferir|conectar) (?:con|a|al)',
    'me (?:pasa|pasas|comunica|comunicas|transfiere|conecta) (?:con|a|al)',
    '(?:no quiero|no voy a) hablar con (?:un |una |la |el )?(?:robot|maquina|computadora|grabacion)',
  ]),
];

const personne =
  "(?:personne|humain|etre humain|quelqu'un|conseiller|conseillere|agent|operateur|operatrice|responsable|superviseur|manager|collegue)";
const askedInFrench: readonly Saying[] = [
  ...sayings(
    [
      `(?:parler|discuter) (?:directement )?(?:a|avec) (?!mon |ma |mes )(?:un |une |la |le |l'|votre |quelqu'un de |autre |vrai |vraie |veritable )*${personne}`,
      `(?:voudrais|veux|prefere|prefererais|besoin d'|passez moi|donnez moi|trouvez moi) ?(?:un |une )(?:vrai |vraie |autre )*${personne}`,
    ],
    / (?:ne|n'ai|pas|plus|jamais)(?: [^ ,|]+){0,2} $/u,
  ),
  ...sayings([
    '(?:passez|transferez|connectez) moi',
    '(?:pouvez vous|vous pouvez|pourriez vous) me (?:passer|transferer|mettre en relation)',
    '(?:pas|plus) (?:parler|discuter) (?:a|avec) (?:un |une |votre |ce |cette )?(?:robot|machine|ordinateur|ia)',
  ]),
];

const vyakti =
  '(?:insaan|insan|aadmi|admi|vyakti|agent|manager|operator|officer|kisi|kisi aur|इंसान|आदमी|व्यक्ति|एजेंट|मैनेजर|अधिकारी|किसी|किसी और)';
const askedInHindi: readonly Saying[] = [
  ...sayings(
    [
      `${vyakti} (?:insaan |aadmi |vyakti |इंसान |आदमी |व्यक्ति )?(?:se|ke saath|से|के साथ) (?:meri |hamari |मेरी |हमारी )?(?:baat|bat|बात) (?:karni|karna|karao|karaiye|karwao|karwaiye|karwa|kara|karwa do|chahta|chahti|करनी|करना|कराओ|कराइए|करवाओ|करवाइए|करवा|करा)`,
      '(?:manager|agent|operator|मैनेजर|एजेंट) (?:ko|को) (?:phone |फोन )?(?:do|dijiye|bulao|bulaiye|दो|दीजिए|बुलाओ|बुलाइए)',
    ],
    / (?:mujhe |मुझे )?(?:meri patni|mere pati|मेरी पत्नी|मेरे पति)(?: [^ ,|]+){0,2} $/u,
  ),
  ...sayings(['(?:robot|machine|रोबोट|मशीन) (?:se|से) (?:baat|बात) (?:nahi|nahin|नहीं)']),
];

const asked = [askedInEnglish, askedInSpanish, askedInFrench, askedInHindi];

/** Nothing but the word itself, as people say to machines. */
const bareWord =
  /(?:^|\|) (?:(?:a|an|the|un|una) )?(?:(?:real|live|human) )?(?:representative|operator|agent|human|human being|person|manager|supervisor|customer service|representante|operador|operadora|agente|persona|humano|conseiller|conseillere|un humain|une personne|operateur|operatrice|एजेंट|मैनेजर|इंसान)(?: ,)* (?:\||$)/u;

const upsetSayings: readonly Saying[] = sayings([
  "(?:this|that|it|you)(?:'s| is|'re| are) (?:so |just |really |completely |totally |beyond |a |an )*(?:ridiculous|unacceptable|outrageous|absurd|joke|insane|nonsense|disgrace|disgusting|harassment|scam|useless|idiot|idiots|moron|rude|stupid)",
  '(?:are you|you are|you have to be|you got to be|got to be|gotta be|must be) (?:_ )?kidding(?: me)?',
  "(?:i'?m|i am|i'?ve|i have|we'?re|we are|you'?re making me) (?:(?!not )_ )?(?:so |very |really |pretty |getting |extremely |been |had )*(?:angry|furious|mad|upset|annoyed|frustrated|irritated|livid|pissed|pissed off|fed up|enough|sick of|sick and tired|losing my patience)",
  '(?:fed up|sick and tired|pissed off|had enough)',
  'shut up',
  'how dare you',
  'what the (?:hell|heck)',
  '(?:wasting|waste of|waste) (?:my |our )?time',
  "(?:you'?re|you are|you) (?:_ )?(?:not|never|don't|do not|aren't) (?:even )?listening?(?: to me)?",
  "(?:i|we)(?:'ve| have)? already (?:told|said)(?: you)?(?: _)?",
  '(?:terrible|horrible|awful|worst|pathetic) (?:service|company|experience|people)',
  '(?:esto es|es) (?:una |un )?(?:ridiculo|inaceptable|burla|verguenza|estafa|falta de respeto)',
  '(?:estoy|ya estoy) (?:muy |bien )?(?:enojado|enojada|molesto|molesta|furioso|furiosa|harto|harta|cansado de|cansada de)',
  'callese|callate',
  "(?:c'est|vous etes) (?:_ )?(?:ridicule|inadmissible|inacceptable|scandaleux|honteux|une honte|du harcelement|n'importe quoi|une arnaque)",
  "(?:j'en ai|y en a) (?:vraiment )?(?:marre|assez|ras le bol)",
  'je suis (?:tres |vraiment |tellement )*(?:enerve|enervee|fache|fachee|furieux|furieuse|en colere|excede|excedee)',
  "vous (?:_ )?(?:me faites perdre mon temps|ne m'ecoutez pas|vous moquez de moi|vous foutez de moi)",
  'taisez vous|la ferme',
  "(?:je vous l'ai|je l'ai|j'ai) deja dit",
  '(?:yeh|ye|यह|ये) (?:_ )?(?:bakwaas|badtameezi|badtamizi|mazaak|बकवास|बदतमीजी|मजाक) (?:hai|है)',
  '(?:main|mai|मैं) (?:bahut |बहुत )?(?:gussa|naraaz|naraz|pareshan|गुस्सा|नाराज|परेशान) (?:hoon|hun|ho|हूं|हूँ|हो)',
  '(?:tang|तंग) (?:aa|आ) (?:gaya|gayi|chuka|chuki|गया|गई|चुका|चुकी)',
  '(?:mera|मेरा) (?:time|samay|waqt|समय|टाइम|वक्त) (?:barbaad|kharab|waste|बर्बाद|खराब)',
  'chup (?:karo|raho|kar)|चुप (?:करो|रहो)',
]);
/** Looked for in the words as they are: as fillers they are gone from plain text. */
const curse =
  /\b(?:f+u+c+k\w*|bullshit|asshole\w*|bitch\w*|bastard\w*|mierda|carajo|chinga\w*|cabron\w*|pendej\w*|merde|putain|connard\w*|connasse|bordel|saala|saale)\b/iu;

/**
 * Whether the lead asks for a person in place of the AI, by fixed phrases in English, Spanish, French and Hindi. "Am I talking to a real person?" asks
 * who is there, not for another. A false find costs a glance of somebody; a miss leaves a lead with a machine they do not want.
 */
export function asksForHuman(text: string): boolean {
  const plain = plainText(text.slice(-longestSegment));
  return bareWord.test(plain) || asked.some((table) => isSaid(table, plain));
}

/** Whether the lead's words are those of somebody who is upset, by fixed phrases. */
export function soundsUpset(text: string): boolean {
  const said = text.slice(-longestSegment);
  return curse.test(said) || isSaid(upsetSayings, plainText(said));
}

/** Have the expressions compiled before a call needs them. */
export function warmLeadMoods(): void {
  // Compiled anew for text with letters beyond the Latin ones.
  for (const words of ['I told you to', 'कृपया no']) {
    asksForHuman(words);
    soundsUpset(words);
  }
}
