import type { AnswerType, CarrierName, Disposition, HopName, LadderStep, LeadState, Outcome, Rung } from '#bridge/contract/words.ts';

// Made once: a table that scrolls formats thousands of figures.
const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const figures = new Intl.NumberFormat('en-US');

/** Two decimals, as `$38.12`. @param micros millionths of a dollar */
export function money(micros: number): string {
  return dollars.format(micros / 1_000_000);
}

/** `0:31`, `12:04`, `1:02:04`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A span as people say it: `18 min`, `2 h 40`, `3 days`. */
export function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (ms < 60_000) return `${Math.max(1, Math.round(ms / 1000))} s`;
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60}`;
  return `${Math.round(minutes / 1440)} days`;
}

/** ms below one second, then seconds with two decimals. */
export function latency(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** North American numbers as people write them there; others as they are. @param number E.164 */
export function phone(number: string): string {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return parts ? `(${parts[1]}) ${parts[2]}-${parts[3]}` : number;
}

export function count(value: number): string {
  return figures.format(value);
}

/** `1 call`, `2 calls`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** What is kept in words without a beginning or an end, as a sentence: `The lead hung up.` */
export function sentence(text: string): string {
  const whole = text.trim();
  return `${whole.charAt(0).toUpperCase()}${whole.slice(1)}${/[.?!]"?$/.test(whole) ? '' : '.'}`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

const timeFormats = new Map<string, Intl.DateTimeFormat>();
function timeFormat(zone: string | undefined): Intl.DateTimeFormat | null {
  const known = timeFormats.get(zone ?? '');
  if (known) return known;
  try {
    const made = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit', ...(zone ? { timeZone: zone } : {}) });
    timeFormats.set(zone ?? '', made);
    return made;
  } catch {
    return null;
  }
}

/** The time of day in the system's clock style. @param zone IANA; this machine's without it @returns null when the zone is unknown */
export function timeOfDay(at: number | string, zone?: string): string | null {
  return timeFormat(zone)?.format(typeof at === 'string' ? Date.parse(at) : at) ?? null;
}

/** A time that is kept without a day, in the system's clock style. @param time `09:00`, up to `24:00` */
export function clockTime(time: string): string {
  return timeOfDay(`1970-01-01T${time}:00Z`, 'UTC') ?? time;
}

/** The lead's own time with the place, as `10:42 in Tucson, AZ`; what is known of it. */
export function localTime(nowMs: number, zone: string | null, place: string | null): string {
  const time = zone === null ? null : timeOfDay(nowMs, zone);
  if (time === null) return place ?? 'Local time not known';
  return place === null ? `${time} there` : `${time} in ${place}`;
}

const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
const yearFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

/** `10:42 today`, `Mon 23 Nov, 10:38`; with the year when it is another one. */
export function dateTime(at: number | string, nowMs = Date.now()): string {
  const date = new Date(at);
  const now = new Date(nowMs);
  const time = timeOfDay(date.getTime()) ?? '';
  if (date.toDateString() === now.toDateString()) return `${time} today`;
  return `${(date.getFullYear() === now.getFullYear() ? dayFormat : yearFormat).format(date)}, ${time}`;
}

const dateFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** The same for a narrow column: `10:42 today`, `23 Nov, 10:38`; of another year only the day. */
export function shortDateTime(at: number | string, nowMs = Date.now()): string {
  const date = new Date(at);
  const now = new Date(nowMs);
  if (date.toDateString() === now.toDateString()) return dateTime(at, nowMs);
  if (date.getFullYear() !== now.getFullYear()) return yearFormat.format(date);
  return `${dateFormat.format(date)}, ${timeOfDay(date.getTime())}`;
}

export function day(at: number | string): string {
  return dayFormat.format(new Date(at));
}

export function bytes(value: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

export const rungWords: Readonly<Record<Rung, string>> = {
  realtime: 'Realtime',
  live: 'Live',
  cascade: 'Cascade',
  relay: 'Relay',
  'turn-based': 'Turn-based',
  announcement: 'Announcement',
};

export const stepWords: Readonly<Record<LadderStep, string>> = { ...rungWords, human: 'Person rung' };

export const dispositionWords: Readonly<Record<Disposition, string>> = {
  interested: 'Interested',
  appointment: 'Booked',
  sale: 'Sale',
  'callback-requested': 'Callback',
  'not-interested': 'Not interested',
  'do-not-call': 'Asked to stop',
  'wrong-number': 'Wrong number',
  transferred: 'Transferred',
  'transfer-failed': 'Transfer failed',
  'language-barrier': 'Language barrier',
  'hung-up-early': 'Hung up early',
  'voicemail-left': 'Voicemail left',
  'voicemail-no-message': 'Voicemail, no message',
  'announcement-heard': 'Heard the announcement',
  'no-answer': 'No answer',
  busy: 'Busy',
  rejected: 'Rejected',
  'invalid-number': 'Invalid number',
  failed: 'Failed',
  talked: 'Talked',
  unknown: 'Not known',
};

export const carrierWords: Readonly<Record<CarrierName, string>> = { twilio: 'Twilio', plivo: 'Plivo' };

export const carrierNames = Object.keys(carrierWords) as readonly CarrierName[];

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  completed: 'Answered',
  'no-answer': 'No answer',
  busy: 'Busy',
  rejected: 'Rejected',
  'invalid-number': 'Invalid number',
  'barred-destination': 'Destination barred',
  'blocked-by-network': 'Blocked by the network',
  congestion: 'Network busy',
  'carrier-error': 'Carrier error',
  'our-error': 'Our error',
  cancelled: 'Cancelled',
  unknown: 'May have rung',
};

export const leadStateWords: Readonly<Record<LeadState, string>> = {
  ready: 'Ready',
  dialling: 'On a call',
  waiting: 'Held',
  done: 'Done',
  suppressed: 'Never',
  unknown: 'May have rung',
};

export const answerWords: Readonly<Record<AnswerType, string>> = {
  human: 'A person answered',
  machine: 'Voicemail',
  screener: 'Call screening',
  menu: 'Phone menu',
  fax: 'Fax',
  silence: 'Silence',
  unknown: 'Not known',
};

export const hopWords: Readonly<Record<HopName, string>> = {
  dialled: 'Dialled',
  accepted: 'Accepted',
  ringing: 'Ringing',
  answered: 'Answered',
  'document-served': 'Answer served',
  'media-open': 'Media socket',
  'first-frame-in': 'First frame in',
  'ai-open': 'AI socket open',
  'ai-ready': 'AI session ready',
  'first-ai-audio': 'Greeting ready',
  'first-audio-sent': 'First AI audio',
  'first-audio-played': 'First audio heard',
  'disclosure-played': 'Disclosure heard',
  ended: 'Ended',
};
