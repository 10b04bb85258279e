import { describe, expect, it } from 'vitest';
import { draftOf, hoursWords, nobodyYet, officeHours, problemIn } from '#renderer/features/settings/sections/colleague-fields.ts';

const dana = { ...nobodyYet, name: 'Dana', number: '(520) 555-0118' };

describe('a colleague in the settings', () => {
  it('is saved with an E.164 number, new without an id', () => {
    expect(problemIn(dana)).toBeNull();
    expect(draftOf(dana)).toEqual({ name: 'Dana', number: '+15205550118', hours: officeHours, onDuty: true, canTakeTransfers: true });
    expect(draftOf({ ...dana, id: 'colleague_1' }).id).toBe('colleague_1');
  });

  it('says what is missing', () => {
    expect(problemIn({ ...dana, name: ' ' })).toBe('Give them a name.');
    expect(problemIn({ ...dana, number: '520' })).toMatch(/Too short/);
    expect(problemIn({ ...dana, hours: { ...officeHours, end: '09:00' } })).toMatch(/end later/);
  });

  it('tells the hours as people do', () => {
    expect(hoursWords(null)).toBe('At any time');
    expect(hoursWords(officeHours)).toMatch(/^Mon to Fri, 9:00.AM to 5:00.PM$/);
    expect(hoursWords({ ...officeHours, days: ['mon', 'wed'] })).toMatch(/^Mon, Wed, /);
  });
});
