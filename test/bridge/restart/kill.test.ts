import { expect, it } from 'vitest';
import { runKills } from '../../kill/kill-run.ts';
import { moments } from '../../kill/moments.ts';

/** A short one: `npm run kill-test` kills two hundred times. */
it('dials nobody twice and loses nothing finished, whenever it is killed', { timeout: 240_000 }, async () => {
  const report = await runKills({ kills: moments.length, seed: 11, secondsLimit: 120, moments, lines: 6, leads: 8 });
  expect(report.problems).toEqual([]);
  expect(report.kills).toBe(moments.length);
  expect(report).toMatchObject({ duplicates: 0, lostSegments: 0 });
  expect(report.segments).toBeGreaterThan(0);
  expect(report.cutRecordings).toBeGreaterThan(0);
});
