import { plainText } from './opt-out-text.ts';
import { longestSegment } from './sayings.ts';

/** Words that any sentence may have, in English, Spanish, French and Hindi; of questions and denials it matters that they are there. */
const stopWords: ReadonlySet<string> = new Set(
  [
    "a an the and or but so if of to in on at for from with by about as than then that this these those there here it its it's that's",
    "is are was were be been am i'm you're we're he she they them his her their our my your me you i we us him do does did done have has had",
    "can could would will shall should may might must let's let get got going go just really very still also too now well okay ok yes yeah yep no nope",
    'hello hi hey thanks thank sorry pardon excuse again please said say saying tell asked ask know want think mean like one some any all sure right',
    'el la los las un una unos unas y o pero si de del a al en con por para que se es son esta estan soy eres fue ser lo le les me te nos su sus mi mis tu tus',
    'usted ustedes yo ella ellos eso esto ese esta aqui alli ya muy mas bueno bien vale gracias perdon hola oiga diga puede puedo quiero decir dice pregunte',
    "le la les un une des du de et ou mais si en dans sur pour par avec que qui se est sont suis ete etre ce cet cette ces ca c'est il elle ils elles je j'ai vous",
    "nous on me te moi mon ma mes votre vos notre nos oui non bon bien d'accord merci pardon allo bonjour alors donc est-ce veux voudrais peux pouvez dit dire",
    'hai hain ho hoon tha thi the ka ki ke ko se mein main mai aap hum mera meri mere apna apka aapka aapki yeh ye woh wo aur ya bhi to toh haan nahi ji bas',
    'है हैं हो हूं हूँ था थी थे का की के को से में मैं आप हम मेरा मेरी मेरे अपना आपका आपकी आपके यह ये वह वो और या भी तो हां हाँ जी बस पर नमस्ते हेलो कृपया',
  ]
    .join(' ')
    .split(' '),
);

const questionStart =
  /^ (?:(?:and|so|but|okay|ok|yes|no|well|y|pero|entonces|bueno|et|mais|alors|donc|oui|non|aur|to|toh|lekin|और|तो|लेकिन) (?:, )*)*(?:what|what's|whats|when|when's|where|where's|why|who|who's|whose|which|how|how's|is|are|do|does|did|can|could|will|would|should|tell me|i asked|i'm asking|i want to know|que|cual|cuales|cuando|cuanto|cuanta|donde|quien|como|por que|puede|puedo|digame|dime|quiero saber|quel|quelle|quels|quelles|quand|combien|ou|comment|pourquoi|est ce|qu'est|pouvez|dites moi|je veux savoir|kya|kab|kahan|kaun|kaise|kyun|kyon|kitna|kitne|kitni|bataiye|batao|क्या|कब|कहां|कहाँ|कौन|कैसे|क्यों|कितना|कितने|कितनी|बताइए|बताओ) /u;
/** In Hindi the word that asks may stand anywhere. */
const questionWithin = / (?:kya|kab|kahan|kaun|kaise|kyun|kitna|kitne|kitni|क्या|कब|कहां|कहाँ|कौन|कैसे|क्यों|कितना|कितने|कितनी) /u;

/** The words of a sentence that carry its meaning. */
export type Gist = ReadonlySet<string>;

/** Of each sentence, the words that matter, and whether it asks something. Sentences of nothing but stop words are left out. */
export function gistsOf(text: string): readonly { readonly words: Gist; readonly isQuestion: boolean }[] {
  const sentences = text.slice(-longestSegment).match(/[^.!?;।…]+[.!?;।…]*/gu) ?? [];
  return sentences.flatMap((sentence) => {
    const plain = plainText(sentence).replace(/ [|,](?= )/gu, '');
    const words = new Set(
      plain
        .trim()
        .split(' ')
        .map(stem)
        .filter((word) => word.length > 0 && !stopWords.has(word)),
    );
    if (words.size === 0) return [];
    const isQuestion = sentence.includes('?') || questionStart.test(plain) || questionWithin.test(plain);
    return [{ words, isQuestion }];
  });
}

/** How much two sentences have in common: 0 nothing, 1 every word. */
export function likeness(a: Gist, b: Gist): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}

/** "What's" and "what", "price" and "prices" are one. */
function stem(word: string): string {
  const bare = word.replace(/'(?:s|re|ll|d|ve)$/u, '');
  return /^[a-z]{4,}s$/u.test(bare) && !bare.endsWith('ss') ? bare.slice(0, -1) : bare;
}
