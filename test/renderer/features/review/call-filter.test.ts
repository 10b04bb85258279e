import { describe, expect, it } from 'vitest';
import { callsQuery, filterAddress, filterWords, readFilter } from '#renderer/features/review/call-filter.ts';

const asIs = (day: string) => day;

describe('a filter of calls', () => {
  it('is the same after a way through the address', () => {
    const filter = readFilter(
      'text=Gloria+T%26&campaign=campaign_1&outcome=no-answer&since=2026-11-02&until=2026-11-09&person=with&length=long',
    );
    expect(readFilter(filterAddress(filter))).toEqual(filter);
    expect(filter).toMatchObject({ text: 'Gloria T&', campaign: 'campaign_1', person: 'with' });
  });

  it('gives the same address whatever was chosen first', () => {
    expect(filterAddress({ world: 'real', outcome: 'busy' })).toBe(filterAddress({ outcome: 'busy', world: 'real' }));
    expect(filterAddress({})).toBe('');
  });

  it('passes by what it does not know', () => {
    expect(readFilter('outcome=married&campaign=a%20b&since=yesterday&since2=1&at=1200&rung=realtime')).toEqual({ rung: 'realtime' });
  });

  it('asks for whole days of this clock', () => {
    const { since, until } = callsQuery({ since: '2026-11-02', until: '2026-11-02' });
    expect(Date.parse(until ?? '') - Date.parse(since ?? '')).toBe(86_400_000 - 1);
    expect(new Date(since ?? '').getHours()).toBe(0);
  });

  it('asks for the length of the talk in milliseconds', () => {
    expect(callsQuery({ length: 'none' })).toEqual({ maxTalkMs: 0 });
    expect(callsQuery({ length: 'long' })).toEqual({ minTalkMs: 300_000 });
    expect(callsQuery({ person: 'without', text: '  ' })).toEqual({ personInvolved: false });
  });

  it('asks for a tag, and for what was scored or was not', () => {
    const filter = readFilter('tag=call+back&scored=no');
    expect(filter).toEqual({ tag: 'call back', scored: 'no' });
    expect(callsQuery(filter)).toEqual({ tag: 'call back', scored: false });
    expect(callsQuery({ scored: 'yes' })).toEqual({ scored: true });
    expect(readFilter('tag=%20&scored=maybe')).toEqual({});
    expect(filterWords(filter, null, asIs)).toBe('tagged call back, Not scored');
  });

  it('asks for why calls ended', () => {
    const filter = readFilter('cause=media-not-opened');
    expect(callsQuery(filter)).toEqual({ cause: 'media-not-opened' });
    expect(filterAddress(filter)).toBe('cause=media-not-opened');
    expect(filterWords(filter, null, asIs)).toBe('No media socket');
    expect(readFilter('cause=bad-luck')).toEqual({});
  });

  it('says in words what it asks for', () => {
    expect(filterWords({}, null, asIs)).toBeNull();
    expect(filterWords({ campaign: 'campaign_1', disposition: 'appointment' }, 'Spring check', asIs)).toBe('Spring check, Booked');
    expect(filterWords({ since: '2026-11-02', until: '2026-11-02' }, null, asIs)).toBe('2026-11-02');
    expect(filterWords({ until: '2026-11-02', text: 'Gloria' }, null, asIs)).toBe('until 2026-11-02, Gloria');
  });
});
