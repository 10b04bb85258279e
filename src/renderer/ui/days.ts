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
