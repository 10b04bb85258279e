import type { World } from '#bridge/contract/words.ts';
import type { OperationRequest } from '../../client/operations.ts';
import { addDays, midnight } from '../../ui/days.ts';
import { type CallFilter, filterAddress, readFilter } from '../review/call-filter.ts';

/** Days that move on with the calendar. */
export const ranges = {
  today: 'Today',
  'last-7': 'Last 7 days',
  'last-30': 'Last 30 days',
  'this-month': 'This month',
} as const;
export type Range = keyof typeof ranges;

const usual: Range = 'last-7';
/** The bridge adds up no more than 400 days; one of them may be an hour longer. */
const daysMax = 399;

/** Whose figures are asked for. It is the part of the address behind the question mark. */
export interface Asked {
  /** Null when days were chosen. */
  readonly range: Range | null;
  /** Days of this machine's calendar, as `2026-11-21`, both included. */
  readonly since?: string;
  readonly until?: string;
  readonly campaign?: string;
  readonly world?: World;
}

/** Both included. */
export interface Period {
  readonly since: string;
  readonly until: string;
}

const isRange = (value: string | null): value is Range => value !== null && Object.hasOwn(ranges, value);

/** @param search the address behind its question mark; what it does not know it passes by */
export function readAsked(search: string): Asked {
  const { since, until, campaign, world } = readFilter(search);
  const range = new URLSearchParams(search).get('range');
  const whose = { ...(campaign ? { campaign } : {}), ...(world ? { world } : {}) };
  if (since && until) return { range: null, since, until, ...whose };
  return { range: isRange(range) ? range : usual, ...whose };
}

/** @returns the address behind its question mark; '' for the usual days of every campaign */
export function askedAddress({ range, since, until, campaign, world }: Asked): string {
  const whose = { ...(campaign ? { campaign } : {}), ...(world ? { world } : {}) };
  if (range === null) return filterAddress({ ...whose, ...(since ? { since } : {}), ...(until ? { until } : {}) });
  return [range === usual ? '' : `range=${range}`, filterAddress(whose)].filter((part) => part !== '').join('&');
}

/** @param today as `2026-11-21` */
export function periodOf({ range, since = '', until = '' }: Asked, today: string): Period {
  switch (range) {
    case 'today':
      return { since: today, until: today };
    case 'last-7':
      return { since: addDays(today, -6), until: today };
    case 'last-30':
      return { since: addDays(today, -29), until: today };
    case 'this-month':
      return { since: `${today.slice(0, 8)}01`, until: today };
    default: {
      const [first, last] = since <= until ? [since, until] : [until, since];
      const earliest = addDays(last, 1 - daysMax);
      return { since: first < earliest ? earliest : first, until: last };
    }
  }
}

/** The next wider days, and what they are called on a button; null when there are none. */
export function wider(
  { range, since, until }: Asked,
  today: string,
): { readonly asked: Omit<Asked, 'world'>; readonly words: string } | null {
  if (range === 'today') return { asked: { range: 'last-7' }, words: 'Show the last 7 days' };
  if (range === 'last-7' || range === 'this-month') return { asked: { range: 'last-30' }, words: 'Show the last 30 days' };
  const year = { since: addDays(today, -364), until: today };
  if (since !== undefined && since <= year.since && (until ?? '') >= today) return null;
  return { asked: { range: null, ...year }, words: 'Show the last year' };
}

/** What `insights.get` is asked with: from the beginning of the first day to that of the day after the last. */
export function insightsQuery(period: Period, world: World, campaign: string | undefined): OperationRequest<'insights.get'> {
  return {
    world,
    since: midnight(period.since).toISOString(),
    until: midnight(period.until, 1).toISOString(),
    ...(campaign ? { campaignId: campaign } : {}),
  };
}

/** Of which calls the figures tell. */
export interface Whose extends Period {
  readonly world: World;
  readonly campaign: string | undefined;
}

/** The same calls as a list in Review, narrowed further. */
export function reviewHref({ since, until, world, campaign }: Whose, narrowed: CallFilter = {}): string {
  return `~/review?${filterAddress({ ...(campaign ? { campaign } : {}), since, until, world, ...narrowed })}`;
}
