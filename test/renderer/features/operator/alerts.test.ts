import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {} });
const { needing, newlyNeeding, noticeOf } = await import('#renderer/features/operator/alerts.ts');

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

  it('counts only those that need one, not those worth a look', () => {
    expect([
      ...needing([call('a', 'Talks of the price', { attention: { level: 'look', reason: 'Talks of the price', since: '' } })]),
    ]).toEqual([]);
  });

  it('says who and why, and that it is a rehearsal', () => {
    const attention = { level: 'act', reason: 'Talks of a lawyer, a court or the police', since: '' } as const;
    expect(noticeOf({ world: 'real', leadName: 'Ana Ruiz', to: '+12025550123', attention })).toEqual({
      title: 'Ana Ruiz needs a person',
      body: 'Talks of a lawyer, a court or the police',
    });
    expect(noticeOf({ world: 'rehearsal', leadName: null, to: '+12025550123', attention }).title).toMatch(
      /^Rehearsal: \S.*0123 needs a person$/,
    );
  });

  it('tells once of each, and again when the reason is another', () => {
    const before = needing([call('a', 'Asked for a human'), call('b', 'Angry')]);
    const now = needing([call('a', 'Asked for a human'), call('b', 'Asked for a human'), call('c', 'Angry')]);
    expect(newlyNeeding(before, now)).toEqual(['b', 'c']);
    expect(newlyNeeding(now, now)).toEqual([]);
  });
});
