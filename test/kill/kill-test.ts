import { parseArgs } from 'node:util';
import { type KillReport, runKills } from './kill-run.ts';

/**
 * Kills a bridge that dials again and again, and proves that nobody was dialled twice and nothing finished was lost.
 *
 *   npm run kill-test -- --kills=200 --seed=1 --seconds-limit=900
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    'seconds-limit': { type: 'string', default: '1200' },
    lines: { type: 'string', default: '12' },
  },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const wanted = Number(values.kills);
const report = await runKills({
  kills: wanted,
  seed: Number(values.seed),
  secondsLimit: Number(values['seconds-limit']),
  lines: Number(values.lines),
  say: (text) => process.stderr.write(`${text}\n`),
});
process.stdout.write(table(report));
process.exit(report.problems.length === 0 && report.kills === wanted ? 0 : 1);

function table(found: KillReport): string {
  const moments = Object.entries(found.killsByMoment).map(([moment, count]) => `${moment} ${count}`);
  const outcomes = Object.entries(found.outcomes).map(([outcome, count]) => `${outcome} ${count}`);
  const rows: readonly (readonly [string, string | number])[] = [
    ['kills', found.kills],
    ['  by moment', moments.join(', ')],
    ['calls under way at a kill, average', found.callsAtKill],
    ['restart to ready, ms, median and worst', `${found.startMs.median}, ${found.startMs.worst}`],
    ['attempts', found.attempts],
    ['  by outcome', outcomes.join(', ')],
    ['requests to dial seen by the carriers', found.creates],
    ['calls placed by the carriers', found.placed],
    ['numbers dialled twice', found.duplicates],
    ['finished segments published', found.segments],
    ['finished segments lost', found.lostSegments],
    ['recordings, all playable', found.recordings],
    ['recordings cut by a kill', found.cutRecordings],
    ['  most audio lost at the end of one, ms', found.worstLossMs],
    ['attempts of unknown fate', found.unknown],
    ['apologies by the carrier', found.apologies],
    ['campaigns resumed after a pause', found.pauses],
    ['duration, s', found.seconds],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  if (found.problems.length > 0) {
    lines.push('', `${found.problems.length} problems; data and log are in ${found.folder}`);
    lines.push(...found.problems.slice(0, 40).map((problem) => `  ${problem}`));
  }
  return `${lines.join('\n')}\n`;
}
