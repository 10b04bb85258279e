import { expect, it } from 'vitest';
import { rungRows } from '#renderer/features/campaign-board/campaign-words.ts';

it('counts the voices of a campaign in the order of its ladder, and what else spoke after them', () => {
  expect(rungRows({ announcement: 1, 'turn-based': 1, realtime: 6, live: 0 }, ['realtime', 'announcement'])).toEqual([
    { rung: 'realtime', value: 6, share: 0.75, isFirst: true },
    { rung: 'announcement', value: 1, share: 0.125, isFirst: false },
    { rung: 'turn-based', value: 1, share: 0.125, isFirst: false },
  ]);
  expect(rungRows({}, ['realtime'])).toEqual([]);
});
