import { describe, expect, it } from 'vitest';
import { operations } from '#bridge/contract/operations.ts';
import { defaultRetryPolicy } from '#bridge/domain/retry.ts';
import { forecastSentence } from '#renderer/features/campaign-editor/forecast-words.ts';
import { columnsToChoose, headersOf, importRequest, importShare, mappingProblems } from '#renderer/features/campaign-editor/import-list.ts';
import { retryOf, waitsInWords, withoutRetry, withRetry } from '#renderer/features/campaign-editor/schedule-fields.ts';
import { markOf, neighbours, pathOf, startBlocked } from '#renderer/features/campaign-editor/steps.ts';

const forecast = { attempts: 900, durationMs: 9.2 * 3_600_000, costMicros: 61_200_000, maxCallCostMicros: 400_000 };

describe('the forecast', () => {
  it('says who is called, who is not and why, how long it takes and what it costs', () => {
    const refusals = [
      { name: 'outside-hours' as const, count: 57 },
      { name: 'suppressed' as const, count: 101 },
    ];
    expect(forecastSentence({ leads: 1000, willDial: 842, refusals, forecast }, 'real')).toBe(
      'Will call 842 of 1,000: 101 on the do-not-call list, 57 outside their legal hours. About 9 h, about $61.',
    );
  });

  it('promises no time and no cost when nobody is called', () => {
    expect(forecastSentence({ leads: 0, willDial: 0, refusals: [], forecast }, 'real')).toBe('There is nobody to call yet.');
    expect(forecastSentence({ leads: 2, willDial: 0, refusals: [{ name: 'no-consent', count: 2 }], forecast }, 'real')).toBe(
      'Will call nobody of 2: 2 without consent on file.',
    );
    const small = { ...forecast, durationMs: 240_000, costMicros: 90_000 };
    expect(forecastSentence({ leads: 2, willDial: 2, refusals: [], forecast: small }, 'real')).toBe(
      'Will call all 2. About 4 min, about $0.09.',
    );
    expect(forecastSentence({ leads: 1, willDial: 1, refusals: [], forecast: small }, 'real')).toBe(
      'Will call the one person in it. About 4 min, about $0.09.',
    );
  });

  it('says of a rehearsal that it costs nothing, and what it would cost', () => {
    const small = { ...forecast, durationMs: 240_000, costMicros: 90_000 };
    expect(forecastSentence({ leads: 2, willDial: 2, refusals: [], forecast: small }, 'rehearsal')).toBe(
      'Will call all 2. About 4 min, $0.00: about $0.09 if real.',
    );
  });
});

describe('a step', () => {
  const blocker = { name: 'no-leads', message: 'It has no leads.', step: 'people' as const, blocks: true };
  it('is passed, worth a look, or not checked yet', () => {
    expect(markOf('people', null).mark).toBe('waiting');
    expect(markOf('people', [blocker]).mark).toBe('look');
    expect(markOf('basics', [blocker]).mark).toBe('passed');
    expect(markOf('check', [blocker]).mark).toBe('look');
    expect(markOf('check', [{ ...blocker, blocks: false }]).mark).toBe('passed');
  });

  it('blocks the start with its reason only when it has to', () => {
    expect(startBlocked(null)).toMatch(/checked/);
    expect(startBlocked([{ ...blocker, blocks: false }, blocker])).toBe('It has no leads.');
    expect(startBlocked([{ ...blocker, blocks: false }])).toBeNull();
  });

  it('has neighbours and an address of its own', () => {
    expect(neighbours('basics')).toEqual({ before: null, after: 'people' });
    expect(neighbours('check').after).toBeNull();
    expect(pathOf(null, 'people')).toBe('~/campaigns/new/people');
    expect(pathOf('camp_1', 'check')).toBe('~/campaigns/camp_1/edit/check');
  });
});

describe('a list', () => {
  it('offers the names of its first line', () => {
    expect(headersOf('\uFEFFphone, "Name, first" ,city\n1,2,3', ',')).toEqual(['phone', 'Name, first', 'city']);
    expect(headersOf('phone;;name;phone\r\n', null)).toEqual(['phone', 'name']);
    expect(headersOf('sep=;\nphone;name', ';')).toEqual(['phone', 'name']);
    expect(headersOf('phone\tname\n', '\t')).toEqual(['phone', 'name']);
    expect(headersOf('a|b', '|')).toEqual(['a', 'b']);
    expect(headersOf('', null)).toEqual([]);
  });

  it('is imported as the bridge takes it, with the reason in the words of its owner', () => {
    const choices = { mapping: { phone: 'Tel' }, region: 'DE', basis: 'other' as const, otherBasis: ' fair list ', source: ' booth ' };
    const parsed = operations['leads.import'].input.parse(importRequest('camp_1', { csv: 'Tel\n1' }, choices, true));
    expect(parsed).toMatchObject({
      dryRun: true,
      defaultRegion: 'DE',
      mapping: { phone: 'Tel' },
      consent: { basis: 'fair list', source: 'booth' },
    });
    expect(importRequest('camp_1', { path: '/lists/x.csv' }, { ...choices, basis: null, mapping: {} }, false)).not.toHaveProperty(
      'consent',
    );
  });

  it('names the column that is not there, and how far it is read', () => {
    expect(
      mappingProblems([
        { field: 'mapping.phone', message: 'no' },
        { field: 'csv', message: 'x' },
      ]),
    ).toEqual(new Map([['phone', 'no']]));
    expect(importShare({ bytes: 50, totalBytes: 200 })).toBe(25);
    expect(importShare({ bytes: 50, totalBytes: null })).toBeNull();
    expect(importShare(undefined)).toBeNull();
  });

  it('says above them only which columns to choose: the reason stands at each', () => {
    expect(columnsToChoose(new Map([['phone', 'no column looks like a phone number']]))).toBe(
      'The list cannot be read as it is: choose the column for Phone below.',
    );
    expect(columnsToChoose(new Map())).toBeNull();
  });
});

describe('trying again', () => {
  it.each(['no-answer', 'busy'] as const)('shows what the bridge does by itself after %s', (kind) => {
    expect(retryOf({}, kind)).toEqual({ ...defaultRetryPolicy[kind], isUsual: true });
  });

  it('waits the same time between all tries once it is chosen', () => {
    const policy = withRetry({}, 'busy', 3, 20);
    expect(operations['campaigns.update'].input.parse({ id: 'camp_1', retry: policy }).retry).toEqual({
      busy: { maxAttempts: 3, delaysMinutes: [20, 20] },
    });
    expect(waitsInWords(retryOf(policy, 'busy'))).toBe('20 min apart');
    expect(withoutRetry(policy, 'busy')).toEqual({});
  });

  it('is told in words', () => {
    expect(waitsInWords({ maxAttempts: 1, delaysMinutes: [] })).toBe('not tried again');
    expect(waitsInWords({ maxAttempts: 3, delaysMinutes: [15, 90] })).toBe('after 15 min, then 1 h 30 min');
  });
});
