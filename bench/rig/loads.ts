import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Barge, Truncation } from '../load/ai-measures.ts';
import type { AiPlan } from '../load/ai-session.ts';
import type { Cut } from '../load/carrier-ear.ts';
import { wait } from '../load/clock.ts';
import type { Summary } from '../load/samples.ts';
import { Child } from './child.ts';

export interface CarrierReport {
  readonly late: Summary;
  readonly firstAudioMs: readonly number[];
  readonly gaps: number;
  readonly gapMs: number;
  readonly lostBlocks: number;
  readonly blocks: number;
  readonly cuts: readonly Cut[];
  readonly documents: Summary;
  readonly problems: readonly string[];
  readonly cpuSeconds: number;
}

export interface AiReport {
  readonly latency: Summary;
  readonly frames: number;
  readonly lostMs: readonly number[];
  readonly lostLater: number;
  readonly barges: readonly Barge[];
  readonly truncations: readonly Truncation[];
  readonly cpuSeconds: number;
}

export interface CarrierState {
  readonly live: number;
  readonly ringing: number;
  readonly legs: number;
  readonly made: number;
}

export const benchFile = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

const ordinaryPlan = { ringMs: 200, hold: false, talkMs: null };
const ordinaryAi: AiPlan = { converse: true, delivery: 'burst', answerMs: [4_000, 6_000], pauseMs: [500, 1_500], bargeIn: false };

/** The simulated services, in their own processes, and the folder that holds everything of this run. */
export class Loads {
  readonly carrier: Child;
  readonly ai: Child;
  readonly folder: string;
  readonly carrierUrl: string;
  readonly aiUrl: string;
  readonly farAiUrl: string;
  readonly certificate: string;
  /** What the bridge logs. */
  readonly logFile: string;

  private constructor(parts: { carrier: Child; ai: Child; carrierUrl: string; aiUrl: string; farAiUrl: string; cert: string }) {
    this.carrier = parts.carrier;
    this.ai = parts.ai;
    this.carrierUrl = parts.carrierUrl;
    this.aiUrl = parts.aiUrl;
    this.farAiUrl = parts.farAiUrl;
    this.folder = mkdtempSync(join(tmpdir(), 'ringside-bench-'));
    this.logFile = join(this.folder, 'ringside.log');
    this.certificate = join(this.folder, 'ai.pem');
    writeFileSync(this.certificate, parts.cert);
  }

  static async start(): Promise<Loads> {
    const carrier = new Child('the carrier', [benchFile('carrier-load.ts')]);
    const ai = new Child('the AI', [benchFile('ai-load.ts')]);
    const { ready: carrierUrl = '' } = await carrier.ready();
    const { ready: aiUrl = '', far = '', cert = '' } = await ai.ready();
    return new Loads({ carrier, ai, carrierUrl, aiUrl, farAiUrl: far, cert });
  }

  async planCalls(change: Partial<{ ringMs: number | null; hold: boolean; talkMs: readonly number[] | null }> = {}): Promise<void> {
    await this.carrier.ask('plan', { ...ordinaryPlan, ...change });
  }

  async planAi(change: Partial<AiPlan> = {}): Promise<void> {
    await this.ai.ask('plan', { ...ordinaryAi, ...change });
  }

  async reset(): Promise<void> {
    await Promise.all([this.carrier.ask('reset'), this.ai.ask('reset')]);
  }

  async report(): Promise<{ readonly heard: CarrierReport; readonly ai: AiReport }> {
    const [heard, ai] = await Promise.all([this.carrier.ask<CarrierReport>('report'), this.ai.ask<AiReport>('report')]);
    return { heard, ai };
  }

  state(): Promise<CarrierState> {
    return this.carrier.ask('state');
  }

  /** @throws when it does not come to be within the time */
  async until(what: string, isSo: (state: CarrierState) => boolean | Promise<boolean>, withinMs = 30_000): Promise<void> {
    for (let left = withinMs; left > 0; left -= 100) {
      if (await isSo(await this.state())) return;
      await wait(100);
    }
    const [state, { heard }] = await Promise.all([this.state(), this.report()]);
    throw new Error(
      `${what}: not within ${withinMs / 1_000} s (${JSON.stringify(state)}; ${[...new Set(heard.problems)].slice(0, 5).join('; ')})`,
    );
  }

  async stop(): Promise<void> {
    await Promise.all([this.carrier.stop(), this.ai.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
