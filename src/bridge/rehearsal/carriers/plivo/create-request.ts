import { isHttp } from '../urls.ts';

/** What a create request asks for, checked; the destinations apart. */
export interface PlivoSettings {
  readonly from: string;
  readonly answer: Endpoint;
  readonly ring: Endpoint | null;
  readonly hangup: Endpoint | null;
  readonly fallback: Endpoint | null;
  readonly ringTimeoutMs: number;
  /** Whether the ring timeout was asked for or is Plivo's own. */
  readonly hasOwnRingTimeout: boolean;
  readonly timeLimitMs: number;
  readonly detection: PlivoDetection | null;
  readonly sendDigits: string;
}

export interface Endpoint {
  readonly url: string;
  readonly method: 'GET' | 'POST';
}

export interface PlivoDetection {
  readonly onMachine: 'continue' | 'hangup';
  readonly timeMs: number;
  /** Its presence makes the detection asynchronous. */
  readonly callback: Endpoint | null;
}

/** The request is refused with status 400 and this text. */
class Refusal extends Error {}

/** @see https://docs.plivo.com/docs/voice/api/call/make-a-call */
const KNOWN = new Set(
  (
    'from to answer_url answer_method ring_url ring_method hangup_url hangup_method fallback_url fallback_method caller_name send_digits ' +
    'send_on_preanswer time_limit hangup_on_ring ring_timeout machine_detection machine_detection_time machine_detection_url ' +
    'machine_detection_method machine_detection_maximum_speech_length machine_detection_initial_silence machine_detection_maximum_words ' +
    'machine_detection_initial_greeting sip_headers parent_call_uuid error_if_parent_not_found'
  ).split(' '),
);
const MAX_DESTINATIONS = 1_000;
const DAY_S = 86_400;

/**
 * Check the JSON of a create request as Plivo does.
 * @param odd told what Plivo silently ignores and an adapter should not send
 */
export function checkCreate(
  body: Readonly<Record<string, unknown>>,
  odd: (detail: string) => void,
): { readonly settings: PlivoSettings; readonly to: readonly string[] } | { readonly error: string } {
  for (const name of Object.keys(body)) if (!KNOWN.has(name)) odd(`unknown parameter ${name} is ignored`);
  try {
    return read(new Fields(body));
  } catch (error) {
    if (error instanceof Refusal) return { error: error.message };
    throw error;
  }
}

function read(fields: Fields): { readonly settings: PlivoSettings; readonly to: readonly string[] } {
  const from = fields.needed('from');
  const to = fields.needed('to').split('<');
  if (to.length > MAX_DESTINATIONS) throw new Refusal(`to holds more than ${MAX_DESTINATIONS} numbers`);
  const answer = fields.endpoint('answer_url', 'answer_method');
  if (!answer) throw new Refusal('answer_url parameter not present');
  if ((fields.text('caller_name') ?? '').length > 50) throw new Refusal('caller_name must be at most 50 characters');
  const sendDigits = fields.text('send_digits') ?? '';
  if (!/^[0-9*#wW@]*$/.test(sendDigits)) throw new Refusal('send_digits is invalid');
  const ringTimeoutS = fields.whole('ring_timeout', 1, 600, 120);
  const onRingS = fields.whole('hangup_on_ring', 1, 600, 600);
  return {
    to,
    settings: {
      from,
      answer,
      sendDigits,
      ring: fields.endpoint('ring_url', 'ring_method'),
      hangup: fields.endpoint('hangup_url', 'hangup_method'),
      fallback: fields.endpoint('fallback_url', 'fallback_method'),
      ringTimeoutMs: Math.min(ringTimeoutS, onRingS) * 1000,
      hasOwnRingTimeout: fields.has('ring_timeout') || fields.has('hangup_on_ring'),
      timeLimitMs: Math.min(DAY_S, fields.whole('time_limit', 1, 10_000_000, 14_400)) * 1000,
      detection: readDetection(fields),
    },
  };
}

function readDetection(fields: Fields): PlivoDetection | null {
  const mode = fields.text('machine_detection') ?? 'false';
  if (!['true', 'false', 'hangup'].includes(mode)) throw new Refusal('machine_detection must be true or hangup');
  const timeMs = fields.whole('machine_detection_time', 2_000, 10_000, 5_000);
  fields.whole('machine_detection_maximum_speech_length', 1_000, 6_000, 5_000);
  fields.whole('machine_detection_initial_silence', 2_000, 10_000, 4_500);
  fields.whole('machine_detection_maximum_words', 2, 10, 3);
  fields.whole('machine_detection_initial_greeting', 1_000, 5_000, 1_500);
  const callback = fields.endpoint('machine_detection_url', 'machine_detection_method');
  return mode === 'false' ? null : { onMachine: mode === 'hangup' ? 'hangup' : 'continue', timeMs, callback };
}

class Fields {
  readonly #body: Readonly<Record<string, unknown>>;

  constructor(body: Readonly<Record<string, unknown>>) {
    this.#body = body;
  }

  has(name: string): boolean {
    return this.text(name) !== null;
  }

  /** Texts, numbers and booleans are taken alike. @returns null when absent or empty */
  text(name: string): string | null {
    const value = this.#body[name];
    if (value === undefined || value === null || value === '') return null;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw new Refusal(`${name} must be a string`);
  }

  needed(name: string): string {
    const value = this.text(name);
    if (value === null) throw new Refusal(`${name} parameter not present`);
    return value;
  }

  endpoint(urlName: string, methodName: string): Endpoint | null {
    const url = this.text(urlName);
    const method = this.text(methodName) ?? 'POST';
    if (method !== 'GET' && method !== 'POST') throw new Refusal(`${methodName} is invalid`);
    if (url === null) return null;
    if (!isHttp(url)) throw new Refusal(`${urlName} is not a valid URL`);
    return { url, method };
  }

  whole(name: string, least: number, most: number, otherwise: number): number {
    const value = this.text(name);
    if (value === null) return otherwise;
    if (!/^\d{1,9}$/.test(value) || Number(value) < least || Number(value) > most) {
      throw new Refusal(`${name} must be a whole number from ${least} to ${most}`);
    }
    return Number(value);
  }
}
