import { describe, expect, it } from 'vitest';
import type { Refusal } from '#bridge/domain/gate.ts';
import { blockerOf, isRefusalName, needsPerson } from '#bridge/domain/lead-blocker.ts';

const refusal = (name: Refusal['name'], fields: Partial<Refusal> = {}): Refusal => ({
  name,
  message: 'No.',
  clearsAtMs: null,
  final: false,
  ...fields,
});
const gap = refusal('minimum-gap', { clearsAtMs: 5 });
const hours = refusal('outside-hours', { clearsAtMs: 5 });

describe('what stands in the way of a lead', () => {
  it('is what it was put off for, else what counts first', () => {
    expect(blockerOf({ state: 'waiting', stateReason: 'outside-hours' }, [gap, hours])).toBe(hours);
    expect(blockerOf({ state: 'waiting', stateReason: 'busy' }, [gap, hours])).toBe(gap);
    expect(blockerOf({ state: 'ready', stateReason: null }, [])).toBeNull();
  });

  it('is nothing for a lead that is being dialled or done', () => {
    expect(blockerOf({ state: 'dialling', stateReason: null }, [gap])).toBeNull();
    expect(blockerOf({ state: 'done', stateReason: 'sale' }, [gap])).toBeNull();
  });

  it('needs a person when it neither passes nor is final', () => {
    expect(needsPerson(refusal('no-consent'))).toBe(true);
    expect(needsPerson(refusal('suppressed', { final: true }))).toBe(false);
    expect(needsPerson(hours)).toBe(false);
    expect(needsPerson(refusal('no-line'))).toBe(false);
  });

  it('is told from other reasons by its name', () => {
    expect([isRefusalName('no-consent'), isRefusalName('busy'), isRefusalName(null)]).toEqual([true, false, false]);
  });
});
