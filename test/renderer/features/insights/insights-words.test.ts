import { describe, expect, it } from 'vitest';
import { wonDispositions } from '#bridge/contract/insights.ts';
import { disposition, outcome } from '#bridge/contract/words.ts';
import {
  bestHour,
  bestHourWords,
  costLine,
  dispositionTone,
  endTone,
  fewWords,
  hourFigures,
  hourWords,
  isWon,
  nobodyWords,
  outcomeTone,
  shareWords,
  talkWords,
  unzoned,
  whatIsWon,
} from '#renderer/features/insights/insights-words.ts';
import { replyScale, replyVerdict } from '#renderer/features/insights/reply-scale.ts';

const hours = (figures: Readonly<Record<number, readonly [dialled: number, people: number]>>) =>
  Array.from({ length: 24 }, (_, hour) => ({ hour, dialled: figures[hour]?.[0] ?? 0, people: figures[hour]?.[1] ?? 0 }));

describe('the best hour', () => {
  it('is the one in which the greatest share picked up', () => {
    const told = hours({ 9: [80, 16], 10: [120, 41], 14: [200, 50] });
    expect(bestHour(told)?.hour).toBe(10);
    expect(bestHourWords(told)).toBe(`Best: ${hourWords(10)}, 41 of 120 picked up`);
  });

  it('is none of those that were hardly dialled in', () => {
    expect(bestHour(hours({ 9: [9, 9], 10: [40, 4] }))?.hour).toBe(10);
    expect(bestHourWords(hours({ 9: [9, 9] }))).toMatch(/too few/);
    expect(hourFigures({ hour: 9, dialled: 9, people: 9 })).toBe('9 of 9 picked up, too few to tell');
  });

  it('is none when nobody picked up, and the one with more dials among equals', () => {
    expect(bestHour(hours({ 9: [40, 0] }))).toBeNull();
    expect(bestHourWords(hours({ 9: [40, 0] }))).toMatch(/^Nobody picked up/);
    expect(bestHour(hours({ 9: [10, 5], 11: [20, 10] }))?.hour).toBe(11);
  });

  it('leaves out calls whose clock is not known, and says so', () => {
    expect(unzoned(12, hours({ 9: [9, 4] }))).toMatch(/^3 calls are in no hour/);
    expect(unzoned(9, hours({ 9: [9, 4] }))).toBeNull();
  });

  it('goes over midnight', () => {
    expect(hourWords(23)).toBe(`${hourWords(22).split(' to ')[1]} to ${hourWords(0).split(' to ')[0]}`);
  });
});

describe('shares and costs', () => {
  it('are a dash of nothing, and never nothing of something', () => {
    expect([shareWords(0, 0), shareWords(0, 8), shareWords(1, 1_000), shareWords(1, 3)]).toEqual(['–', '0%', '<1%', '33%']);
  });

  it('are nothing in rehearsal, with what they would have been', () => {
    expect(costLine(1_200_000, 'rehearsal')).toBe('$0.00, $1.20 if real');
    expect(costLine(1_200_000, 'real')).toBe('$1.20');
  });

  it('tell how long was talked in hours when there are many', () => {
    expect([0, 90_000, 98_100_000].map(talkWords)).toEqual(['no talk', '2 min of talk', '27 h of talk']);
  });
});

describe('words of insights', () => {
  it('count as won what the bridge counts', () => {
    expect(disposition.options.filter(isWon).toSorted()).toEqual([...wonDispositions].toSorted());
    expect(whatIsWon()).toBe('interested, booked, sale or transferred');
  });

  it('draw in amber only what went wrong on our side or the way', () => {
    expect(outcome.options.filter((one) => outcomeTone(one) === 'bad')).toEqual(['carrier-error', 'our-error']);
    expect(disposition.options.filter((one) => dispositionTone(one) === 'bad')).toEqual(['transfer-failed', 'failed']);
    expect([endTone(null), endTone('lead'), endTone('carrier')]).toEqual(['other', 'other', 'bad']);
  });

  it('warn of a version that spoke with few people', () => {
    expect(fewWords({ people: 1 })).toBe('1 person, too few to compare');
    expect(fewWords({ people: 20 })).toBeNull();
  });

  it('say why there is nothing', () => {
    const whose = { since: '2026-11-02', until: '2026-11-02', world: 'real', campaign: undefined } as const;
    expect(nobodyWords(whose, 'Mon 2 Nov')).toBe('On Mon 2 Nov nobody was called.');
    expect(nobodyWords({ ...whose, until: '2026-11-09', world: 'rehearsal', campaign: 'campaign_1' }, 'Mon 2 Nov to Mon 9 Nov')).toBe(
      'From Mon 2 Nov to Mon 9 Nov nobody of this campaign was called in rehearsal.',
    );
  });
});

describe('the scale of replies', () => {
  it('has room for both lines and for the slowest', () => {
    for (const replies of [
      { medianMs: 400, p95Ms: 700 },
      { medianMs: 2_000, p95Ms: 6_000 },
    ]) {
      const { median, p95, good, slow } = replyScale(replies);
      for (const place of [median, p95, good, slow]) expect(place).toBeLessThan(1);
      expect(good).toBeLessThan(slow);
    }
  });

  it('says what it means for who waits', () => {
    expect(replyVerdict({ medianMs: 500, p95Ms: 800 })).toMatch(/As quick/);
    expect(replyVerdict({ medianMs: 700, p95Ms: 1_400 })).toMatch(/Nobody notices/);
    expect(replyVerdict({ medianMs: 700, p95Ms: 1_600 })).toMatch(/on some/);
    expect(replyVerdict({ medianMs: 1_600, p95Ms: 3_000 })).toMatch(/most replies/);
  });
});
