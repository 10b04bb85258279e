import { midnight } from '../../ui/days.ts';

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
