import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nowMs, wait } from '../load/clock.ts';
import { median, summaryOf } from '../load/samples.ts';
import { alone, type Bench, mb, ms, type Row, type Section } from '../report.ts';
import { number } from '../rig/number.ts';
import { segmentsPerCall } from '../rig/past.ts';
import { type Ringside, startRingside } from '../rig/ringside.ts';
import { measureWindow, undisturbed, type Window } from './window.ts';

const talking = 20;
/** Words of every kind: some in a third of all segments, some in one of a thousand. */
const queries = ['bababa', 'denbaba romibaba', 'halupo', 'karsoba', 'ranget', 'venbaba tibaba mibaba', '"sobaba babaro"', 'felhari'];
/** What a long life leaves on the disk, and what work on it does to those who talk. */
export const storeSection: Section = {
  name: 'store',
  run: async (bench) => {
    const { loads, quick } = bench;
    const { calls: past } = bench.past;
    const dataDir = await bench.past.folder();
    const empty: Ringside[] = [];
    const full: Ringside[] = [];
    for (let i = 0; i < (quick ? 1 : 5); i++) {
      empty.push(await begin(bench));
      full.push(await begin(bench, dataDir));
    }
    const ready = (figure: string, begun: readonly Ringside[], limitMs: number): Row => {
      const value = median(begun.map(({ readyMs }) => readyMs));
      return alone(figure, ms(value), `under ${limitMs} ms`, value < limitMs);
    };
    const idleMb = median(empty.map((ringside) => ringside.idleMb));

    const ringside = await startRingside(loads, { dataDir });
    await loads.planCalls();
    await loads.planAi();
    await ringside.addCalls(talking);
    await wait(4_000);
    const rows = [
      ready('ready from process start, empty data folder', empty, 1_000),
      ready(`ready from process start, ${past.toLocaleString('en')} calls in the data folder`, full, 1_500),
      alone('memory, idle', mb(idleMb), 'at most 120 MB', idleMb <= 120),
      ...(await searches(bench, ringside, past)),
      ...(await bigImport(bench, ringside)),
    ];
    await ringside.endCalls();
    await ringside.stop();
    return rows;
  },
};

async function begin({ loads }: Bench, dataDir?: string): Promise<Ringside> {
  const ringside = await startRingside(loads, { idle: true, ...(dataDir === undefined ? {} : { dataDir }) });
  await ringside.stop();
  return ringside;
}

async function searches({ loads, quick, say }: Bench, ringside: Ringside, past: number): Promise<readonly Row[]> {
  const windowMs = quick ? 2_000 : 6_000;
  const before = await measureWindow(loads, ringside, talking, windowMs);
  const during = async (order: 'newest' | 'best', everyMs: number): Promise<{ tookMs: number[]; window: Window; hits: number }> => {
    const tookMs: number[] = [];
    let hits = 0;
    const untilMs = nowMs() + windowMs - 500;
    const searching = (async () => {
      for (let at = 0; nowMs() < untilMs; at++) {
        const startedAtMs = nowMs();
        const query = queries[at % queries.length] ?? '';
        hits += (await ringside.run<unknown[]>('search.transcripts', { query, order, limit: 50 })).length;
        // The first one starts the thread.
        if (at > 0) tookMs.push(nowMs() - startedAtMs);
        await wait(everyMs);
      }
    })();
    const [window] = await Promise.all([measureWindow(loads, ringside, talking, windowMs), searching]);
    return { tookMs, window, hits };
  };
  const newest = await during('newest', 50);
  const best = await during('best', 100);
  const after = await measureWindow(loads, ringside, talking, windowMs);
  say(`store: ${newest.tookMs.length} searches by time (${newest.hits} hits), ${best.tookMs.length} by rank (${best.hits} hits)`);
  const segments = (past * segmentsPerCall).toLocaleString('en');
  const row = (figure: string, tookMs: readonly number[], limitMs: number): Row => {
    const { p50, p95 } = summaryOf(tookMs);
    return alone(figure, `${ms(p50)} / ${ms(p95)}`, `under ${limitMs} ms p95`, p95 < limitMs);
  };
  return [
    row(`search over ${segments} segments, newest first, p50/p95`, newest.tookMs, 10),
    row(`search over ${segments} segments, ranked with snippets, p50/p95`, best.tookMs, 150),
    undisturbed(`audio while searching (${talking} calls), p99 to AI / late`, [newest.window, best.window], [before, after]),
  ];
}

async function bigImport({ loads, quick, say }: Bench, ringside: Ringside): Promise<readonly Row[]> {
  const rows = quick ? 20_000 : 100_000;
  const path = join(loads.folder, 'leads.csv');
  const line = (at: number) => `Ann${at},Lee,${number(500_000 + at)},Company ${at},"12, Long Street",Springfield`;
  writeFileSync(path, `First Name,Last Name,Phone,Company,Address,City\n${Array.from({ length: rows }, (_, at) => line(at)).join('\n')}\n`);
  const campaignId = await ringside.makeCampaign(1);
  const quietMs = quick ? 2_000 : 5_000;
  const quiet = await measureWindow(loads, ringside, talking, quietMs);
  await ringside.rest();
  const before = await ringside.usage();
  let peakMb = before.rssMb;
  let busy = true;
  const watch = (async () => {
    while (busy) {
      peakMb = Math.max(peakMb, (await ringside.usage()).rssMb);
      await wait(50);
    }
  })();
  const startedAtMs = nowMs();
  const importing = ringside.run<{ imported: number }>('leads.import', { campaignId, path });
  const during = await measureWindow(loads, ringside, talking, importing);
  const { imported } = await importing;
  const tookMs = nowMs() - startedAtMs;
  busy = false;
  await watch;
  const after = await measureWindow(loads, ringside, talking, quietMs);
  if (imported !== rows) throw new Error(`only ${imported} of ${rows} rows were imported`);
  say(`store: ${rows} rows imported in ${(tookMs / 1_000).toFixed(1)} s`);
  const grownMb = peakMb - before.rssMb;
  return [
    alone(`import of ${rows.toLocaleString('en')} rows`, `${(tookMs / 1_000).toFixed(1)} s`, 'under 10 s', tookMs < 10_000),
    alone('memory growth during the import', mb(grownMb), 'under 150 MB', grownMb < 150),
    undisturbed(`audio during the import (${talking} calls), p99 to AI / late`, [during], [quiet, after]),
  ];
}
