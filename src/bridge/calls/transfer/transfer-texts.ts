import type { TransferStage } from '../../domain/transfer-state.ts';

/** What a transfer is about, as far as it is known. */
export interface BriefingFacts {
  /** The agent's name. */
  readonly agent: string;
  readonly lead: string | null;
  /** Why, in the words of whoever asked for the transfer. */
  readonly reason: string | null;
  readonly lastWords: string | null;
}

interface TransferPhrases {
  briefing(facts: BriefingFacts): string;
  /** Which keys there are. */
  readonly keys: string;
  readonly leadLeft: string;
  /** While an operator is asked. */
  readonly asking: string;
  /** Before the line itself rings somebody. */
  connecting(name: string): string;
  gettingThem(name: string): string;
  stillTrying(name: string): string;
  introduction(name: string, lead: string | null): string;
}

const sentence = (text: string) => (/[.!?…]$/u.test(text) ? text : `${text}.`);

const phrases: Readonly<Record<string, TransferPhrases>> = {
  en: {
    briefing: ({ agent, lead, reason, lastWords }) =>
      [
        `This is ${agent}, the AI assistant.`,
        `I have ${lead ?? 'somebody'} on the line.`,
        reason === null ? null : sentence(reason),
        lastWords === null ? null : `They just said: ${sentence(lastWords)}`,
      ]
        .filter((part) => part !== null)
        .join(' '),
    keys: 'Press 1 to take the call, or 2 to decline.',
    leadLeft: 'The caller has hung up. Thank you, goodbye.',
    asking: 'One moment, I will ask.',
    connecting: (name) => `I am connecting you to ${name} now. One moment.`,
    gettingThem: (name) => `One moment, I will see whether ${name} is free.`,
    stillTrying: (name) => `I am still trying to reach ${name}. Thank you for waiting.`,
    introduction: (name, lead) => (lead === null ? `${name} is on the line now.` : `${lead}, ${name} is on the line now.`),
  },
  es: {
    briefing: ({ agent, lead, reason, lastWords }) =>
      [
        `Soy ${agent}, el asistente de inteligencia artificial.`,
        `Tengo a ${lead ?? 'una persona'} en la línea.`,
        reason === null ? null : sentence(reason),
        lastWords === null ? null : `Acaba de decir: ${sentence(lastWords)}`,
      ]
        .filter((part) => part !== null)
        .join(' '),
    keys: 'Pulse 1 para tomar la llamada, o 2 para rechazarla.',
    leadLeft: 'La persona ha colgado. Gracias, adiós.',
    asking: 'Un momento, voy a preguntar.',
    connecting: (name) => `Le comunico ahora con ${name}. Un momento.`,
    gettingThem: (name) => `Un momento, voy a ver si ${name} está disponible.`,
    stillTrying: (name) => `Sigo intentando localizar a ${name}. Gracias por esperar.`,
    introduction: (name, lead) => (lead === null ? `${name} ya está en la línea.` : `${lead}, ${name} ya está en la línea.`),
  },
  fr: {
    briefing: ({ agent, lead, reason, lastWords }) =>
      [
        `Ici ${agent}, l'assistant à intelligence artificielle.`,
        `J'ai ${lead ?? 'une personne'} en ligne.`,
        reason === null ? null : sentence(reason),
        lastWords === null ? null : `Elle vient de dire : ${sentence(lastWords)}`,
      ]
        .filter((part) => part !== null)
        .join(' '),
    keys: "Appuyez sur 1 pour prendre l'appel, ou sur 2 pour refuser.",
    leadLeft: 'La personne a raccroché. Merci, au revoir.',
    asking: 'Un instant, je me renseigne.',
    connecting: (name) => `Je vous mets en relation avec ${name}. Un instant.`,
    gettingThem: (name) => `Un instant, je regarde si ${name} est disponible.`,
    stillTrying: (name) => `J'essaie toujours de joindre ${name}. Merci de patienter.`,
    introduction: (name, lead) => (lead === null ? `${name} est en ligne.` : `${lead}, ${name} est en ligne.`),
  },
  de: {
    briefing: ({ agent, lead, reason, lastWords }) =>
      [
        `Hier ist ${agent}, der KI-Assistent.`,
        `Ich habe ${lead ?? 'jemanden'} in der Leitung.`,
        reason === null ? null : sentence(reason),
        lastWords === null ? null : `Zuletzt hieß es: ${sentence(lastWords)}`,
      ]
        .filter((part) => part !== null)
        .join(' '),
    keys: 'Drücken Sie 1, um das Gespräch zu übernehmen, oder 2, um abzulehnen.',
    leadLeft: 'Am anderen Ende wurde aufgelegt. Danke, auf Wiederhören.',
    asking: 'Einen Moment, ich frage nach.',
    connecting: (name) => `Ich verbinde Sie jetzt mit ${name}. Einen Moment.`,
    gettingThem: (name) => `Einen Moment, ich sehe nach, ob ${name} frei ist.`,
    stillTrying: (name) => `Ich versuche noch, ${name} zu erreichen. Danke für Ihre Geduld.`,
    introduction: (name, lead) => (lead === null ? `${name} ist jetzt in der Leitung.` : `${lead}, ${name} ist jetzt in der Leitung.`),
  },
  hi: {
    briefing: ({ agent, lead, reason, lastWords }) =>
      [
        `मैं ${agent} हूँ, एआई सहायक।`,
        `${lead ?? 'एक व्यक्ति'} लाइन पर हैं।`,
        reason === null ? null : sentence(reason),
        lastWords === null ? null : `उन्होंने अभी कहा: ${sentence(lastWords)}`,
      ]
        .filter((part) => part !== null)
        .join(' '),
    keys: 'कॉल लेने के लिए 1 दबाइए, मना करने के लिए 2 दबाइए।',
    leadLeft: 'सामने वाले ने फ़ोन रख दिया है। धन्यवाद, नमस्ते।',
    asking: 'एक क्षण, मैं पूछता हूँ।',
    connecting: (name) => `मैं अभी आपको ${name} से जोड़ रहा हूँ। एक क्षण।`,
    gettingThem: (name) => `एक क्षण, मैं देखता हूँ कि ${name} उपलब्ध हैं या नहीं।`,
    stillTrying: (name) => `मैं अभी भी ${name} से संपर्क करने की कोशिश कर रहा हूँ। प्रतीक्षा के लिए धन्यवाद।`,
    introduction: (name, lead) => (lead === null ? `${name} अब लाइन पर हैं।` : `${lead}, ${name} अब लाइन पर हैं।`),
  },
};

/** Sentences of a transfer in the language of the agent. @param language BCP 47; English for what is not known */
export function transferPhrases(language: string | null): TransferPhrases {
  return phrases[(language ?? 'en').slice(0, 2).toLowerCase()] ?? (phrases.en as TransferPhrases);
}

/** Nobody holds a phone to their ear for a page of text. */
const maxLastWords = 160;

/** The last words of somebody, short enough to be said. */
export function shortWords(words: string): string {
  const text = words.trim().replaceAll(/\s+/g, ' ');
  return text.length <= maxLastWords ? text : `…${text.slice(text.indexOf(' ', text.length - maxLastWords))}`;
}

/** How a colleague who was connected has the lead: alone, beside the operator who holds the call, or not any more. */
export type ColleaguePlace = 'alone' | 'beside' | 'gone';

const connectedWords: Readonly<Record<ColleaguePlace, (name: string) => string>> = {
  alone: (name) => `${name} has the call`,
  beside: (name) => `${name} is on the line too`,
  gone: (name) => `${name} has left the call`,
};

/** Where a transfer stands, for whoever watches. */
export function transferMessage(stage: TransferStage, name: string, place: ColleaguePlace = 'alone'): string {
  switch (stage) {
    case 'ringing':
      return `Ringing ${name}`;
    case 'briefing':
      return `${name} hears what the call is about`;
    case 'accepted':
      return `${name} takes the call`;
    case 'connected':
      return connectedWords[place](name);
    case 'declined':
      return `${name} declined`;
    case 'no-answer':
      return `${name} did not answer`;
    case 'busy':
      return `${name} is on another call`;
    case 'voicemail':
      return `${name} could not be reached`;
    case 'failed':
      return `${name} could not be connected`;
    case 'abandoned':
      return 'The lead hung up before they were connected';
    case 'cancelled':
      return 'Called off';
  }
}
