import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConsoleSettingsFile } from '#bridge/console-settings.ts';
import { consoleSettings } from '#bridge/contract/settings.ts';
import { standardScorecard } from '#bridge/domain/score.ts';
import { silentLog } from '#test/support/fake-calls.ts';
import { folderForTest } from '#test/support/temporary-folder.ts';

/** The settings before there was a budget of a day, or retention. */
const earlier = {
  defaults: {
    carrier: 'plivo',
    fromNumbers: [],
    region: 'US',
    lines: 8,
    ringSeconds: 25,
    maxCallSeconds: 300,
    budgetMicros: null,
    window: { days: ['mon'], start: '09:00', end: '20:00' },
  },
};

const open = (folder: string) => ConsoleSettingsFile.open(folder, silentLog);

describe('the settings of the console', () => {
  it('begin with the name of the system and what a campaign has when it names nothing', async () => {
    const { path } = await folderForTest();
    const settings = (await open(path)).get();
    expect(settings.operatorName).toBe(userInfo().username);
    expect(consoleSettings.parse(settings)).toEqual(settings);
  });

  it('change where they are named, and stay after a restart', async () => {
    const { path } = await folderForTest();
    const file = await open(path);
    const changed = await file.update({ operatorName: ' Ann ', defaults: { lines: 9, region: undefined } });
    expect(changed).toMatchObject({ operatorName: 'Ann', defaults: { lines: 9, region: 'US', ringSeconds: 25 } });
    await file.update({ defaults: { fromNumbers: ['+15550100001'] }, spending: { dayBudgetMicros: 50_000_000 } });
    expect((await open(path)).get()).toMatchObject({
      operatorName: 'Ann',
      defaults: { lines: 9, fromNumbers: ['+15550100001'] },
      spending: { dayBudgetMicros: 50_000_000 },
    });
    expect((await file.update({ spending: { dayBudgetMicros: null } })).spending.dayBudgetMicros).toBeNull();
    const scorecard = standardScorecard.slice(3);
    expect((await file.update({ scorecard })).scorecard).toEqual(scorecard);
    expect((await file.update({ operatorName: 'Ben' })).scorecard).toEqual(scorecard);
    expect((await open(path)).get().scorecard).toEqual(scorecard);
    expect(statSync(join(path, 'settings.json')).mode & 0o777).toBe(0o600);
  });

  it('keep all of what several consoles change at once', async () => {
    const { path } = await folderForTest();
    const file = await open(path);
    await Promise.all([
      file.update({ operatorName: 'Ann' }),
      file.update({ defaults: { lines: 7 } }),
      file.update({ defaults: { region: 'GB' } }),
    ]);
    expect((await open(path)).get()).toMatchObject({ operatorName: 'Ann', defaults: { lines: 7, region: 'GB' } });
  });

  it.each([
    ['no JSON', 'x', {}],
    ['nothing', '', {}],
    ['another thing', '[]', {}],
    [
      'a field that does not fit',
      '{"operatorName":"Ann","defaults":{"lines":9000,"region":"GB"}}',
      { operatorName: 'Ann', defaults: { lines: 3, region: 'GB' } },
    ],
    [
      'what earlier builds wrote',
      JSON.stringify({ ...earlier, operatorName: 'Ann' }),
      {
        operatorName: 'Ann',
        defaults: { lines: 8 },
        spending: { dayBudgetMicros: null },
        scorecard: [...standardScorecard],
        retention: { recordingDays: null },
      },
    ],
    [
      'a scorecard that is none',
      JSON.stringify({ ...earlier, operatorName: 'Ann', scorecard: [{ id: 'x' }] }),
      { operatorName: 'Ann', defaults: { lines: 8 }, scorecard: [...standardScorecard] },
    ],
    ['fewer fields than there are', '{"operatorName":"Ann"}', { operatorName: 'Ann', defaults: { lines: 3 } }],
  ])('count as not set where the file holds %s', async (_what, text, expected) => {
    const { path } = await folderForTest();
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'settings.json'), text);
    const settings = (await open(path)).get();
    expect(consoleSettings.parse(settings)).toMatchObject(expected);
    expect(readFileSync(join(path, 'settings.json'), 'utf8')).toBe(text);
  });

  it('stay as they are when they cannot be written', async () => {
    const { path } = await folderForTest();
    const file = await open(path);
    mkdirSync(join(path, 'settings.json'));
    await expect(file.update({ operatorName: 'Ann' })).rejects.toMatchObject({ code: 'store/unavailable' });
    expect(file.get().operatorName).toBe(userInfo().username);
  });
});
