import { describe, expect, it } from 'vitest';
import { stateByAreaCode } from '#bridge/domain/area-codes.ts';
import { clockZone, leadName, leadPlace } from '#bridge/domain/lead-words.ts';
import { zonesByAreaCode, zonesByState } from '#bridge/domain/time-zone-data.ts';
import { zonesOfNumber } from '#bridge/domain/time-zones.ts';

const winterMs = Date.parse('2026-01-15T12:00:00Z');
const summerMs = Date.parse('2026-07-15T12:00:00Z');

describe('the place of a lead', () => {
  it.each([
    [{ city: 'Tucson', state: 'AZ' }, '+15205550100', 'US', 'Tucson, AZ'],
    [{ city: 'Tucson', state: 'arizona' }, '+15205550100', 'US', 'Tucson, AZ'],
    [{ city: ' New York ' }, '+13055550100', 'US', 'New York'],
    [{ state: 'fl' }, '+12125550100', 'US', 'FL'],
    [{ city: 'München', state: 'Bayern' }, '+4989123456', 'DE', 'München, Bayern'],
    [{}, '+15205550100', 'US', 'AZ'],
    [{}, '+16135550100', 'CA', 'ON'],
    [{}, '+17875550100', 'PR', 'PR'],
    [{}, '+18765550100', 'JM', 'Jamaica'],
    [{}, '+493012345678', 'DE', 'Germany'],
    [{ country: 'Deutschland' }, '+18005550100', 'US', 'Deutschland'],
    [{ country: 'US' }, '+18005550100', 'US', null],
    [{}, '+15550100001', 'US', null],
    [{}, '+18675550100', 'CA', null],
    [{}, '+999123', null, null],
  ])('of %j with %s is told from the row, then from the number', (fields, phone, country, place) => {
    expect(leadPlace(fields, phone, country)).toBe(place);
  });

  it('by area code agrees with the zones of each code, and knows every code of a state', () => {
    const sharedOrAbroad = new Set(['782', '902', '867']);
    for (const [code, zones] of zonesByAreaCode) {
      const state = stateByAreaCode.get(code);
      const isAbroad = zonesOfState(zones).length === 0;
      if (state === undefined) expect(sharedOrAbroad.has(code) || isAbroad, code).toBe(true);
      else if (state !== 'VI') expect(zonesOfState(zones), code).toContain(state);
    }
    for (const code of stateByAreaCode.keys()) expect(zonesByAreaCode.has(code), code).toBe(true);
  });
});

/** States with a zone among these. */
function zonesOfState(zones: readonly string[]): readonly string[] {
  return [...zonesByState].flatMap(([state, theirs]) => (theirs.some((zone) => zones.includes(zone)) ? [state] : []));
}

describe('the clock of a lead', () => {
  it.each([
    ['its only zone', ['America/Denver'], '+12125550100', winterMs, 'America/Denver'],
    ['the one that its number agrees with', ['America/Chicago', 'America/New_York'], '+13055550100', winterMs, 'America/New_York'],
    ['any of several with the same time', ['America/Phoenix', 'America/Denver'], '+19285550100', winterMs, 'America/Phoenix'],
    ['none of several with another time', ['America/Phoenix', 'America/Denver'], '+19285550100', summerMs, null],
    ['none when no zone is known', [], '+18005550100', winterMs, null],
  ])('is %s', (_what, zones, phone, nowMs, zone) => {
    expect(clockZone(zones, phone, 'US', nowMs)).toBe(zone);
  });

  it('is told for a bare number', () => {
    expect(clockZone(zonesOfNumber('+442079460958', 'GB'), '+442079460958', 'GB', winterMs)).toBe('Europe/London');
    expect(clockZone([], '+999123', null, winterMs)).toBeNull();
  });
});

describe('the name of a lead', () => {
  it.each([
    [{ firstName: 'Grace', lastName: 'Hopper', company: 'Navy' }, 'Grace Hopper'],
    [{ firstName: '', lastName: 'Hopper' }, 'Hopper'],
    [{ name: 'Grace H.' }, 'Grace H.'],
    [{ company: 'Navy' }, 'Navy'],
    [{ phone: '+1' }, null],
  ])('of %j is %s', (fields: Readonly<Record<string, string>>, name) => {
    expect(leadName(fields)).toBe(name);
  });
});
