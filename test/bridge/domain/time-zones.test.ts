import { IANAZone } from 'luxon';
import { describe, expect, it } from 'vitest';
import { zonesByAreaCode, zonesByCountry, zonesByState } from '#bridge/domain/time-zone-data.ts';
import { readZone, zonesOfLead, zonesOfNumber } from '#bridge/domain/time-zones.ts';

describe('the zones of a number', () => {
  it.each([
    ['+12125550100', 'US', ['America/New_York']],
    ['+13125550100', 'US', ['America/Chicago']],
    ['+16025550100', 'US', ['America/Phoenix']],
    ['+18085550100', 'US', ['Pacific/Honolulu']],
    ['+18504330100', 'US', ['America/Chicago', 'America/New_York']],
    ['+12085550100', 'US', ['America/Los_Angeles', 'America/Boise']],
    ['+17095550100', 'CA', ['America/St_Johns', 'America/Goose_Bay']],
    ['+18765550100', 'JM', ['America/Jamaica']],
    ['+919876543210', 'IN', ['Asia/Kolkata']],
    ['+442079460958', 'GB', ['Europe/London']],
    ['+34612345678', 'ES', ['Europe/Madrid', 'Atlantic/Canary']],
  ])('of %s are known', (phone, country, zones) => {
    expect(zonesOfNumber(phone, country)).toEqual(zones);
  });

  it.each(['+18005550100', '+18885550100', '+15005550100', '+19005550100', '+15550100001', '+14605550100', '+16005550100'])(
    'of %s are unknown, not guessed',
    (phone) => {
      expect(zonesOfNumber(phone, 'US')).toEqual([]);
    },
  );

  it('are several for every area code that is split between exchanges', () => {
    const split = '208 219 250 270 308 418 423 541 574 605 606 620 701 709 775 785 807 812 850 867 906 907 928 986 879'.split(' ');
    for (const code of split) expect(zonesByAreaCode.get(code)?.length, code).toBeGreaterThan(1);
  });

  it('are real IANA names, and none where the country is not known', () => {
    for (const zones of [zonesByAreaCode, zonesByState, zonesByCountry]) {
      for (const [key, names] of zones) for (const name of names) expect(IANAZone.isValidZone(name), `${key} ${name}`).toBe(true);
    }
    expect(zonesOfNumber('+5999123456', 'XX')).toEqual([]);
  });

  it('cover every area code of the United States and Canada in one line each', () => {
    for (const code of zonesByAreaCode.keys()) expect(code).toMatch(/^[2-9]\d\d$/);
    expect(zonesByAreaCode.size).toBeGreaterThan(420);
  });
});

describe('the zones of a lead', () => {
  const miami = { phone: '+13055550100', country: 'US' };

  it('are the one zone that its row gives', () => {
    expect(zonesOfLead({ ...miami, timeZone: 'America/Denver', state: 'NY' })).toEqual(['America/Denver']);
    expect(zonesOfLead({ ...miami, timeZone: 'Pacific' })).toEqual(['America/Los_Angeles']);
  });

  it('follow the state or the ZIP code when there is no zone or no such zone', () => {
    expect(zonesOfLead({ phone: '+18504330100', country: 'US', state: 'Alabama' })).toEqual(['America/Chicago']);
    expect(zonesOfLead({ phone: '+18005550100', country: 'US', state: 'ca', timeZone: 'Mars/Olympus' })).toEqual(['America/Los_Angeles']);
    expect(zonesOfLead({ phone: '+12125550100', country: 'US', postalCode: '2139' })).toEqual(['America/New_York']);
    expect(zonesOfLead({ phone: '+12125550100', country: 'US', postalCode: '10001-1234' })).toEqual(['America/New_York']);
  });

  it('are all of both when the address and the number disagree', () => {
    expect(zonesOfLead({ ...miami, state: 'CA' })).toEqual(['America/Los_Angeles', 'America/New_York']);
  });

  it('ignore an address that means nothing', () => {
    expect(zonesOfLead({ ...miami, state: 'Bavaria', postalCode: 'ABC' })).toEqual(['America/New_York']);
  });
});

describe('reading a zone', () => {
  it.each([
    ['America/New_York', 'America/New_York'],
    [' Eastern Time ', 'America/New_York'],
    ['EST', 'America/New_York'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['UTC+5', null],
    ['Nowhere/Land', null],
    ['', null],
  ])('%j gives %j', (text, zone) => {
    expect(readZone(text)).toBe(zone);
  });
});
