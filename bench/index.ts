import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nowMs } from './load/clock.ts';
import { type Bench, type Row, type Section, table } from './report.ts';
import { killAll } from './rig/child.ts';
import { Loads } from './rig/loads.ts';
import { Past } from './rig/past.ts';
import { measure } from './rig/ringside.ts';
import { answers } from './sections/answers.ts';
import { bargeIn } from './sections/barge-in.ts';
import { capacity } from './sections/capacity.ts';
import { firstAudio } from './sections/first-audio.ts';
import { isolation } from './sections/isolation.ts';
import { soak } from './sections/soak.ts';
import { steady } from './sections/steady.ts';
import { storeSection } from './sections/store.ts';

/** Measures the bridge against a floor in the same run, and prints one table. Nothing is asserted: figures are for people. */
const sections: readonly Section[] = [steady, firstAudio, bargeIn, isolation, answers, capacity, soak, storeSection];

const help = `Measures Ringside against a relay that does nothing else, in one run, on this machine.

  npm run bench [-- options]

  --quick          about three minutes: one round, short windows, small stores, no ladder
  --only=a,b       only these sections: ${sections.map(({ name }) => name).join(', ')}
  --rounds=N       how often the floor and Ringside take turns, 3
  --soak=60m       how long calls begin and end; 60s by default
  --json=FILE      the results as JSON too
  --bridge=FILE    another build of the bridge, in place of out/bridge/serve.js

  npm run bench -- rungs      how soon each rung of the voice ladder answers, at the ear, and what a minute costs
  npm run bench -- cascade    the same of each pair of services of the cascade, hop by hop
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    soak: { type: 'string' },
    json: { type: 'string' },
    bridge: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const fail = (text: string): never => {
  process.stderr.write(`bench: ${text}\n`);
  process.exit(2);
};

if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
// How many calls a machine takes is not for a build server to find out.
const usual = sections.filter((section) => !(values.quick && section === capacity)).map(({ name }) => name);
const chosen = values.only?.split(',') ?? usual;
for (const name of chosen) if (!sections.some((section) => section.name === name)) fail(`there is no section "${name}"\n\n${help}`);
const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
if (!Number.isInteger(rounds) || rounds < 1) fail('--rounds must be a whole number from 1');
const soakMs = durationMs(values.soak ?? (values.quick ? '12s' : '60s'));
const bridge = values.bridge ?? fileURLToPath(new URL('../out/bridge/serve.js', import.meta.url));
if (!existsSync(bridge)) fail(`there is no ${bridge}; run npm run build first`);
measure(bridge);

const say = (text: string) => void process.stderr.write(`  ${text}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    killAll();
    process.exit(130);
  });
}

const startedAtMs = nowMs();
const past = new Past(values.quick ? 3_000 : 100_000, say);
const results: { readonly section: string; readonly rows: readonly Row[]; readonly failed: string | null }[] = [];
const load = loadavg()[0] ?? 0;
for (const section of sections.filter(({ name }) => chosen.includes(name))) {
  say(`== ${section.name}`);
  // The soak looks at memory, which a busy machine does not change: the time for what the last section needs.
  if (section === soak && chosen.includes(storeSection.name)) past.begin();
  // Each section has its own carrier and AI, so that none pays for another's history.
  const loads = await Loads.start();
  const bench: Bench = { loads, past, quick: values.quick, rounds, soakMs, say };
  try {
    results.push({ section: section.name, rows: await section.run(bench), failed: null });
  } catch (error) {
    const failed = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`bench: ${section.name} failed: ${failed}\n${lastOf(loads.logFile)}`);
    results.push({ section: section.name, rows: [], failed });
    killAll();
  }
  await loads.stop();
}

past.remove();

const machine = `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, load ${load.toFixed(1)} at the start, Node ${process.version}`;
const rows = results.flatMap((result) => result.rows);
process.stdout.write(
  `\n${table(rows)}\n\nMedians of ${rounds} round${rounds === 1 ? '' : 's'}, ${machine}, ${((nowMs() - startedAtMs) / 60_000).toFixed(1)} min.\n`,
);
for (const { section, failed } of results) if (failed !== null) process.stdout.write(`The section ${section} could not be measured.\n`);
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ machine, rounds, quick: values.quick, results }, null, 2)}\n`);
process.exit(results.some(({ failed }) => failed !== null) ? 1 : 0);

function durationMs(text: string): number {
  const [, amount, unit] = /^(\d+)(s|m|h)$/.exec(text) ?? [];
  if (amount === undefined) return fail('--soak takes a time as 90s, 60m or 1h');
  return Number(amount) * (unit === 'h' ? 3_600_000 : unit === 'm' ? 60_000 : 1_000);
}

function lastOf(file: string): string {
  return existsSync(file) ? `${readFileSync(file, 'utf8').trim().split('\n').slice(-10).join('\n')}\n` : '';
}
