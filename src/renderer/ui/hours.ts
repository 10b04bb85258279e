import type { Weekday } from '#bridge/contract/campaigns.ts';
import { timeOfDay } from './format.ts';

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

/** The same, with a time that a program chose between two of them. */
export function timesWith(time: string): { readonly value: string; readonly label: string }[] {
  const known = clockTimes.some(({ value }) => value === time);
  return known ? [...clockTimes] : [...clockTimes, { value: time, label: time }].sort((a, b) => a.value.localeCompare(b.value));
}

/** Days with one more, or one less, in the order of the week; never none. */
export function toggled(days: readonly Weekday[], day: Weekday): Weekday[] {
  const next = weekdays.map((one) => one.day).filter((one) => (one === day ? !days.includes(one) : days.includes(one)));
  return next.length === 0 ? [...days] : next;
}
