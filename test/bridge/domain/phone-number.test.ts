import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countryOf, maskNumber, numberProblem, readPhoneNumber } from '#bridge/domain/phone-number.ts';

const read = (text: string, region = 'US') => {
  const reading = readPhoneNumber(text, region);
  return reading.ok ? reading.phone : reading.reason;
};

describe('reading a phone number', () => {
  it.each([
    ['(213) 373-4253', 'US', '+12133734253'],
    ['12133734253', 'US', '+12133734253'],
    ['01112133734253', 'US', '+12133734253'],
    ['0012133734253', 'US', '+12133734253'],
    ['00442079460958', 'US', '+442079460958'],
    ['011442079460958', 'US', '+442079460958'],
    ['919876543210', 'IN', '+919876543210'],
    ['09876543210', 'IN', '+919876543210'],
    ['+44 (0)7400 123456', 'GB', '+447400123456'],
    ['Call: 213 373 4253', 'US', '+12133734253'],
    ['tel:+12133734253', 'US', '+12133734253'],
    ["'+12133734253", 'US', '+12133734253'],
    ['=+12133734253', 'US', '+12133734253'],
    ['="2133734253"', 'US', '+12133734253'],
    ['2133734253.0', 'US', '+12133734253'],
    ['12133734253.00', 'US', '+12133734253'],
    ['２１３ ３７３ ４２５３', 'US', '+12133734253'],
    ['٢١٣٣٧٣٤٢٥٣', 'US', '+12133734253'],
    ['213\u00a0373\u00a04253', 'US', '+12133734253'],
    ['\u202a+12133734253\u202c', 'US', '+12133734253'],
    ['\ufeff213-373-4253\u200e', 'US', '+12133734253'],
    ['213.373.4253', 'US', '+12133734253'],
    ['  2133734253\t', 'US', '+12133734253'],
    ['+1 212 555 0100', 'US', '+12125550100'],
  ])('understands %j in %s', (text, region, phone) => {
    expect(read(text, region)).toBe(phone);
  });

  it.each([
    ['', /no number/],
    ['   ', /no number/],
    ['2.13373E+09', /rounded/],
    ['2,13E+09', /rounded/],
    ['213-373-4253 x12', /extension/],
    ['1-800-GOT-MILK', /letters/],
    ['ask for Bob', /letters/],
    ['0113734253', /leading zeros/],
    ['+1 555 555 0100', /no such number/],
    ['+1 456 555 0100', /no such number/],
    ['213373', /too short/],
    ['213373425399', /wrong length|not a phone/],
    ['+1 900 555 1234', /premium/],
    ['+18002345678', /toll-free/],
    ['+448451234567', /premium|shared/],
    ['+443331234567', /company access/],
    ['+911401234567', /company access|commercial/],
    ['+911600123456', /commercial/],
    ['+883510012345', /no country/],
    ['x'.repeat(300), /text/],
  ])('refuses %j', (text, reason) => {
    const reading = readPhoneNumber(text, 'US');
    expect(reading).toMatchObject({ ok: false });
    expect(reading.ok ? '' : reading.reason).toMatch(reason);
  });

  it('knows that +1 is more than the United States', () => {
    expect(readPhoneNumber('+18769841234', 'US')).toMatchObject({ ok: true, country: 'JM' });
    expect(readPhoneNumber('+14165550123', 'US')).toMatchObject({ ok: true, country: 'CA' });
    expect(countryOf('+12125550100')).toBe('US');
  });

  it('takes the first of two numbers in a cell and keeps the other', () => {
    expect(readPhoneNumber('213 373 4253 / 213 373 4254', 'US')).toMatchObject({ phone: '+12133734253', others: ['+12133734254'] });
    expect(readPhoneNumber('none; 213-373-4254', 'US')).toMatchObject({ phone: '+12133734254', others: [] });
    expect(readPhoneNumber('2133734253, 2133734253', 'US')).toMatchObject({ phone: '+12133734253', others: [] });
  });

  it('says nothing against a number that can be dialled, and why against one that cannot', () => {
    expect(numberProblem('+12125550100')).toBeNull();
    expect(numberProblem('+15550100001')).toMatch(/no such number/);
  });

  it('copes with a country that it does not know', () => {
    expect(read('+12133734253', 'ZZ')).toBe('+12133734253');
    expect(readPhoneNumber('2133734253', 'ZZ').ok).toBe(false);
  });

  it('gives E.164 or a reason for any text, and reads its own answer back', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.stringMatching(/^[+0-9 ()./;,x-]{0,24}$/));
    fc.assert(
      fc.property(anything, (text) => {
        const reading = readPhoneNumber(text, 'US');
        if (!reading.ok) return reading.reason.length > 0;
        return /^\+[1-9]\d{6,14}$/.test(reading.phone) && numberProblem(reading.phone) === null;
      }),
      { numRuns: 400 },
    );
  });
});

describe('masking a number', () => {
  it.each([
    ['+15551230100', '+1555***0100'],
    ['+442079460958', '+4420***0958'],
    ['+3546012345', '+3546***2345'],
    ['+4912345', '+49***45'],
    ['123', '***'],
    ['', '***'],
  ])('shows %j as %j', (phone, masked) => {
    expect(maskNumber(phone)).toBe(masked);
  });
});
