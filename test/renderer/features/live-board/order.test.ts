import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { groupOf, heldOrder, oldestNeed, rememberedOrder, wantedOrder, willMove } from '#renderer/features/live-board/order.ts';

type Shape = Partial<Pick<CallSummary, 'state' | 'heldBy' | 'startedAt'>> & { readonly need?: 'look' | 'act'; readonly since?: string };
const at = (second: number) => `2026-11-24T10:00:${String(second).padStart(2, '0')}.000Z`;
const call = (id: string, { need, since = at(30), ...rest }: Shape = {}): CallSummary =>
  ({
    id,
    state: 'live',
    heldBy: null,
    startedAt: at(0),
    attention: need ? { level: need, reason: 'Asked for a human', since } : null,
    ...rest,
  }) as unknown as CallSummary;
const ids = (placed: readonly { readonly id: string }[]) => placed.map(({ id }) => id).join(' ');

describe('the order of the board', () => {
  it('puts who needs a person first, then who is worth a look, who has one, who is fine, and who has ended', () => {
    const calls = [
      call('ended', { state: 'ended' }),
      call('fine'),
      call('held', { heldBy: 'Dana' }),
      call('look', { need: 'look' }),
      call('act', { need: 'act' }),
    ];
    expect(ids(wantedOrder(calls, 'needs'))).toBe('act look held fine ended');
  });

  it('says since when the oldest need waits, without those that a person has', () => {
    const calls = [
      call('new', { need: 'act', since: at(50) }),
      call('old', { need: 'act', since: at(40) }),
      call('held', { need: 'act', since: at(10), heldBy: 'Dana' }),
      call('look', { need: 'look', since: at(5) }),
    ];
    expect(oldestNeed(calls)).toBe(at(40));
    expect(oldestNeed([call('fine')])).toBeNull();
  });

  it('puts the oldest need first, and the oldest call among those that are fine', () => {
    const calls = [
      call('new', { need: 'act', since: at(50), startedAt: at(1) }),
      call('old', { need: 'act', since: at(40), startedAt: at(9) }),
      call('late', { startedAt: at(20) }),
      call('early', { startedAt: at(10) }),
    ];
    expect(ids(wantedOrder(calls, 'needs'))).toBe('old new early late');
    expect(ids(wantedOrder(calls, 'oldest'))).toBe('new old early late');
  });

  it('leaves every call where it is while it is held, and says how many will move', () => {
    const before = wantedOrder([call('a'), call('b'), call('c')], 'needs');
    const after = wantedOrder([call('a'), call('b'), call('c', { need: 'act' }), call('d')], 'needs');
    const held = heldOrder(before, after);
    expect(ids(held)).toBe('a b c d');
    expect(willMove(held, after)).toBeGreaterThan(0);
    expect(willMove(after, after)).toBe(0);
  });

  it('is the same order, not an equal one, for as long as no call has moved', () => {
    const board = (...calls: CallSummary[]) => new Map(calls.map((one) => [one.id, one]));
    const order = rememberedOrder('needs');
    const before = order(board(call('a'), call('b')));
    expect(order(board(call('a', { since: at(59) }), call('b')))).toBe(before);
    expect(ids(order(board(call('a'), call('b', { need: 'act' }))))).toBe('b a');
    expect(ids(order(board(call('a'))))).toBe('a');
  });

  it('lets those leave that are gone', () => {
    const before = wantedOrder([call('a'), call('b')], 'needs');
    expect(ids(heldOrder(before, wantedOrder([call('b')], 'needs')))).toBe('b');
  });

  it('shows each call exactly once, whatever changed while it was held', () => {
    const some = fc.uniqueArray(
      fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), need: fc.constantFrom(undefined, 'look', 'act') }),
      {
        selector: ({ id }) => id,
      },
    );
    const order = (all: readonly { id: string; need: 'look' | 'act' | undefined }[]) =>
      wantedOrder(
        all.map(({ id, need }) => call(id, need ? { need } : {})),
        'needs',
      );
    fc.assert(
      fc.property(some, some, (before, after) => {
        const wanted = order(after as never);
        const held = heldOrder(order(before as never), wanted);
        expect([...held.map(({ id }) => id)].sort()).toEqual([...wanted.map(({ id }) => id)].sort());
      }),
    );
  });

  it('calls a call whose person holds it theirs, however loud its need', () => {
    expect(groupOf(call('a', { need: 'act', heldBy: 'Dana' }))).toBe('person');
  });
});
