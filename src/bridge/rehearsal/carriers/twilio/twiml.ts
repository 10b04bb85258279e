import { anyText, bool, either, httpMethod, type Markup, matches, nonEmpty, oneOf, whole } from '../markup.ts';

const keys = matches(/^[0-9#*]*$/);
const language = matches(/^[a-z]{2,3}(-[A-Za-z0-9]{2,4}){0,2}$/);
const interruptible = oneOf('none', 'dtmf', 'speech', 'any', 'true', 'false');
const recordingEvents = matches(/^(in-progress|completed|absent)( (in-progress|completed|absent))*$/);
const statusEvents = matches(/^(initiated|ringing|answered|completed)( (initiated|ringing|answered|completed))*$/);

/**
 * The verbs that the simulated Twilio runs, each with every attribute that the documents name. Twilio itself warns of what it does not
 * know and goes on; here it makes the document invalid, so that a misspelling shows.
 *
 * @see https://www.twilio.com/docs/voice/twiml
 */
export const TWIML: Markup = {
  Response: {
    children: ['Say', 'Play', 'Pause', 'Gather', 'Dial', 'Connect', 'Redirect', 'Hangup', 'Record', 'Reject'],
  },
  Say: { attributes: { voice: nonEmpty, language, loop: whole(0, 1000) }, children: 'any', text: 'required' },
  Play: { attributes: { loop: whole(0, 1000), digits: matches(/^[0-9#*wW]+$/) }, text: 'allowed' },
  Pause: { attributes: { length: whole(0, 3600) } },
  Gather: {
    attributes: {
      action: nonEmpty,
      method: httpMethod,
      input: oneOf('dtmf', 'speech', 'dtmf speech', 'speech dtmf'),
      timeout: whole(1, 600),
      speechTimeout: either(oneOf('auto'), whole(1, 600)),
      maxSpeechTime: whole(1, 60),
      finishOnKey: matches(/^[0-9#*]?$/),
      numDigits: whole(1, 1000),
      actionOnEmptyResult: bool,
      hints: anyText,
      language,
      speechModel: nonEmpty,
      enhanced: bool,
      profanityFilter: bool,
      partialResultCallback: nonEmpty,
      partialResultCallbackMethod: httpMethod,
      bargeIn: bool,
    },
    children: ['Say', 'Play', 'Pause'],
  },
  Dial: {
    attributes: {
      action: nonEmpty,
      method: httpMethod,
      timeout: whole(5, 600),
      timeLimit: whole(1, 86_400),
      callerId: nonEmpty,
      answerOnBridge: bool,
      hangupOnStar: bool,
      ringTone: nonEmpty,
      sequential: bool,
      trim: oneOf('trim-silence', 'do-not-trim'),
      referUrl: nonEmpty,
      referMethod: httpMethod,
      record: oneOf('do-not-record', 'record-from-answer', 'record-from-ringing', 'record-from-answer-dual', 'record-from-ringing-dual'),
      recordingStatusCallback: nonEmpty,
      recordingStatusCallbackMethod: httpMethod,
      recordingStatusCallbackEvent: recordingEvents,
    },
    children: ['Number'],
    text: 'allowed',
  },
  Number: {
    attributes: {
      url: nonEmpty,
      method: httpMethod,
      sendDigits: matches(/^[0-9#*wW]+$/),
      statusCallback: nonEmpty,
      statusCallbackMethod: httpMethod,
      statusCallbackEvent: statusEvents,
    },
    text: 'required',
  },
  Connect: { attributes: { action: nonEmpty, method: httpMethod }, children: ['Stream', 'ConversationRelay'] },
  Stream: {
    attributes: {
      url: nonEmpty,
      name: nonEmpty,
      track: oneOf('inbound_track', 'outbound_track', 'both_tracks'),
      statusCallback: nonEmpty,
      statusCallbackMethod: httpMethod,
    },
    required: ['url'],
    children: ['Parameter'],
  },
  ConversationRelay: {
    attributes: {
      url: nonEmpty,
      welcomeGreeting: anyText,
      welcomeGreetingInterruptible: interruptible,
      language,
      ttsLanguage: language,
      transcriptionLanguage: language,
      ttsProvider: oneOf('ElevenLabs', 'Google', 'Amazon'),
      voice: nonEmpty,
      transcriptionProvider: oneOf('Deepgram', 'Google'),
      speechModel: nonEmpty,
      interruptible,
      interruptSensitivity: oneOf('low', 'medium', 'high'),
      dtmfDetection: bool,
      reportInputDuringAgentSpeech: oneOf('none', 'dtmf', 'speech', 'any'),
      preemptible: bool,
      hints: anyText,
      partialPrompts: bool,
      profanityFilter: bool,
      events: oneOf('speaker-events', 'tokens-played', 'speaker-events tokens-played'),
    },
    required: ['url'],
    children: ['Language', 'Parameter'],
  },
  Language: {
    attributes: { code: language, ttsProvider: nonEmpty, voice: nonEmpty, transcriptionProvider: nonEmpty, speechModel: nonEmpty },
    required: ['code'],
  },
  Parameter: { attributes: { name: nonEmpty, value: anyText }, required: ['name', 'value'] },
  Redirect: { attributes: { method: httpMethod }, text: 'required' },
  Hangup: {},
  Reject: { attributes: { reason: oneOf('rejected', 'busy') } },
  Record: {
    attributes: {
      action: nonEmpty,
      method: httpMethod,
      timeout: whole(1, 600),
      maxLength: whole(1, 14_400),
      finishOnKey: keys,
      playBeep: bool,
      trim: oneOf('trim-silence', 'do-not-trim'),
      recordingStatusCallback: nonEmpty,
      recordingStatusCallbackMethod: httpMethod,
      recordingStatusCallbackEvent: recordingEvents,
      transcribe: bool,
    },
  },
};
