import { nowMs, wait } from '../load/clock.ts';
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
}

export async function measureWindow(loads: Loads, subject: Subject, calls: number, ms: number): Promise<Window> {
  await loads.reset();
  const before = await subject.usage();
  const startedAtMs = nowMs();
  await wait(ms);
  const usage = await subject.usage();
  const minutes = (nowMs() - startedAtMs) / 60_000;
  const { heard, ai } = await loads.report();
  return { calls, heard, ai, usage, cpuPerCallMinute: (usage.cpuSeconds - before.cpuSeconds) / (calls * minutes) };
}
