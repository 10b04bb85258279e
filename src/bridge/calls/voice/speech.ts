import type { Agent } from '#bridge/contract/agents.ts';

/** Sentences that are always the same, so that nobody has to invent them while somebody waits. */
export type FixedSpeech = 'disclosure' | 'greeting' | 'opt-out-farewell' | 'farewell' | 'voicemail' | 'one-moment';

/** A fixed sentence by which a call comes on once it was heard. What only bridges a wait is none. */
export type FlowSpeech = Exclude<FixedSpeech, 'one-moment'>;

/** What the AI says word for word on one call, variables filled in; null is not said. */
export type Speeches = Readonly<Record<FixedSpeech, string | null>>;

interface Phrases {
  readonly optOut: string;
  readonly farewell: string;
  /** While an answer takes long, or another voice gets ready. */
  readonly oneMoment: string;
  readonly stillThere: string;
  readonly transferFailed: string;
  /** After a person of ours has given the call back. */
  readonly bridge: string;
  /** To whatever asks who calls and why before it rings anybody. */
  readonly screening: string;
  /** Takes leave, in an answer of the AI's own. */
  readonly leave: RegExp;
}

const phrases: Readonly<Record<string, Phrases>> = {
  en: {
    optOut: "Understood, you're removed. Goodbye.",
    farewell: 'Thank you for your time. Goodbye.',
    oneMoment: 'One moment, please.',
    stillThere: 'Ask in one short sentence whether they are still there.',
    transferFailed: 'Nobody could take the transfer. Say so in one sentence, apologise, and offer that somebody calls back.',
    bridge:
      'You have the call again. Lead over from what was said last in one short sentence, without a greeting, without repeating anything and without answering what was asked before.',
    screening:
      'An automatic assistant of the person asks who calls and why. Say in one sentence of at most twelve words that you are an AI assistant, for which company, and about what. Then say nothing more.',
    leave: /\b(?:good[- ]?bye|bye(?:[- ]bye)?|take care|have a (?:good|great|nice|lovely) (?:day|evening|afternoon|one|weekend))\b/iu,
  },
  es: {
    optOut: 'Entendido, queda eliminado. Adiós.',
    farewell: 'Gracias por su tiempo. Adiós.',
    oneMoment: 'Un momento, por favor.',
    stillThere: 'Pregunte en una frase corta si la persona sigue ahí.',
    transferFailed: 'Nadie pudo atender la transferencia. Dígalo en una frase, discúlpese y ofrezca que alguien devuelva la llamada.',
    bridge:
      'La llamada vuelve a ser suya. Enlace con lo último que se dijo en una frase corta, sin saludar, sin repetir nada y sin responder a lo que se preguntó antes.',
    screening:
      'Un asistente automático de la persona pregunta quién llama y por qué. Diga en una frase de como máximo doce palabras que es un asistente de IA, de qué empresa y para qué. Después no diga nada más.',
    leave: /(?:adi[oó]s|hasta (?:luego|pronto)|que tenga (?:un )?buen)/iu,
  },
  fr: {
    optOut: 'Compris, vous êtes retiré de la liste. Au revoir.',
    farewell: 'Merci de votre temps. Au revoir.',
    oneMoment: "Un instant, s'il vous plaît.",
    stillThere: 'Demandez en une courte phrase si la personne est toujours là.',
    transferFailed: "Personne n'a pu prendre l'appel. Dites-le en une phrase, excusez-vous et proposez un rappel.",
    bridge:
      "L'appel est de nouveau à vous. Enchaînez en une courte phrase sur ce qui vient d'être dit, sans saluer, sans rien répéter et sans répondre à ce qui a été demandé avant.",
    screening:
      'Un assistant automatique de la personne demande qui appelle et pourquoi. Dites en une phrase de douze mots au plus que vous êtes un assistant IA, de quelle entreprise et à quel sujet. Ensuite ne dites plus rien.',
    leave: /(?:au revoir|bonne (?:journée|soirée))/iu,
  },
  de: {
    optOut: 'Verstanden, Sie werden nicht mehr angerufen. Auf Wiederhören.',
    farewell: 'Vielen Dank für Ihre Zeit. Auf Wiederhören.',
    oneMoment: 'Einen Moment, bitte.',
    stillThere: 'Fragen Sie in einem kurzen Satz, ob noch jemand da ist.',
    transferFailed: 'Niemand konnte den Anruf übernehmen. Sagen Sie das in einem Satz und bieten Sie einen Rückruf an.',
    bridge:
      'Sie haben das Gespräch wieder. Knüpfen Sie in einem kurzen Satz an das zuletzt Gesagte an, ohne Begrüßung, ohne etwas zu wiederholen und ohne frühere Fragen zu beantworten.',
    screening:
      'Ein automatischer Assistent der Person fragt, wer anruft und warum. Sagen Sie in einem Satz von höchstens zwölf Wörtern, dass Sie ein KI-Assistent sind, für welche Firma und worum es geht. Danach sagen Sie nichts mehr.',
    leave: /(?:auf wiederh(?:ö|oe)ren|auf wiedersehen|tschüss|schönen (?:tag|abend))/iu,
  },
  hi: {
    optOut: 'ठीक है, आपका नंबर हटा दिया गया है। नमस्ते।',
    farewell: 'आपके समय के लिए धन्यवाद। नमस्ते।',
    oneMoment: 'एक क्षण, कृपया।',
    stillThere: 'एक छोटे वाक्य में पूछिए कि क्या वे अभी भी लाइन पर हैं।',
    transferFailed: 'कोई भी कॉल नहीं ले सका। एक वाक्य में बताइए, माफ़ी माँगिए और वापस कॉल करने की पेशकश कीजिए।',
    bridge: 'कॉल फिर आपके पास है। जो अभी कहा गया उससे एक छोटे वाक्य में जुड़िए, बिना अभिवादन, बिना दोहराए और पहले पूछे गए सवालों का जवाब दिए बिना।',
    screening:
      'व्यक्ति का स्वचालित सहायक पूछ रहा है कि कौन और क्यों कॉल कर रहा है। अधिकतम बारह शब्दों के एक वाक्य में बताइए कि आप एक AI सहायक हैं, किस कंपनी से और किस बारे में। उसके बाद कुछ न कहिए।',
    leave: /(?:नमस्ते|अलविदा)/u,
  },
};

function phrasesFor(language: string | null): Phrases {
  return phrases[(language ?? 'en').slice(0, 2).toLowerCase()] ?? (phrases.en as Phrases);
}

/** @param fill puts the lead's values into a text */
export function speechesFor(agent: Agent, fill: (text: string) => string): Speeches {
  const words = phrasesFor(agent.language ?? null);
  return {
    disclosure: agent.disclosure?.trim() ? fill(agent.disclosure) : null,
    greeting: agent.greeting.trim() ? fill(agent.greeting) : null,
    'opt-out-farewell': words.optOut,
    farewell: words.farewell,
    'one-moment': words.oneMoment,
    voicemail: agent.voicemailMessage?.trim() ? fill(agent.voicemailMessage) : null,
  };
}

export function promptFor(language: string | null, about: 'still-there' | 'transfer-failed' | 'bridge' | 'screening'): string {
  const words = phrasesFor(language);
  if (about === 'bridge') return words.bridge;
  if (about === 'screening') return words.screening;
  return about === 'still-there' ? words.stillThere : words.transferFailed;
}

/** Whether these words take leave, so that nobody has to say goodbye after them. */
export function takesLeave(language: string | null, text: string): boolean {
  return phrasesFor(language).leave.test(text) || phrasesFor('en').leave.test(text);
}

/** Asks a speech model for these words and no others. */
export function exactly(text: string): string {
  return `Say exactly the words between <<< and >>>, nothing before and nothing after, in the same language: <<<${text}>>>`;
}

/** The fixed part of every prompt: what our machinery does, so that the model does not do it again. */
/** @param clock what the lead's clock shows, when that is known: without it the AI does not know which day tomorrow is */
export function instructionsFor(agent: Agent, fill: (text: string) => string, clock: string | null = null): string {
  return [
    fill(agent.instructions),
    'You are on a phone call that we placed. The greeting has been or will be spoken for you: do not greet again.',
    'Speak in short sentences. Never claim to be human; when asked, say that you are an AI assistant.',
    'When the person wants to end the call, say one short goodbye and use end_call. When they do not want to be called again, use mark_opt_out at once and say nothing else.',
    ...(clock === null ? [] : [`The call begins on ${clock}, on the person's own clock.`]),
  ].join('\n\n');
}
