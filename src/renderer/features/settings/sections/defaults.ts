import type { Weekday } from '#bridge/contract/campaigns.ts';
import type { ConsoleSettings } from '#bridge/contract/operations.ts';
import { timeOfDay } from '../../../ui/format.ts';
import { readPhone } from '../../../ui/phone-number.ts';

export type Defaults = ConsoleSettings['defaults'];

export const weekdays: readonly { readonly day: Weekday; readonly short: string; readonly long: string }[] = [
  { day: 'mon', short: 'Mon', long: 'Monday' },
  { day: 'tue', short: 'Tue', long: 'Tuesday' },
  { day: 'wed', short: 'Wed', long: 'Wednesday' },
  { day: 'thu', short: 'Thu', long: 'Thursday' },
  { day: 'fri', short: 'Fri', long: 'Friday' },
  { day: 'sat', short: 'Sat', long: 'Saturday' },
  { day: 'sun', short: 'Sun', long: 'Sunday' },
];

/** Every half hour, in the system's clock style; `24:00` is the end of the day. */
export const clockTimes: readonly { readonly value: string; readonly label: string }[] = Array.from({ length: 49 }, (_, step) => {
  const [hours, minutes] = [Math.floor(step / 2), (step % 2) * 30];
  const value = `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
  return { value, label: hours === 24 ? 'Midnight' : (timeOfDay(new Date(2026, 0, 1, hours, minutes).getTime()) ?? value) };
});

const regionCodes = 'US CA GB IE AU NZ ZA IN SG PH MX ES FR DE AT CH IT NL BE LU PT SE NO DK FI PL CZ GR BR AR CL CO PE JP KR IL AE'.split(
  ' ',
);
const regionNames = new Intl.DisplayNames('en', { type: 'region' });

/** Countries whose numbers are often written without a country code. @param chosen is there in any case */
export function regions(chosen: string): readonly { readonly value: string; readonly label: string }[] {
  const codes = regionCodes.includes(chosen) ? regionCodes : [...regionCodes, chosen];
  return codes.map((code) => ({ value: code, label: regionNames.of(code) ?? code }));
}

/** Days with one more, or one less, in the order of the week; never none. */
export function toggled(days: readonly Weekday[], day: Weekday): Weekday[] {
  const next = weekdays.map((one) => one.day).filter((one) => (one === day ? !days.includes(one) : days.includes(one)));
  return next.length === 0 ? [...days] : next;
}

/** Typed numbers as E.164, each once, and the first that is none. */
export function readNumbers(typed: readonly string[]): { readonly numbers: string[]; readonly problem: string | null } {
  const numbers: string[] = [];
  let problem: string | null = null;
  for (const text of typed) {
    const reading = readPhone(text);
    if (reading.number === null) problem ??= `${text}: ${reading.problem}`;
    else if (!numbers.includes(reading.number)) numbers.push(reading.number);
  }
  return { numbers, problem };
}

/** What keeps the defaults from being saved; null when nothing does. */
export function problemWith({ window }: Defaults): string | null {
  return window.start < window.end ? null : 'Calling has to end later than it begins.';
}
