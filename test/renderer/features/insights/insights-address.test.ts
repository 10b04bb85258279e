import { describe, expect, it } from 'vitest';
import { operations } from '#bridge/contract/operations.ts';
import {
  askedAddress,
  insightsQuery,
  periodOf,
  ranges,
  readAsked,
  reviewHref,
  wider,
} from '#renderer/features/insights/insights-address.ts';
import { callsQuery, readFilter } from '#renderer/features/review/call-filter.ts';
import { isoDay } from '#renderer/ui/days.ts';

const today = '2026-11-23';
const daysIn = ({ since, until }: { readonly since: string; readonly until: string }) =>
  Math.round((Date.parse(until) - Date.parse(since)) / 86_400_000) + 1;

describe('what insights are asked for', () => {
  it.each(['', 'range=today', 'range=this-month&campaign=campaign_1', 'since=2026-11-02&until=2026-11-09&world=real'])(
    'is the same after a way through the address: %s',
    (address) => {
      const asked = readAsked(address);
      expect(readAsked(askedAddress(asked))).toEqual(asked);
    },
  );

  it('is the last seven days of every campaign when nothing is said, and that needs no address', () => {
    expect(readAsked('')).toEqual({ range: 'last-7' });
    expect(askedAddress({ range: 'last-7' })).toBe('');
    expect(periodOf({ range: 'last-7' }, today)).toEqual({ since: '2026-11-17', until: today });
  });

  it('passes by what it does not know, and half a stretch of days', () => {
    expect(readAsked('range=always&since=2026-11-02&campaign=a%20b&world=moon')).toEqual({ range: 'last-7' });
  });

  it('moves on with the calendar where no days were chosen', () => {
    expect(periodOf({ range: 'last-30' }, '2026-03-01')).toEqual({ since: '2026-01-31', until: '2026-03-01' });
    expect(periodOf({ range: 'this-month' }, '2026-03-01')).toEqual({ since: '2026-03-01', until: '2026-03-01' });
    expect(Object.keys(ranges)).toHaveLength(4);
  });

  it('takes chosen days in either order, and no more than the bridge adds up', () => {
    expect(periodOf({ range: null, since: '2026-11-09', until: '2026-11-02' }, today)).toEqual({
      since: '2026-11-02',
      until: '2026-11-09',
    });
    const years = periodOf({ range: null, since: '2020-01-01', until: '2026-11-23' }, today);
    expect(years.until).toBe('2026-11-23');
    const query = insightsQuery(years, 'real', undefined);
    expect(operations['insights.get'].input.safeParse(query).success).toBe(true);
    expect(daysIn(years)).toBe(399);
  });

  it('is asked from midnight to midnight, both days included', () => {
    const { since, until, campaignId } = insightsQuery({ since: '2026-11-02', until: '2026-11-02' }, 'rehearsal', 'campaign_1');
    expect(Date.parse(until) - Date.parse(since)).toBe(86_400_000);
    expect(new Date(since).getHours()).toBe(0);
    expect(campaignId).toBe('campaign_1');
  });

  it('can be widened step by step, until there is nothing wider', () => {
    let asked = wider({ range: 'today' }, today)?.asked;
    const seen: number[] = [];
    while (asked) {
      seen.push(daysIn(periodOf(asked, today)));
      asked = wider(asked, today)?.asked;
    }
    expect(seen).toEqual([7, 30, 365]);
    expect(wider({ range: null, since: '2026-11-02', until: '2026-11-02' }, today)?.words).toBe('Show the last year');
  });
});

describe('the way from a figure to its calls', () => {
  const whose = { since: '2026-11-02', until: '2026-11-09', world: 'rehearsal', campaign: 'campaign_1' } as const;
  const searchOf = (href: string) => href.split('?')[1] ?? '';

  it('asks Review for the calls of the same days, campaign and world', () => {
    const filter = readFilter(searchOf(reviewHref(whose, { outcome: 'busy' })));
    expect(filter).toEqual({ ...whose, outcome: 'busy' });
    const { since, until } = insightsQuery(whose, 'rehearsal', 'campaign_1');
    const listed = callsQuery(filter);
    expect([listed.since, Date.parse(listed.until ?? '') + 1]).toEqual([since, Date.parse(until)]);
  });

  it('carries a tag as it is written', () => {
    expect(new URLSearchParams(searchOf(reviewHref(whose, { tag: 'price & time' }))).get('tag')).toBe('price & time');
  });
});

describe('a day', () => {
  it('is that of this clock', () => {
    expect(isoDay(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
  });
});
