import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { wonDispositions } from '#bridge/contract/insights.ts';
import { answerType, type Disposition, disposition } from '#bridge/contract/words.ts';
import { dayOf } from '#bridge/domain/day.ts';
import { Clocks, calendarDays, isPerson, isWon, percentile } from '#bridge/domain/insights.ts';

const at = (text: string) => Date.parse(text);
const hourMs = 3_600_000;

const zone = fc.constantFrom(
  'UTC',
  'America/New_York',
  'America/St_Johns',
  'America/Havana',
  'Africa/Casablanca',
  'Antarctica/Troll',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Apia',
);
const moment = fc.integer({ min: at('2025-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') });

describe('who picked up', () => {
  it.each([
    ['a person, though nothing came of it', 'human', 'talked', true],
    ['a machine, though it was taken for somebody who declined', 'machine', 'not-interested', false],
    ['a person, who was taken for a machine, and bought', 'machine', 'sale', true],
    ['a menu', 'menu', 'talked', false],
    ['nobody, as long as nothing tells', null, 'talked', false],
    ['nobody, when nothing was heard', 'silence', 'hung-up-early', false],
    ['nobody, while the call goes on and nothing tells yet', null, null, false],
    ['a person, when nothing told but they made an appointment', null, 'appointment', true],
    ['a person, when nothing was heard but they asked to be left alone', 'silence', 'do-not-call', true],
    ['a person, when it is not known but they declined', 'unknown', 'not-interested', true],
  ] as const)('was %s', (_what, type, meaning, expected) => {
    expect(isPerson({ answerType: type, disposition: meaning })).toBe(expected);
  });

  it('was a person in every call that was won', () => {
    for (const meaning of wonDispositions) {
      expect(isWon(meaning)).toBe(true);
      for (const type of [null, ...answerType.options]) expect(isPerson({ answerType: type, disposition: meaning })).toBe(true);
    }
  });

  it('does not make a call won', () => {
    const lost = disposition.options.filter((meaning) => !(wonDispositions as readonly Disposition[]).includes(meaning));
    expect(lost).toHaveLength(disposition.options.length - wonDispositions.length);
    expect([null, ...lost].some(isWon)).toBe(false);
  });
});

describe('the days of a calendar', () => {
  it('begin and end with the clock, also when it changes', () => {
    expect(calendarDays(at('2026-10-31T16:00:00Z'), at('2026-11-02T05:00:00.001Z'), 'America/New_York')).toEqual([
      { day: '2026-10-31', fromMs: at('2026-10-31T16:00:00Z'), untilMs: at('2026-11-01T04:00:00Z') },
      { day: '2026-11-01', fromMs: at('2026-11-01T04:00:00Z'), untilMs: at('2026-11-02T05:00:00Z') },
      { day: '2026-11-02', fromMs: at('2026-11-02T05:00:00Z'), untilMs: at('2026-11-02T05:00:00.001Z') },
    ]);
  });

  it('end before a day that only begins where they end', () => {
    const days = calendarDays(at('2026-03-08T05:00:00Z'), at('2026-03-09T04:00:00Z'), 'America/New_York');
    expect(days.map(({ day, fromMs, untilMs }) => [day, (untilMs - fromMs) / hourMs])).toEqual([['2026-03-08', 23]]);
  });

  it('are those of the overview on the clock of this machine', () => {
    for (const noon of ['2026-03-08T12:00:00Z', '2026-11-24T12:00:00Z']) {
      const { fromMs, untilMs } = dayOf(at(noon));
      expect(calendarDays(fromMs, untilMs, 'system')).toEqual([expect.objectContaining({ fromMs, untilMs })]);
      expect(calendarDays(fromMs - 1, untilMs + 1, 'system')).toHaveLength(3);
    }
  });

  it('are there for any stretch of time, each once, without a gap', () => {
    fc.assert(
      fc.property(zone, moment, fc.integer({ min: 1, max: 40 * 24 * hourMs }), (name, sinceMs, lengthMs) => {
        const untilMs = sinceMs + lengthMs;
        const days = calendarDays(sinceMs, untilMs, name);
        expect(days[0]?.fromMs).toBe(sinceMs);
        expect(days.at(-1)?.untilMs).toBe(untilMs);
        for (const [index, { day, fromMs, untilMs: endMs }] of days.entries()) {
          for (const atMs of [fromMs, endMs - 1]) expect(DateTime.fromMillis(atMs, { zone: name }).toISODate()).toBe(day);
          const next = days[index + 1];
          if (next) expect(next.fromMs).toBe(endMs);
        }
        expect(new Set(days.map(({ day }) => day)).size).toBe(days.length);
      }),
    );
  });
});

describe('the clocks of leads', () => {
  it('show the same hour twice when they are set back', () => {
    const clocks = new Clocks();
    const hours = ['04:59', '05:00', '06:59', '07:00'].map((time) => clocks.hourAt('America/New_York', at(`2026-11-01T${time}:00Z`)));
    expect(hours).toEqual([0, 1, 1, 2]);
    expect(clocks.hourAt('Asia/Kolkata', at('2026-11-01T05:29:59.999Z'))).toBe(10);
  });

  it('are none in a zone that does not exist', () => {
    const clocks = new Clocks();
    for (const name of ['Mars/Olympus', '', 'system', 'local']) expect(clocks.hourAt(name, 0)).toBeNull();
  });

  it('agree with the calendar at any moment, in whatever order they are looked at', () => {
    const clocks = new Clocks();
    fc.assert(
      fc.property(zone, moment, (name, atMs) => {
        expect(clocks.hourAt(name, atMs)).toBe(DateTime.fromMillis(atMs, { zone: name }).hour);
      }),
      { numRuns: 500 },
    );
  });

  it('agree with it all through a year', () => {
    const clocks = new Clocks();
    for (const name of ['America/New_York', 'America/Havana', 'Antarctica/Troll', 'Australia/Lord_Howe', 'Pacific/Chatham']) {
      for (let atMs = at('2026-01-01T00:00:00Z'); atMs < at('2027-01-01T00:00:00Z'); atMs += hourMs) {
        const local = DateTime.fromMillis(atMs, { zone: name });
        if (clocks.hourAt(name, atMs) !== local.hour) expect.fail(`${name} ${local.toISO()}`);
      }
    }
  });
});

describe('a percentile', () => {
  const measured = (values: readonly number[]) => {
    const times = new Map<number, number>();
    for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
    return times;
  };

  it('is a value that was measured', () => {
    const values = measured([40, 15, 35, 20, 50]);
    expect([5, 30, 40, 50, 95, 100].map((percent) => percentile(values, percent))).toEqual([15, 20, 20, 35, 50, 50]);
    expect(percentile(measured([1, 2]), 50)).toBe(1);
    expect(percentile(measured([7]), 95)).toBe(7);
    expect(percentile(measured([]), 50)).toBeNull();
  });

  it('is the lowest that at least so many do not exceed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5, max: 30 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 100 }),
        (values, percent) => {
          const sorted = values.toSorted((a, b) => a - b);
          expect(percentile(measured(values), percent)).toBe(sorted[Math.ceil((percent * values.length) / 100) - 1]);
        },
      ),
    );
  });
});
