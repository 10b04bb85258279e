import type { Insights, wonDispositions } from '#bridge/contract/insights.ts';
import type { Disposition, Outcome, Party, World } from '#bridge/contract/words.ts';
import { clockTime, count, counted, money, percent, span } from '../../ui/format.ts';
import type { Whose } from './insights-address.ts';

const hourMs = 3_600_000;

/** What counts as won, within a sentence. */
const wonWords: Readonly<Record<(typeof wonDispositions)[number], string>> = {
  interested: 'interested',
  appointment: 'booked',
  sale: 'sale',
  transferred: 'transferred',
};

/** `interested, booked, sale or transferred`. */
export function whatIsWon(): string {
  const words = Object.values(wonWords);
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

export const isWon = (disposition: Disposition): boolean => Object.hasOwn(wonWords, disposition);

/** @returns null of nothing */
export const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** `12%`, and a dash of nothing. */
export function shareWords(part: number, whole: number): string {
  const of = share(part, whole);
  if (of === null) return '–';
  return of > 0 && of < 0.005 ? '<1%' : percent(of);
}

/** `18 min of talk`, from two hours on in whole hours. */
export function talkWords(ms: number): string {
  if (ms === 0) return 'no talk';
  return `${ms < 2 * hourMs ? span(ms) : `${count(Math.round(ms / hourMs))} h`} of talk`;
}

/** Why there is nothing to show: `On Mon 23 Nov nobody was called.` @param days as `daysWords` says them */
export function nobodyWords({ since, until, world, campaign }: Whose, days: string): string {
  const whom = campaign === undefined ? 'nobody' : 'nobody of this campaign';
  return `${since === until ? 'On' : 'From'} ${days} ${whom} was ${world === 'rehearsal' ? 'called in rehearsal' : 'called'}.`;
}

/** What it cost, and what it would have if it had been real: rehearsal spends nothing. */
export function costWords(micros: number, world: World): { readonly spent: string; readonly ifReal: string | null } {
  return world === 'rehearsal' ? { spent: money(0), ifReal: `${money(micros)} if real` } : { spent: money(micros), ifReal: null };
}

/** Both in one line: `$0.00, $1.20 if real`. */
export function costLine(micros: number, world: World): string {
  const { spent, ifReal } = costWords(micros, world);
  return ifReal === null ? spent : `${spent}, ${ifReal}`;
}

type Hour = Insights['hours'][number];

/** From so many dials on an hour tells something. */
export const hourDialsMin = 10;

/** `10:00 AM to 11:00 AM`. */
export function hourWords(hour: number): string {
  const at = (value: number) => clockTime(`${String(value % 24).padStart(2, '0')}:00`);
  return `${at(hour)} to ${at(hour + 1)}`;
}

/** The hour in which the greatest share picked up, of those with dials enough to tell; null when there is none. */
export function bestHour(hours: readonly Hour[]): Hour | null {
  const told = hours.filter(({ dialled, people }) => dialled >= hourDialsMin && people > 0);
  const better = (a: Hour, b: Hour) => b.people / b.dialled - a.people / a.dialled || b.dialled - a.dialled;
  return told.toSorted(better)[0] ?? null;
}

/** The best hour as a sentence, or why none is. */
export function bestHourWords(hours: readonly Hour[]): string {
  const best = bestHour(hours);
  if (best) return `Best: ${hourWords(best.hour)}, ${count(best.people)} of ${count(best.dialled)} picked up`;
  return hours.some(({ dialled }) => dialled >= hourDialsMin)
    ? 'Nobody picked up in any hour so far'
    : `No hour has ${hourDialsMin} dials yet, too few to name the best`;
}

/** What one hour tells. */
export function hourFigures({ dialled, people }: Hour): string {
  if (dialled === 0) return 'nobody was dialled';
  const told = `${count(people)} of ${count(dialled)} picked up`;
  return dialled < hourDialsMin ? `${told}, too few to tell` : `${told}, ${shareWords(people, dialled)}`;
}

/** Calls that stand in no hour, because nobody knows the lead's clock; null when there are none. */
export function unzoned(dialled: number, hours: readonly Hour[]): string | null {
  const missing = dialled - hours.reduce((sum, hour) => sum + hour.dialled, 0);
  return missing <= 0 ? null : `${counted(missing, 'call is', 'calls are')} in no hour: the lead's time zone is not known.`;
}

const ours: ReadonlySet<Outcome> = new Set<Outcome>(['carrier-error', 'our-error']);

export type Tone = 'good' | 'bad' | 'other';

export const outcomeTone = (outcome: Outcome): Tone => (outcome === 'completed' ? 'good' : ours.has(outcome) ? 'bad' : 'other');

export const dispositionTone = (disposition: Disposition): Tone =>
  isWon(disposition) ? 'good' : disposition === 'failed' || disposition === 'transfer-failed' ? 'bad' : 'other';

/** Amber where something went wrong that somebody can mend. */
export const endTone = (fault: Party | null): Tone => (fault === null || fault === 'lead' ? 'other' : 'bad');

/** A version with fewer people than this says little. */
export const peopleMin = 20;

/** Beside a version: whether its figures can be compared. */
export function fewWords({ people }: { readonly people: number }): string | null {
  return people < peopleMin ? `${counted(people, 'person', 'people')}, too few to compare` : null;
}
