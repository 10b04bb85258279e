import { nowMs, wait } from '../load/clock.ts';
import { alone, ms, type Row } from '../report.ts';
import type { AiReport, CarrierReport, Loads } from '../rig/loads.ts';
import type { Subject, Usage } from '../rig/subject.ts';

/** What was measured while calls went on for a while. */
export interface Window {
  readonly calls: number;
  readonly heard: CarrierReport;
  readonly ai: AiReport;
  readonly usage: Usage;
  /** Processor seconds of the process under test for one minute of one call. */
  readonly cpuPerCallMinute: number;
  /** Share of the time in which it was ready to run and others had the processors; what the machine adds to every latency. */
  readonly waitedShare: number;
}

/** @param until a time in milliseconds, or something that ends */
export async function measureWindow(loads: Loads, subject: Subject, calls: number, until: number | Promise<unknown>): Promise<Window> {
  await loads.reset();
  const before = await subject.usage();
  const startedAtMs = nowMs();
  await (typeof until === 'number' ? wait(until) : until);
  const usage = await subject.usage();
  const minutes = (nowMs() - startedAtMs) / 60_000;
  const { heard, ai } = await loads.report();
  const cpuPerCallMinute = (usage.cpuSeconds - before.cpuSeconds) / (calls * minutes);
  const waitedShare = ((usage.waitedMs ?? 0) - (before.waitedMs ?? 0)) / (minutes * 60_000);
  return { calls, heard, ai, usage, cpuPerCallMinute, waitedShare };
}

/** Two quiet windows of one run differ by so much on a machine that others use too; less than that is nobody's doing. */
const noiseShare = 1.25;
const noiseMs = 1.5;

/**
 * What something did to those who talked meanwhile, against windows of the same calls in which nothing else happened.
 * @returns a row that is met when they noticed nothing
 */
export function undisturbed(figure: string, busy: readonly Window[], quiet: readonly Window[]): Row {
  const toAi = ({ ai }: Window) => ai.latency.p99;
  const late = ({ heard }: Window) => heard.late.p99;
  const worst = (windows: readonly Window[], pick: (window: Window) => number) => Math.max(...windows.map(pick));
  const within = (pick: (window: Window) => number) => worst(busy, pick) <= worst(quiet, pick) * noiseShare + noiseMs;
  const gaps = busy.reduce((sum, { heard }) => sum + heard.gaps, 0);
  const quietGaps = quiet.reduce((sum, { heard }) => sum + heard.gaps, 0);
  const pair = (windows: readonly Window[]) => `${ms(worst(windows, toAi))} / ${ms(worst(windows, late))}`;
  return alone(
    figure,
    `${pair(busy)}, ${gaps} gaps`,
    'as when quiet',
    within(toAi) && within(late) && (gaps === 0 || gaps <= quietGaps),
    `quiet ${pair(quiet)}, ${quietGaps} gaps`,
  );
}
