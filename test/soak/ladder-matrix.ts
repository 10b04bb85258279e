import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { CarrierName, Rung } from '#bridge/contract/words.ts';
import { type Breakage, breakages, moments, reasonAgainst } from './breakages.ts';
import { type CaseResult, type CaseSpec, Lane, nameOf } from './ladder-case.ts';

/**
 * Fails the upper of each two rungs of the voice ladder, in every way and at every moment, and listens at the callee's ear.
 *
 *   node test/soak/ladder-matrix.ts --carrier=both --lanes=6 --only=realtime.*garbage
 */
const { values } = parseArgs({
  options: {
    carrier: { type: 'string', default: 'both' },
    only: { type: 'string', default: '' },
    lanes: { type: 'string', default: '6' },
    /** Every n-th case only. */
    every: { type: 'string', default: '1' },
    /** Which ones of those: 2 for the second n-th of all, and so on. */
    part: { type: 'string', default: '1' },
    /** Cases that fail are run again alone: a busy machine fails limits of time. */
    again: { type: 'boolean', default: true },
    tell: { type: 'boolean', default: false },
  },
  allowNegative: true,
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const rungs: readonly Rung[] = ['realtime', 'live', 'cascade', 'relay', 'turn-based', 'announcement'];
const carriers: readonly CarrierName[] =
  values.carrier === 'both' ? ['twilio', 'plivo'] : [values.carrier === 'plivo' ? 'plivo' : 'twilio'];
const wanted = new RegExp(values.only);
const left = new Map<string, string[]>();
const specs: CaseSpec[] = [];
for (const carrier of carriers)
  for (const [at, from] of rungs.entries())
    for (const to of rungs.slice(at + 1)) {
      if (carrier === 'plivo' && (from === 'relay' || to === 'relay')) continue;
      for (const how of breakages)
        for (const moment of moments) {
          const spec = { carrier, from, to, how, moment };
          if (!wanted.test(nameOf(spec))) continue;
          const reason = reasonAgainst(carrier, from, to, how, moment);
          if (reason === null) specs.push(spec);
          else left.set(reason, [...(left.get(reason) ?? []), nameOf(spec)]);
        }
    }
// Not every n-th in order: ways to fail and moments come in a rhythm of their own.
const share = Math.ceil(specs.length / Number(values.every));
const chosen = specs
  .map((spec, index) => ({ spec, place: (index * 7_919) % 10_007 }))
  .sort((a, b) => a.place - b.place)
  .slice((Number(values.part) - 1) * share, Number(values.part) * share)
  .map(({ spec }) => spec);
process.stderr.write(`${chosen.length} cases\n`);

/** Opening a lane is work for the machine: one behind the other. */
const laneEveryMs = 1_500;
const startedAtMs = performance.now();
const results = await runAll(chosen, Number(values.lanes));
const failing = results.filter(({ problems }) => problems.length > 0);
const again = values.again && failing.length > 0 ? await runAll(failing, 1) : [];
const final = results.map((result) => again.find((other) => nameOf(other) === nameOf(result)) ?? result);
process.stdout.write(report(final));
process.exit(final.some(({ problems }) => problems.length > 0) ? 1 : 0);

async function runAll(cases: readonly CaseSpec[], lanes: number): Promise<CaseResult[]> {
  const queue = [...cases];
  const found: CaseResult[] = [];
  await Promise.all(
    Array.from({ length: Math.min(lanes, cases.length) }, async (_, place) => {
      await sleep(place * laneEveryMs);
      await using lane = await Lane.open();
      for (let spec = queue.shift(); spec; spec = queue.shift()) {
        const result = await lane.run(spec);
        found.push(result);
        const verdict = result.problems.length === 0 ? 'ok' : `FAILS: ${result.problems.join(' | ')}`;
        process.stderr.write(
          `${found.length}/${cases.length} ${nameOf(result)}: ${Math.round(result.gapMs)} ms, ${result.seconds.toFixed(0)} s, timers late by up to ${result.lateMs} ms, ${verdict}\n`,
        );
        if (values.tell) process.stderr.write(`  ${[...result.because, ...result.words, ...result.ledger].join('\n  ')}\n`);
      }
    }),
  );
  return found;
}

function report(found: readonly CaseResult[]): string {
  const lines: string[] = [`| carrier | from | to | ${moments.join(' | ')} |`, `|---|---|---|${'---|'.repeat(moments.length)}`];
  for (const carrier of carriers)
    for (const from of rungs)
      for (const to of rungs) {
        const ofPair = found.filter((result) => result.carrier === carrier && result.from === from && result.to === to);
        if (ofPair.length === 0) continue;
        const cells = moments.map((moment) => cell(ofPair.filter((result) => result.moment === moment)));
        lines.push(`| ${carrier} | ${from} | ${to} | ${cells.join(' | ')} |`);
      }
  lines.push('', 'Milliseconds without any voice after the failure: median / slowest of the ways to fail (how many of them pass).', '');
  const perFault = breakages.map((how: Breakage) => `${how} ${cell(found.filter((result) => result.how === how))}`);
  lines.push(`By way to fail: ${perFault.join('; ')}`, '');
  const bad = found.filter(({ problems }) => problems.length > 0);
  lines.push(
    `${found.length} cases in ${Math.round((performance.now() - startedAtMs) / 1_000)} s, ${bad.length} fail, ${failing.length - bad.length} passed at the second try alone.`,
  );
  for (const result of bad) lines.push(`- ${nameOf(result)}: ${result.problems.join(' | ')} (timers late by up to ${result.lateMs} ms)`);
  if (left.size > 0) lines.push('', 'Not run:');
  for (const [reason, names] of left) lines.push(`- ${names.length} cases (${names[0]} …): ${reason}`);
  return `${lines.join('\n')}\n`;
}

function cell(found: readonly CaseResult[]): string {
  if (found.length === 0) return '–';
  const gaps = found.map(({ gapMs }) => gapMs).sort((a, b) => a - b);
  const show = (value: number | undefined) => (value === undefined || !Number.isFinite(value) ? '∞' : String(Math.round(value)));
  const passed = found.filter(({ problems }) => problems.length === 0).length;
  return `${show(gaps[Math.floor((gaps.length - 1) / 2)])} / ${show(gaps.at(-1))} (${passed}/${found.length})`;
}
