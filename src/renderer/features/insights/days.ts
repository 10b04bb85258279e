/** A day of this machine's calendar, as `2026-11-21`. */
export function isoDay(at: Date): string {
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** The beginning of a day on this machine's clock. @param add days after it */
export function midnight(day: string, add = 0): Date {
  const [year = 0, month = 1, dayOfMonth = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, dayOfMonth + add);
}

export const addDays = (day: string, add: number): string => isoDay(midnight(day, add));

const dateFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const datedFormat = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
const yearFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

/** For an axis, as `23 Nov`. */
export const dateWords = (day: string): string => dateFormat.format(midnight(day));

/** `Mon 23 Nov`. */
export const dayWords = (day: string): string => datedFormat.format(midnight(day));

/** `Mon 23 Nov`, or `Mon 23 Nov to Fri 27 Nov`; with the year when a day is of another one than today. */
export function daysWords(since: string, until: string, today: string): string {
  const year = today.slice(0, 4);
  const isThisYear = since.startsWith(year) && until.startsWith(year);
  const words = (day: string) => (isThisYear ? dayWords(day) : yearFormat.format(midnight(day)));
  return since === until ? words(since) : `${words(since)} to ${words(until)}`;
}
