import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { disposition, outcome } from '#bridge/contract/words.ts';
import { attemptLimit, defaultRetryPolicy, type EndedAttempt, leadAfterAttempt, minimumGapMs } from '#bridge/domain/retry.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const leadAfter = (ended: Partial<EndedAttempt>) =>
  leadAfterAttempt({
    outcome: 'no-answer',
    disposition: 'no-answer',
    answerType: null,
    talkMs: 0,
    attempts: 1,
    policy: {},
    nowMs: 0,
    random: () => 0.5,
    ...ended,
  });

describe('a lead after an attempt', () => {
  it('waits longer after each busy signal and gives up after the third', () => {
    const busy = (attempts: number) => leadAfter({ outcome: 'busy', disposition: 'busy', attempts });
    expect(busy(1)).toMatchObject({ state: 'waiting', nextAttemptAtMs: 15 * MINUTE, countsAsAttempt: true, stateReason: 'busy' });
    expect(busy(2)).toMatchObject({ state: 'waiting', nextAttemptAtMs: HOUR });
    expect(busy(3)).toMatchObject({ state: 'done', nextAttemptAtMs: null });
  });

  it('is tried again in another part of the day when nobody answered', () => {
    expect(leadAfter({})).toMatchObject({ state: 'waiting', nextAttemptAtMs: 3 * HOUR });
    expect(leadAfter({ attempts: 2 })).toMatchObject({ nextAttemptAtMs: 28 * HOUR });
    expect(leadAfter({ attempts: 6 })).toMatchObject({ state: 'done' });
  });

  it.each([
    ['rejected', 'rejected', 24 * HOUR],
    ['blocked-by-network', 'failed', 24 * HOUR],
    ['completed', 'voicemail-left', 28 * HOUR],
    ['completed', 'voicemail-no-message', 28 * HOUR],
    ['completed', 'hung-up-early', 7 * 24 * HOUR],
    ['completed', 'callback-requested', 24 * HOUR],
  ] as const)('waits after %s / %s', (ended, disposed, nextAttemptAtMs) => {
    expect(leadAfter({ outcome: ended, disposition: disposed })).toMatchObject({
      state: 'waiting',
      nextAttemptAtMs,
      countsAsAttempt: true,
    });
  });

  it.each(['invalid-number', 'barred-destination'] as const)('is done after %s', (ended) => {
    expect(leadAfter({ outcome: ended, disposition: 'invalid-number' })).toMatchObject({ state: 'done', stateReason: ended });
  });

  it.each(['interested', 'sale', 'not-interested', 'wrong-number', 'talked', 'announcement-heard', 'transferred'] as const)(
    'is done when the talk ended with %s',
    (disposed) => {
      expect(leadAfter({ outcome: 'completed', disposition: disposed, answerType: 'human', talkMs: 60_000 })).toMatchObject({
        state: 'done',
        stateReason: disposed,
      });
    },
  );

  it('is called back when it asked to be, even if that was a moment ago', () => {
    const callback = { outcome: 'completed', disposition: 'callback-requested' } as const;
    expect(leadAfter({ ...callback, callbackAtMs: 5 * HOUR })).toMatchObject({ state: 'waiting', nextAttemptAtMs: 5 * HOUR });
    expect(leadAfter({ ...callback, callbackAtMs: -HOUR })).toMatchObject({ state: 'waiting', nextAttemptAtMs: 0 });
  });

  it('tells machines and screeners from people, and never calls a fax again', () => {
    const talked = { outcome: 'completed', disposition: 'talked', talkMs: 5_000 } as const;
    expect(leadAfter({ ...talked, answerType: 'machine' })).toMatchObject({ state: 'waiting', stateReason: 'voicemail' });
    expect(leadAfter({ ...talked, answerType: 'screener' })).toMatchObject({ state: 'waiting', stateReason: 'rejected' });
    expect(leadAfter({ ...talked, answerType: 'fax' })).toMatchObject({ state: 'done', stateReason: 'fax' });
    expect(leadAfter({ outcome: 'completed', disposition: 'sale', answerType: 'machine' })).toMatchObject({ state: 'done' });
  });

  it('comes back soon after a fault of the carrier, uncounted and spread, and is parked after three in a row', () => {
    const fault = (faults: number, random: number) =>
      leadAfter({ outcome: 'carrier-error', disposition: 'failed', attempts: 1, faults, random: () => random });
    expect(fault(0, 0)).toMatchObject({ state: 'waiting', nextAttemptAtMs: 96_000, countsAsAttempt: false });
    expect(fault(0, 0.5)).toMatchObject({ nextAttemptAtMs: 120_000 });
    expect(fault(1, 0.5)).toMatchObject({ nextAttemptAtMs: 5 * MINUTE });
    expect(fault(2, 0.5)).toMatchObject({ nextAttemptAtMs: 15 * MINUTE });
    expect(fault(3, 0.5)).toMatchObject({ state: 'done', countsAsAttempt: false });
  });

  it('leaves a person who answered and heard nobody alone for three days', () => {
    expect(leadAfter({ outcome: 'our-error', disposition: 'failed', talkMs: 4_000 })).toMatchObject({
      state: 'waiting',
      nextAttemptAtMs: 72 * HOUR,
    });
    expect(leadAfter({ outcome: 'our-error', disposition: 'failed', talkMs: 0 })).toMatchObject({ countsAsAttempt: false });
  });

  it("follows the campaign's own rules where it has them", () => {
    const policy = { 'no-answer': { delaysMinutes: [0], maxAttempts: 2 }, busy: { delaysMinutes: [], maxAttempts: 5 } };
    expect(leadAfter({ policy })).toMatchObject({ state: 'waiting', nextAttemptAtMs: 0 });
    expect(leadAfter({ policy, attempts: 2 })).toMatchObject({ state: 'done' });
    expect(leadAfter({ policy, outcome: 'busy', disposition: 'busy' })).toMatchObject({ state: 'done' });
    expect(attemptLimit(policy)).toBe(5);
    expect(attemptLimit({})).toBe(6);
  });

  it('is never dialled again by itself after an unknown outcome, and never at all after an opt-out', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...outcome.options),
        fc.constantFrom(...disposition.options),
        fc.nat(12),
        fc.nat(120_000),
        fc.nat(5),
        (ended, disposed, attempts, talkMs, faults) => {
          const lead = leadAfter({ outcome: ended, disposition: disposed, attempts: attempts + 1, talkMs, faults, nowMs: 1_000_000 });
          if (disposed === 'do-not-call') return lead.state === 'suppressed' && lead.nextAttemptAtMs === null;
          if (ended === 'unknown') return lead.state === 'unknown' && lead.nextAttemptAtMs === null;
          if (lead.state === 'waiting') return lead.nextAttemptAtMs !== null && lead.nextAttemptAtMs >= 1_000_000;
          return lead.state === 'done' && lead.nextAttemptAtMs === null;
        },
      ),
    );
  });

  it('ends some day whatever the outcome, unless it keeps asking to be called back', () => {
    for (const ended of outcome.options) {
      if (ended === 'cancelled') continue;
      const lead = leadAfter({ outcome: ended, disposition: 'unknown', attempts: 10, faults: 10, talkMs: 1 });
      expect(lead.state, ended).not.toBe('waiting');
    }
  });
});

describe('the gap between two attempts', () => {
  const lead = (
    lastOutcome: 'busy' | 'no-answer' | 'completed' | null,
    disposed: 'busy' | 'sale' | 'callback-requested' | null = null,
  ) => ({
    lastOutcome,
    disposition: disposed,
  });

  it("is the cap for a lead that was never tried, and the campaign's own wait when that is shorter", () => {
    expect(minimumGapMs(lead(null), {}, 2 * HOUR)).toBe(2 * HOUR);
    expect(minimumGapMs(lead('busy', 'busy'), {}, 2 * HOUR)).toBe(15 * MINUTE);
    expect(minimumGapMs(lead('no-answer'), {}, 2 * HOUR)).toBe(2 * HOUR);
    expect(minimumGapMs(lead('completed', 'sale'), {}, 2 * HOUR)).toBe(2 * HOUR);
    expect(minimumGapMs(lead('completed', 'callback-requested'), {}, 2 * HOUR)).toBe(0);
  });

  it('never stands in the way of the default waits', () => {
    for (const rule of Object.values(defaultRetryPolicy)) expect(rule.delaysMinutes.length).toBeGreaterThan(0);
  });
});
