/** What the AI is told that takes a conversation over with an answer owed. */
export const goOn = 'Go on with the conversation where it stands.';

/** What is said between the answers of the AI, where nobody has the time to invent it. */
export interface TurnPhrases {
  /** Nothing was heard; the second time they are asked whether they are there. */
  readonly noInput: readonly [string, string];
  readonly noMatch: string;
  readonly oneMoment: string;
  /** To whoever was asked for a moment before. */
  readonly thanks: string;
  readonly silentFarewell: string;
  /** After a transfer that nobody took. */
  readonly nobodyFree: string;
}

const phrases: Readonly<Record<string, TurnPhrases>> = {
  en: {
    noInput: ['Sorry, I did not hear anything. Could you say that again?', 'Are you still there?'],
    noMatch: 'Sorry, I did not understand that. Could you say it in other words?',
    oneMoment: 'One moment.',
    thanks: 'Thank you for waiting.',
    silentFarewell: "I can't hear you, so I will try again another time. Goodbye.",
    nobodyFree: 'Sorry, nobody is free right now. Shall somebody call you back?',
  },
  es: {
    noInput: ['Perdone, no he oído nada. ¿Puede repetirlo?', '¿Sigue ahí?'],
    noMatch: 'Perdone, no le he entendido. ¿Puede decirlo con otras palabras?',
    oneMoment: 'Un momento.',
    thanks: 'Gracias por esperar.',
    silentFarewell: 'No le oigo; lo intentaré en otro momento. Adiós.',
    nobodyFree: 'Perdone, ahora no hay nadie disponible. ¿Quiere que le llamemos?',
  },
  fr: {
    noInput: ["Excusez-moi, je n'ai rien entendu. Pouvez-vous répéter ?", 'Vous êtes toujours là ?'],
    noMatch: "Excusez-moi, je n'ai pas compris. Pouvez-vous le dire autrement ?",
    oneMoment: 'Un instant.',
    thanks: "Merci d'avoir patienté.",
    silentFarewell: 'Je ne vous entends pas ; je rappellerai une autre fois. Au revoir.',
    nobodyFree: 'Excusez-moi, personne n’est disponible. Voulez-vous que nous vous rappelions ?',
  },
  de: {
    noInput: ['Entschuldigung, ich habe nichts gehört. Können Sie das wiederholen?', 'Sind Sie noch da?'],
    noMatch: 'Entschuldigung, das habe ich nicht verstanden. Können Sie es anders sagen?',
    oneMoment: 'Einen Moment.',
    thanks: 'Danke fürs Warten.',
    silentFarewell: 'Ich kann Sie nicht hören und versuche es ein andermal. Auf Wiederhören.',
    nobodyFree: 'Entschuldigung, gerade ist niemand frei. Soll jemand Sie zurückrufen?',
  },
  hi: {
    noInput: ['क्षमा कीजिए, कुछ सुनाई नहीं दिया। क्या आप दोहरा सकते हैं?', 'क्या आप अभी भी लाइन पर हैं?'],
    noMatch: 'क्षमा कीजिए, मैं समझ नहीं पाया। क्या आप दूसरे शब्दों में कह सकते हैं?',
    oneMoment: 'एक क्षण।',
    thanks: 'इंतज़ार के लिए धन्यवाद।',
    silentFarewell: 'आपकी आवाज़ नहीं आ रही है, हम फिर कभी कोशिश करेंगे। नमस्ते।',
    nobodyFree: 'क्षमा कीजिए, अभी कोई उपलब्ध नहीं है। क्या हम आपको वापस कॉल करें?',
  },
};

/** English where we have no words in the language. */
export function turnPhrasesFor(language: string | null): TurnPhrases {
  return phrases[(language ?? 'en').slice(0, 2).toLowerCase()] ?? (phrases.en as TurnPhrases);
}
