import { isHttp } from '../urls.ts';
import type { TwilioError } from './errors.ts';

/** What a create request asks for, checked. */
export interface CallSettings {
  readonly to: string;
  readonly from: string;
  readonly url: string | null;
  readonly method: 'GET' | 'POST';
  readonly twiml: string | null;
  readonly fallbackUrl: string | null;
  readonly fallbackMethod: 'GET' | 'POST';
  readonly statusCallback: string | null;
  readonly statusCallbackMethod: 'GET' | 'POST';
  readonly statusEvents: ReadonlySet<string>;
  readonly ringTimeoutMs: number;
  readonly timeLimitMs: number;
  readonly detection: Detection | null;
  readonly record: RecordSettings | null;
  readonly sendDigits: string;
}

export interface Detection {
  readonly mode: 'Enable' | 'DetectMessageEnd';
  readonly timeoutMs: number;
  readonly isAsync: boolean;
  readonly callback: string | null;
  readonly callbackMethod: 'GET' | 'POST';
}

export interface RecordSettings {
  readonly channels: 1 | 2;
  readonly callback: string | null;
  readonly callbackMethod: 'GET' | 'POST';
  readonly events: ReadonlySet<string>;
}

export const E164 = /^\+[1-9]\d{6,14}$/;
/** What a call may last when nothing else is said: four hours. */
const DEFAULT_TIME_LIMIT_S = 14_400;
/** The create request's parameters. @see twilio-oai spec/json/twilio_api_v2010.json, CreateCall */
const KNOWN = new Set(
  (
    'To From Method FallbackUrl FallbackMethod StatusCallback StatusCallbackEvent StatusCallbackMethod SendDigits Timeout Record ' +
    'RecordingChannels RecordingStatusCallback RecordingStatusCallbackMethod SipAuthUsername SipAuthPassword MachineDetection ' +
    'MachineDetectionTimeout RecordingStatusCallbackEvent Trim CallerId MachineDetectionSpeechThreshold ' +
    'MachineDetectionSpeechEndThreshold MachineDetectionSilenceTimeout AsyncAmd AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod ' +
    'Byoc CallReason CallToken RecordingTrack TimeLimit Url Twiml ApplicationSid'
  ).split(' '),
);

/** A parameter that Twilio refuses. */
class Refusal extends Error {
  readonly error: TwilioError;
  constructor(code: number, message: string) {
    super(message);
    this.error = { status: 400, code, message };
  }
}

/**
 * Check the form of a create request as Twilio does, parameter by parameter.
 * @param odd told what Twilio silently ignores and an adapter should not send
 * @returns the settings, or the error that Twilio answers with
 */
export function checkCreate(
  form: URLSearchParams,
  ownNumbers: readonly string[],
  odd: (detail: string) => void,
): { readonly settings: CallSettings } | { readonly error: TwilioError } {
  try {
    return { settings: read(new Form(form, odd), ownNumbers, odd) };
  } catch (error) {
    if (error instanceof Refusal) return { error: error.error };
    throw error;
  }
}

function read(form: Form, ownNumbers: readonly string[], odd: (detail: string) => void): CallSettings {
  const to = form.one('To');
  const from = form.one('From');
  if (to === null) throw new Refusal(21201, "No 'To' number is specified");
  if (from === null) throw new Refusal(21213, "No 'From' number is specified");
  if (!E164.test(to)) throw new Refusal(21211, `The phone number you are attempting to call, ${to}, is not valid.`);
  if (!E164.test(from)) throw new Refusal(21212, `The source phone number provided, ${from}, is not valid.`);
  if (!ownNumbers.includes(from)) {
    throw new Refusal(
      21210,
      `The source phone number provided, ${from}, is not yet verified for your account. You may only make calls from phone numbers that you've verified or purchased from Twilio.`,
    );
  }
  const url = form.address('Url', 21205);
  const twiml = form.one('Twiml');
  if (form.one('ApplicationSid') !== null) throw new Refusal(21218, 'Invalid ApplicationSid');
  if (url === null && twiml === null) throw new Refusal(21205, 'Url parameter is required.');
  if (url !== null && twiml !== null) throw new Refusal(21205, 'Url and Twiml exclude each other.');
  if (twiml !== null && twiml.length > 4000) throw new Refusal(21205, 'Twiml is longer than 4000 characters.');
  const sendDigits = form.one('SendDigits') ?? '';
  if (!/^[0-9#*wW]{0,32}$/.test(sendDigits)) throw new Refusal(21206, 'Invalid SendDigits');
  for (const name of ['Trim', 'RecordingTrack'] as const) {
    form.word(name, name === 'Trim' ? ['trim-silence', 'do-not-trim'] : ['inbound', 'outbound', 'both'], null, 20001);
  }
  if (sendDigits !== '' && form.one('MachineDetection') !== null) odd('SendDigits disables MachineDetection');
  return {
    to,
    from,
    url,
    twiml,
    sendDigits,
    method: form.method('Method'),
    fallbackUrl: form.address('FallbackUrl', 21205),
    fallbackMethod: form.method('FallbackMethod'),
    statusCallback: form.address('StatusCallback', 21609),
    statusCallbackMethod: form.method('StatusCallbackMethod'),
    statusEvents: form.events('StatusCallbackEvent', ['initiated', 'ringing', 'answered', 'completed'], 21626),
    ringTimeoutMs: form.whole('Timeout', 1, 600, 60, 21208) * 1000,
    timeLimitMs: form.whole('TimeLimit', 1, 86_400, DEFAULT_TIME_LIMIT_S, 20001) * 1000,
    detection: sendDigits === '' ? readDetection(form) : null,
    record: readRecord(form),
  };
}

function readDetection(form: Form): Detection | null {
  const mode = form.word('MachineDetection', ['Enable', 'DetectMessageEnd'], null, 21262);
  const timeoutMs = form.whole('MachineDetectionTimeout', 3, 59, 30, 21263) * 1000;
  form.whole('MachineDetectionSpeechThreshold', 1000, 6000, 2400, 21263);
  form.whole('MachineDetectionSpeechEndThreshold', 500, 5000, 1200, 21263);
  form.whole('MachineDetectionSilenceTimeout', 2000, 10_000, 5000, 21263);
  const isAsync = form.word('AsyncAmd', ['true', 'false'], 'false', 21262) === 'true';
  const callback = form.address('AsyncAmdStatusCallback', 21262);
  const callbackMethod = form.method('AsyncAmdStatusCallbackMethod');
  return mode === null ? null : { mode, timeoutMs, isAsync, callback, callbackMethod };
}

function readRecord(form: Form): RecordSettings | null {
  const isOn = form.word('Record', ['true', 'false'], 'false', 20001) === 'true';
  const channels = form.word('RecordingChannels', ['mono', 'dual'], 'mono', 20001) === 'dual' ? 2 : 1;
  const callback = form.address('RecordingStatusCallback', 20001);
  const callbackMethod = form.method('RecordingStatusCallbackMethod');
  const events = form.events('RecordingStatusCallbackEvent', ['in-progress', 'completed', 'absent'], 20001);
  return isOn ? { channels, callback, callbackMethod, events } : null;
}

/** The parameters of a recording that is started on a live call. */
export function checkRecord(
  form: URLSearchParams,
  odd: (detail: string) => void,
): { readonly settings: RecordSettings } | { readonly error: TwilioError } {
  try {
    const known = new Form(form, odd, RECORD_KNOWN);
    known.word('RecordingTrack', ['inbound', 'outbound', 'both'], null, 20001);
    known.word('Trim', ['trim-silence', 'do-not-trim'], null, 20001);
    return {
      settings: {
        channels: known.word('RecordingChannels', ['mono', 'dual'], 'mono', 20001) === 'dual' ? 2 : 1,
        callback: known.address('RecordingStatusCallback', 20001),
        callbackMethod: known.method('RecordingStatusCallbackMethod'),
        events: known.events('RecordingStatusCallbackEvent', ['in-progress', 'completed', 'absent'], 20001),
      },
    };
  } catch (error) {
    if (error instanceof Refusal) return { error: error.error };
    throw error;
  }
}

const RECORD_KNOWN = new Set(
  'RecordingStatusCallbackEvent RecordingStatusCallback RecordingStatusCallbackMethod Trim RecordingChannels RecordingTrack'.split(' '),
);

class Form {
  readonly #form: URLSearchParams;
  readonly #odd: (detail: string) => void;

  constructor(form: URLSearchParams, odd: (detail: string) => void, known: ReadonlySet<string> = KNOWN) {
    this.#form = form;
    this.#odd = odd;
    for (const name of new Set(form.keys())) {
      if (!known.has(name)) odd(`unknown parameter ${name} is ignored`);
      else if (!name.endsWith('Event') && form.getAll(name).length > 1) odd(`parameter ${name} is repeated`);
    }
  }

  /** @returns null when absent or empty */
  one(name: string): string | null {
    return this.#form.getAll(name).at(-1) || null;
  }

  address(name: string, code: number): string | null {
    const value = this.one(name);
    if (value === null) return null;
    if (!isHttp(value)) throw new Refusal(code, `${name} is not a valid URL: ${value}`);
    if (new URL(value).hostname.includes('_')) throw new Refusal(code, `${name} has an underscore in its host name`);
    return value;
  }

  method(name: string): 'GET' | 'POST' {
    return this.word(name, ['GET', 'POST'], 'POST', 21209);
  }

  word<Word extends string>(name: string, words: readonly Word[], otherwise: Word, code: number): Word;
  word<Word extends string>(name: string, words: readonly Word[], otherwise: null, code: number): Word | null;
  word<Word extends string>(name: string, words: readonly Word[], otherwise: Word | null, code: number): Word | null {
    const value = this.one(name);
    if (value === null) return otherwise;
    const word = words.find((known) => known === value);
    if (word === undefined) throw new Refusal(code, `${name} is not valid: ${value}`);
    return word;
  }

  whole(name: string, least: number, most: number, otherwise: number, code: number): number {
    const value = this.one(name);
    if (value === null) return otherwise;
    if (!/^\d{1,9}$/.test(value) || Number(value) < least || Number(value) > most) {
      throw new Refusal(code, `${name} must be a whole number from ${least} to ${most}: ${value}`);
    }
    return Number(value);
  }

  /** Only `completed` when absent. */
  events(name: string, known: readonly string[], code: number): ReadonlySet<string> {
    const given = this.#form.getAll(name).filter((value) => value !== '');
    const words = given.flatMap((value) => value.split(' '));
    if (name === 'StatusCallbackEvent' && words.length > given.length) this.#odd(`${name} holds several words: repeat the key instead`);
    const strange = words.find((word) => !known.includes(word));
    if (strange !== undefined) throw new Refusal(code, `${name} is not valid: ${strange}`);
    return new Set(words.length > 0 ? words : ['completed']);
  }
}
