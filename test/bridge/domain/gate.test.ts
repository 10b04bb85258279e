import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leadState, type RefusalName, refusalName } from '#bridge/contract/words.ts';
import { decide, decideAll, type GateFacts, numberLimits } from '#bridge/domain/gate.ts';

const HOUR = 3_600_000;
const noon = Date.parse('2026-11-24T17:00:00Z');

/** Tuesday noon in New York, nothing in the way. */
const clear: GateFacts = {
  nowMs: noon,
  ringTimeoutMs: 25_000,
  inCampaign: true,
  notConfigured: null,
  reconciling: false,
  country: 'US',
  countries: ['US', 'CA'],
  numberProblem: null,
  maxAttempts: 6,
  maxAttempts24h: 3,
  minimumGapMs: 2 * HOUR,
  consent: { basis: 'written' },
  compliance: { hours: 'enforce', consent: 'enforce' },
  timeZones: ['America/New_York'],
  window: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '09:00', end: '20:00' },
  fromNumber: '+12125550199',
  missingVariables: [],
  budgetMicros: 1_000_000,
  reserveMicros: 100_000,
  day: { budgetMicros: 1_000_000, spentMicros: 500_000, heldMicros: 400_000, endsAtMs: noon + 12 * HOUR },
  needsDesk: true,
  isSomeoneOnDuty: true,
  lines: 3,
  pacedUntilMs: null,
  campaignRunning: true,
  leadState: 'ready',
  leadAttempts: 0,
  leadNextAttemptAtMs: null,
  suppression: null,
  openAttempt: false,
  unknownAttempt: false,
  numberAttempts24h: 0,
  numberLastAttemptAtMs: null,
  openInCampaign: 0,
  spentMicros: 0,
  reservedMicros: 0,
};

/** What makes each rule say no, by itself. */
const trouble: Readonly<Record<RefusalName, Partial<GateFacts>>> = {
  'campaign-not-running': { campaignRunning: false },
  'not-configured': { notConfigured: 'Twilio needs TWILIO_ACCOUNT_SID.' },
  reconciling: { reconciling: true },
  'invalid-number': { numberProblem: 'too short' },
  'country-not-allowed': { countries: ['GB'] },
  suppressed: { suppression: { reason: 'opt-out' } },
  'already-dialling': { openAttempt: true },
  'unknown-outcome': { unknownAttempt: true },
  'attempts-exhausted': { leadAttempts: 6 },
  'minimum-gap': { numberLastAttemptAtMs: noon - HOUR },
  'attempts-per-day': { numberAttempts24h: 3, numberLastAttemptAtMs: noon - 3 * HOUR },
  'no-consent': { consent: null },
  'zone-unknown': { timeZones: [] },
  'outside-hours': { timeZones: ['Asia/Kolkata'] },
  'outside-campaign-hours': { window: { days: ['mon'], start: '09:00', end: '20:00' } },
  'no-caller-number': { fromNumber: null },
  'missing-variables': { missingVariables: ['firstName'] },
  budget: { spentMicros: 900_001 },
  'budget-per-day': { day: { budgetMicros: 1_000_000, spentMicros: 500_001, heldMicros: 400_000, endsAtMs: noon + 12 * HOUR } },
  'nobody-at-desk': { isSomeoneOnDuty: false },
  'no-line': { openInCampaign: 3 },
  pacing: { pacedUntilMs: noon + 500 },
};
const names = refusalName.options;

describe('the gate', () => {
  it('lets a call go out when nothing is in the way', () => {
    expect(decide(clear)).toBeNull();
    expect(decideAll(clear)).toEqual([]);
  });

  it.each(names)('says %s, in a sentence, when that alone is in the way', (name) => {
    const no = decide({ ...clear, ...trouble[name] });
    expect(no).toMatchObject({ name });
    expect(no?.message).toMatch(/^[A-Z].*\.$/);
    const others = decideAll({ ...clear, ...trouble[name] }).map((refusal) => refusal.name);
    // A campaign's hours lie within the legal ones
    expect(others).toEqual(name === 'outside-hours' ? [name, 'outside-campaign-hours'] : [name]);
  });

  it('asks in the order of the vocabulary, the cheapest and most final first', () => {
    const all = Object.assign({}, ...names.filter((name) => name !== 'zone-unknown').map((name) => trouble[name])) as Partial<GateFacts>;
    const said = decideAll({ ...clear, ...all, numberLastAttemptAtMs: noon - HOUR }).map((refusal) => refusal.name);
    expect(said).toEqual(names.filter((name) => name !== 'zone-unknown'));
  });

  it('names the moment at which a no clears by itself', () => {
    const clears = (facts: Partial<GateFacts>) => decide({ ...clear, ...facts })?.clearsAtMs;
    expect(clears(trouble['minimum-gap'])).toBe(noon + HOUR);
    expect(clears({ leadNextAttemptAtMs: noon + 1 })).toBe(noon + 1);
    expect(clears(trouble.pacing)).toBe(noon + 500);
    expect(clears(trouble['outside-hours'])).toBe(Date.parse('2026-11-25T02:30:00Z'));
    expect(clears(trouble['outside-campaign-hours'])).toBe(Date.parse('2026-11-30T14:00:00Z'));
    expect(clears(trouble['budget-per-day'])).toBe(noon + 12 * HOUR);
    expect(clears({ numberAttempts24h: 3, numberLastAttemptAtMs: noon - 3 * HOUR })).toBe(noon + 21 * HOUR);
  });

  it('opens at the end of a wait to the millisecond', () => {
    expect(decide({ ...clear, numberLastAttemptAtMs: noon - 2 * HOUR })).toBeNull();
    expect(decide({ ...clear, leadNextAttemptAtMs: noon })).toBeNull();
  });

  it('spends a budget to the last micro-dollar and not one more', () => {
    expect(decide({ ...clear, spentMicros: 500_000, reservedMicros: 400_000 })).toBeNull();
    expect(decide({ ...clear, spentMicros: 500_000, reservedMicros: 400_001 })).toMatchObject({ name: 'budget' });
    expect(decide({ ...clear, budgetMicros: null, spentMicros: 9e12 })).toBeNull();
  });

  it('waits for tomorrow when today has cost enough, unless a single call costs more than a day may', () => {
    const day = { budgetMicros: 1_000_000, spentMicros: 0, heldMicros: 0, endsAtMs: noon + 12 * HOUR };
    expect(decide({ ...clear, day: { ...day, heldMicros: 900_000 } })).toBeNull();
    expect(decide({ ...clear, day: null })).toBeNull();
    expect(decide({ ...clear, day: { ...day, spentMicros: 900_001 } })).toMatchObject({ final: false, clearsAtMs: day.endsAtMs });
    expect(decide({ ...clear, day: { ...day, budgetMicros: 99_999 } })).toMatchObject({ name: 'budget-per-day', clearsAtMs: null });
  });

  it('does not dial where the zone could be any of many', () => {
    const many = ['America/Chicago', 'America/Denver', 'America/New_York', 'America/Los_Angeles'];
    expect(decide({ ...clear, timeZones: many })).toMatchObject({ name: 'zone-unknown', final: false, clearsAtMs: null });
  });

  it('does not let a campaign widen the legal hours, nor ring somebody into their end', () => {
    const always = { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const, start: '00:00', end: '24:00' };
    const at = (time: string) => decide({ ...clear, nowMs: Date.parse(time), window: { ...always, days: [...always.days] } });
    expect(at('2026-11-24T12:59:59Z')).toMatchObject({ name: 'outside-hours', clearsAtMs: Date.parse('2026-11-24T13:00:00Z') });
    expect(at('2026-11-24T13:00:00Z')).toBeNull();
    expect(at('2026-11-25T01:58:34Z')).toBeNull();
    expect(at('2026-11-25T01:58:35Z')).toMatchObject({ name: 'outside-hours' });
  });

  it('says so when a window and the law never meet', () => {
    const night = { days: ['tue' as const], start: '05:00', end: '07:00' };
    expect(decide({ ...clear, window: night })).toMatchObject({ name: 'outside-campaign-hours', clearsAtMs: null, final: false });
  });

  it('does not ask a single call about campaign, lines, pace and the budget of a campaign, but about everything else', () => {
    for (const name of names) {
      const no = decide({ ...clear, inCampaign: false, ...trouble[name] });
      const ofCampaign = ['campaign-not-running', 'attempts-exhausted', 'budget', 'nobody-at-desk', 'no-line', 'pacing'].includes(name);
      expect(no?.name ?? null, name).toBe(ofCampaign ? null : name);
    }
  });

  it('goes by the state of the lead', () => {
    const by = (state: GateFacts['leadState']) => decide({ ...clear, leadState: state })?.name ?? null;
    expect(leadState.options.map((state) => [state, by(state)])).toEqual([
      ['ready', null],
      ['dialling', 'already-dialling'],
      ['waiting', null],
      ['done', 'attempts-exhausted'],
      ['suppressed', 'suppressed'],
      ['unknown', 'unknown-outcome'],
    ]);
    expect(by(null)).toBeNull();
  });

  it('limits how often a real number is tried, and bothers nobody in rehearsal', () => {
    expect(numberLimits('real')).toEqual({ maxAttempts24h: 3, minimumGapMs: 2 * HOUR });
    expect(numberLimits('rehearsal')).toEqual({ maxAttempts24h: null, minimumGapMs: 0 });
  });
});

const anyFacts: fc.Arbitrary<GateFacts> = fc
  .tuple(
    fc.subarray([...names]),
    fc.integer({ min: 0, max: 14 * 24 * 60 }),
    fc.record({ hours: fc.constantFrom('enforce', 'off'), consent: fc.constantFrom('enforce', 'off') }),
    fc.boolean(),
    fc.option(fc.constantFrom(...leadState.options)),
  )
  .map(([picked, minute, compliance, inCampaign, state]) => ({
    ...clear,
    ...(Object.assign({}, ...picked.map((name) => trouble[name])) as Partial<GateFacts>),
    ...(picked.includes('budget-per-day')
      ? { day: { budgetMicros: 1_000_000, spentMicros: 500_001, heldMicros: 400_000, endsAtMs: noon + minute * 60_000 + HOUR } }
      : {}),
    nowMs: noon + minute * 60_000,
    compliance: compliance as GateFacts['compliance'],
    inCampaign,
    leadState: state,
  }));

describe('the gate, whatever the facts', () => {
  it('gives first what it gives among all, and changes nothing', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const before = JSON.stringify(facts);
        const all = decideAll(facts);
        expect(decide(facts)).toEqual(all[0] ?? null);
        expect(JSON.stringify(facts)).toBe(before);
        expect(new Set(all.map((refusal) => refusal.name)).size).toBe(all.length);
      }),
    );
  });

  it('never lets a suppressed number through', () => {
    fc.assert(fc.property(anyFacts, (facts) => decide({ ...facts, suppression: { reason: 'opt-out' } }) !== null));
  });

  it('loses only the rules of hours or of consent when they are switched off', () => {
    const without = (facts: GateFacts, compliance: GateFacts['compliance']) =>
      decideAll({ ...facts, compliance }).map((refusal) => refusal.name);
    const ofHours = ['zone-unknown', 'outside-hours', 'outside-campaign-hours'];
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const all = without(facts, { hours: 'enforce', consent: 'enforce' });
        expect(without(facts, { hours: 'off', consent: 'enforce' })).toEqual(all.filter((name) => !ofHours.includes(name)));
        expect(without(facts, { hours: 'enforce', consent: 'off' })).toEqual(all.filter((name) => name !== 'no-consent'));
      }),
    );
  });

  it('promises no moment that has passed, and no moment at all for what is final', () => {
    fc.assert(
      fc.property(anyFacts, (facts) =>
        decideAll(facts).every((refusal) =>
          refusal.final ? refusal.clearsAtMs === null : refusal.clearsAtMs === null || refusal.clearsAtMs > facts.nowMs,
        ),
      ),
    );
  });

  it('has let nothing through that would break the budget', () => {
    fc.assert(
      fc.property(
        fc.nat(2_000_000),
        fc.nat(2_000_000),
        fc.nat(2_000_000),
        fc.nat(2_000_000),
        (budgetMicros, spentMicros, reservedMicros, reserveMicros) => {
          const facts = { ...clear, budgetMicros, spentMicros, reservedMicros, reserveMicros, day: null };
          return (decide(facts) === null) === spentMicros + reservedMicros + reserveMicros <= budgetMicros;
        },
      ),
    );
  });
});
