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

/** Nothing but the word itself, as people say to machines. */
const bareWord =
  /(?:^|\|) (?:(?:a|an|the|un|una) )?(?:(?:real|live|human) )?(?:representative|operator|agent|human|human being|person|manager|supervisor|customer service|representante|operador|operadora|agente|persona|humano)(?: ,)* (?:\||$)/u;

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
]);
/** Looked for in the words as they are: as fillers they are gone from plain text. */
const curse = /\b(?:f+u+c+k\w*|bullshit|asshole\w*|bitch\w*|bastard\w*|mierda|carajo|chinga\w*|cabron\w*|pendej\w*)\b/iu;

/**
 * Whether the lead asks for a person in place of the AI, by fixed phrases in English and Spanish. "Am I talking to a real person?" asks
 * who is there, not for another. A false find costs a glance of somebody; a miss leaves a lead with a machine they do not want.
 */
export function asksForHuman(text: string): boolean {
  const plain = plainText(text.slice(-longestSegment));
  return bareWord.test(plain) || isSaid(askedInEnglish, plain) || isSaid(askedInSpanish, plain);
}

/** Whether the lead's words are those of somebody who is upset, by fixed phrases. */
export function soundsUpset(text: string): boolean {
  const said = text.slice(-longestSegment);
  return curse.test(said) || isSaid(upsetSayings, plainText(said));
}

/** Have the expressions compiled before a call needs them. */
export function warmLeadMoods(): void {
  asksForHuman('I told you to');
  soundsUpset('I told you to');
}
