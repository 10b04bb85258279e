import { anyText, bool, either, httpMethod, type Markup, matches, nonEmpty, oneOf, whole } from '../markup.ts';

/** The languages of the plain voices; a Polly voice brings its own. */
const PLAIN_LANGUAGES = new Set(
  'da-DK nl-NL en-AU en-GB en-US fr-FR fr-CA de-DE it-IT pl-PL pt-PT pt-BR ru-RU es-ES es-US sv-SE'.split(' '),
);
const language = matches(/^[a-z]{2,3}-[A-Z]{2,3}$/);
const keys = matches(/^[0-9#*]*$/);
const auto = (least: number, most: number): ((value: string) => boolean) => either(oneOf('auto'), whole(least, most));
const spoken = ['Speak', 'Play', 'Wait'];

/**
 * The verbs that the simulated Plivo runs, each with every attribute that the documents name.
 * @see https://www.plivo.com/docs/voice/xml/overview/
 */
export const PLIVO_XML: Markup = {
  Response: {
    children: ['Speak', 'Play', 'GetInput', 'GetDigits', 'Record', 'Dial', 'Wait', 'Hangup', 'Redirect', 'DTMF', 'Stream'],
  },
  Speak: {
    attributes: { voice: matches(/^(WOMAN|MAN|Polly\.[A-Za-z]+)$/), language, loop: whole(0, 1000) },
    children: 'any',
    text: 'required',
  },
  Play: { attributes: { loop: whole(0, 1000) }, text: 'required' },
  GetInput: {
    attributes: {
      action: nonEmpty,
      method: httpMethod,
      inputType: oneOf('dtmf', 'speech', 'dtmf speech', 'speech dtmf'),
      executionTimeout: whole(5, 60),
      digitEndTimeout: auto(2, 10),
      speechEndTimeout: auto(2, 10),
      finishOnKey: either(keys, oneOf('none')),
      numDigits: whole(1, 32),
      speechModel: oneOf('default', 'command_and_search', 'phone_call'),
      hints: anyText,
      language,
      profanityFilter: bool,
      interimSpeechResultsCallback: nonEmpty,
      interimSpeechResultsCallbackMethod: httpMethod,
      log: bool,
      redirect: bool,
    },
    required: ['action'],
    children: spoken,
  },
  GetDigits: {
    attributes: {
      action: nonEmpty,
      method: httpMethod,
      timeout: whole(1, 600),
      digitTimeout: whole(1, 600),
      finishOnKey: either(keys, oneOf('none')),
      numDigits: whole(1, 99),
      retries: whole(1, 99),
      invalidDigitsSound: nonEmpty,
      validDigits: keys,
      playBeep: bool,
      redirect: bool,
      log: bool,
    },
    children: spoken,
  },
  Record: {
    attributes: {
      action: nonEmpty,
      method: httpMethod,
      fileFormat: oneOf('mp3', 'wav'),
      redirect: bool,
      timeout: whole(1, 600),
      maxLength: whole(1, 86_400),
      finishOnKey: either(keys, oneOf('none', 'any')),
      playBeep: bool,
      recordSession: bool,
      startOnDialAnswer: bool,
      recordChannelType: oneOf('stereo', 'mono'),
      transcriptionType: nonEmpty,
      callbackUrl: nonEmpty,
      callbackMethod: httpMethod,
    },
  },
  Dial: {
    attributes: {
      action: nonEmpty,
      method: httpMethod,
      timeout: whole(1, 600),
      timeLimit: whole(1, 86_400),
      callerId: nonEmpty,
      callerName: nonEmpty,
      hangupOnStar: bool,
      redirect: bool,
      callbackUrl: nonEmpty,
      callbackMethod: httpMethod,
      confirmSound: nonEmpty,
      confirmKey: matches(/^[0-9#*]$/),
      confirmTimeout: whole(1, 600),
      dialMusic: nonEmpty,
      digitsMatch: anyText,
      digitsMatchBLeg: anyText,
      sipHeaders: anyText,
    },
    children: ['Number'],
  },
  Number: {
    attributes: { sendDigits: nonEmpty, sendOnPreanswer: bool, callerId: nonEmpty, callerName: nonEmpty },
    text: 'required',
  },
  Wait: { attributes: { length: whole(1, 86_400), silence: bool, minSilence: whole(1, 100_000), beep: bool } },
  Hangup: { attributes: { reason: oneOf('rejected', 'busy'), schedule: whole(1, 86_400) } },
  Redirect: { attributes: { method: httpMethod }, text: 'required' },
  DTMF: { attributes: { async: bool }, text: 'required' },
  Stream: {
    attributes: {
      bidirectional: bool,
      audioTrack: oneOf('inbound', 'outbound', 'both'),
      streamTimeout: whole(1, 86_400),
      contentType: oneOf('audio/x-mulaw;rate=8000', 'audio/x-l16;rate=8000', 'audio/x-l16;rate=16000'),
      keepCallAlive: bool,
      extraHeaders: matches(/^([A-Za-z0-9]+=[A-Za-z0-9]+([,;]|$))*$/),
      statusCallbackUrl: nonEmpty,
      statusCallbackMethod: httpMethod,
      noiseCancellation: bool,
      noiseCancellationLevel: whole(60, 100),
    },
    text: 'required',
  },
};

/** What the table cannot say, because one attribute decides about another. @returns what is wrong, or null */
export function checkPlivoVerb(name: string, attributes: Readonly<Record<string, string>>): string | null {
  if (name === 'Speak' && attributes.language !== undefined && !attributes.voice?.startsWith('Polly.')) {
    return PLAIN_LANGUAGES.has(attributes.language) ? null : `<Speak> has no language ${attributes.language}`;
  }
  if (name === 'Stream') {
    const isBoth = attributes.bidirectional === 'true';
    if (isBoth && (attributes.audioTrack ?? 'inbound') !== 'inbound') return 'a bidirectional <Stream> has the inbound track only';
    if (!isBoth && attributes.keepCallAlive === 'true') return 'keepCallAlive needs a bidirectional <Stream>';
    if ((attributes.extraHeaders ?? '').length > 512) return 'extraHeaders is longer than 512 bytes';
  }
  return null;
}
