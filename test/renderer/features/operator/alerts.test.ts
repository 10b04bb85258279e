import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {} });
const { needing, newlyNeeding } = await import('#renderer/features/operator/alerts.ts');

const call = (id: string, reason: string | null, more: object = {}) =>
  ({ id, state: 'live', heldBy: null, attention: reason === null ? null : { level: 'act', reason, since: '' }, ...more }) as never;

describe('telling that a call needs a person', () => {
  it('counts neither those that a person has nor those that are over', () => {
    const needed = needing([
      call('a', 'Asked for a human'),
      call('b', null),
      call('c', 'Angry', { heldBy: 'Dana' }),
      call('d', 'Angry', { state: 'ended' }),
    ]);
    expect([...needed]).toEqual([['a', 'Asked for a human']]);
  });

  it('tells once of each, and again when the reason is another', () => {
    const before = needing([call('a', 'Asked for a human'), call('b', 'Angry')]);
    const now = needing([call('a', 'Asked for a human'), call('b', 'Asked for a human'), call('c', 'Angry')]);
    expect(newlyNeeding(before, now)).toEqual(['b', 'c']);
    expect(newlyNeeding(now, now)).toEqual([]);
  });
});
