import type { Segment } from '#bridge/contract/calls.ts';
import type { CallId, CampaignId } from '#bridge/contract/ids.ts';
import { Random } from '#bridge/rehearsal/carriers/random.ts';
import { type BridgeChild, killWhileStarting, startBridge } from './bridge-child.ts';
import { type Moment, MomentWatch, moments, type Trap } from './moments.ts';
import { numberOf } from './people.ts';
import { type CutRecording, judge, type Verdict } from './verdict.ts';
import { type KillWorld, openKillWorld } from './world.ts';

export interface KillOptions {
  readonly kills: number;
  /** Who is called, when each kill comes and what the carriers do wrong follow from it. */
  readonly seed: number;
  /** No kill after this; what runs then is still brought to its end. */
  readonly secondsLimit: number;
  /** One after the other; all, in a random order, when absent. */
  readonly moments?: readonly Moment[];
  /** Calls at once, over both carriers. */
  readonly lines?: number;
  /** Leads that wait in each campaign at a start, and as many once more: all of them are called in the end. */
  readonly leads?: number;
  readonly say?: (text: string) => void;
}

export interface KillReport extends Verdict {
  readonly kills: number;
  readonly killsByMoment: Readonly<Partial<Record<Moment, number>>>;
  /** Calls that rang or talked at a kill, on the average. */
  readonly callsAtKill: number;
  readonly startMs: { readonly median: number; readonly worst: number };
  readonly apologies: number;
  readonly pauses: number;
  readonly seconds: number;
  /** Kept only when something went wrong. */
  readonly folder: string | null;
}

/** When a moment does not come, the kill comes anyway. */
const patienceMs = 3_000;
const settleLimitMs = 120_000;

const agent = {
  name: 'Kim',
  instructions: 'You call for Northside Plumbing. If they are not interested, say goodbye.',
  disclosure: 'This is an AI call.',
  greeting: 'Do you have a minute?',
  tools: { endCall: true, optOut: true },
};

const once = { delaysMinutes: [], maxAttempts: 1 };
const rules = {
  world: 'real',
  fromNumbers: ['+12025550100', '+12025550101'],
  callsPerSecond: 20,
  ringSeconds: 5,
  maxCallSeconds: 30,
  answeringMachine: 'hang-up',
  compliance: { hours: 'off', consent: 'off' },
  retry: Object.fromEntries(
    ['no-answer', 'busy', 'rejected', 'voicemail', 'congestion', 'carrier-error', 'hung-up-early'].map((kind) => [kind, once]),
  ),
};

/** Dial campaigns over both carriers and kill the bridge again and again; then compare what the outside saw with what is on the disk. */
export async function runKills(options: KillOptions): Promise<KillReport> {
  const startedAtMs = Date.now();
  const watch: MomentWatch = new MomentWatch(() => openCalls(world));
  const world = await openKillWorld({ seed: options.seed }, watch.hooks);
  let sound = false;
  try {
    // Some answers are lost without any kill.
    for (const carrier of [world.rehearsal.twilio, world.rehearsal.plivo]) {
      carrier.fault({ on: 'rest', request: 'create', act: { status: 500 }, carriedOut: true, chance: 0.03, times: 1_000_000 });
    }
    const run = new Run(options, world, watch);
    const killsByMoment = await run.kill();
    await run.settle();
    const verdict = judge(run.evidence());
    sound = verdict.problems.length === 0;
    return {
      ...verdict,
      ...run.figures(),
      killsByMoment,
      kills: Object.values(killsByMoment).reduce((sum, count) => sum + count, 0),
      apologies: world.calls().filter(heardApology).length,
      seconds: Math.round((Date.now() - startedAtMs) / 1_000),
      folder: sound ? null : world.folder,
    };
  } finally {
    watch.disarm();
    await world.close(!sound);
  }
}

class Run {
  readonly #options: KillOptions;
  readonly #world: KillWorld;
  readonly #watch: MomentWatch;
  readonly #random: Random;
  readonly #published = new Map<CallId, Map<string, Segment>>();
  readonly #cut: CutRecording[] = [];
  readonly #startMs: number[] = [];
  readonly #callsAtKill: number[] = [];
  readonly #queueLength: number;
  /** Of each campaign. */
  readonly #lines: number;
  #campaigns: readonly CampaignId[] = [];
  #leads = 0;
  #pauses = 0;

  constructor(options: KillOptions, world: KillWorld, watch: MomentWatch) {
    this.#options = options;
    this.#world = world;
    this.#watch = watch;
    this.#random = new Random(options.seed);
    this.#queueLength = options.leads ?? 16;
    this.#lines = Math.ceil((options.lines ?? 12) / 2);
  }

  async kill(): Promise<Partial<Record<Moment, number>>> {
    const { kills, secondsLimit, say } = this.#options;
    const deadlineMs = Date.now() + secondsLimit * 1_000;
    const done: Partial<Record<Moment, number>> = {};
    for (let count = 0; count < kills && Date.now() < deadlineMs; count += 1) {
      const trap = this.#nextTrap(count);
      if (trap.moment === 'starting') {
        this.#noteCalls();
        await killWhileStarting(this.#world.env, 150 + trap.delayMs * 4);
      } else {
        const bridge = await this.#start();
        await this.#keepBusy(bridge);
        await this.#killAt(bridge, trap);
      }
      done[trap.moment] = (done[trap.moment] ?? 0) + 1;
      if ((count + 1) % 10 === 0) say?.(`${count + 1} kills, ${this.#world.creates().length} requests to dial`);
    }
    return done;
  }

  /** Let a last bridge bring everything to its end. */
  async settle(): Promise<void> {
    this.#options.say?.('no more kills; what is open is brought to its end');
    const bridge = await this.#start();
    const deadlineMs = Date.now() + settleLimitMs;
    while (Date.now() < deadlineMs && !(await this.#isSettled(bridge))) await pause(300);
    // Late words and files of the last calls.
    await pause(3_500);
    const code = await bridge.stop();
    if (code !== 0) throw new Error(`the last bridge ended with ${code}`);
  }

  evidence() {
    return {
      dataDir: this.#world.env.dataDir,
      calls: this.#world.calls(),
      creates: this.#world.creates(),
      published: this.#published,
      cut: this.#cut,
      violations: this.#world.violations(),
    };
  }

  figures() {
    const starts = [...this.#startMs].sort((a, b) => a - b);
    return {
      startMs: { median: starts[starts.length >> 1] ?? 0, worst: starts.at(-1) ?? 0 },
      callsAtKill: Math.round((10 * this.#callsAtKill.reduce((sum, count) => sum + count, 0)) / Math.max(1, this.#callsAtKill.length)) / 10,
      pauses: this.#pauses,
    };
  }

  #nextTrap(count: number): Trap {
    const choice = this.#options.moments ?? moments;
    const moment = this.#options.moments ? choice[count % choice.length]! : choice[this.#random.int(choice.length)]!;
    return {
      // Nobody is called before the first start.
      moment: count === 0 && moment === 'starting' ? 'random' : moment,
      delayMs: moment === 'random' ? 100 + this.#random.int(1_500) : this.#random.int(2) * this.#random.int(150),
      frames: 10 + this.#random.int(120),
      lateMs: this.#random.int(2_500),
    };
  }

  async #start(): Promise<BridgeChild> {
    const bridge = await startBridge(this.#world.env, {
      segment: (call, segment) => {
        if (!segment.final) return;
        const segments = this.#published.get(call) ?? new Map<string, Segment>();
        this.#published.set(call, segments.set(segment.id, segment));
      },
    });
    this.#startMs.push(bridge.startedInMs);
    if (this.#campaigns.length === 0) this.#campaigns = await this.#createCampaigns(bridge);
    return bridge;
  }

  async #createCampaigns(bridge: BridgeChild): Promise<readonly CampaignId[]> {
    const { id: agentId } = await bridge.invoke('agents.create', agent);
    const ids: CampaignId[] = [];
    for (const carrier of ['twilio', 'plivo']) {
      const { id } = await bridge.invoke('campaigns.create', {
        ...rules,
        name: `Kills over ${carrier}`,
        agentId,
        carrier,
        lines: this.#lines,
      });
      await this.#import(bridge, id);
      await bridge.invoke('campaigns.start', { id });
      ids.push(id);
    }
    return ids;
  }

  async #import(bridge: BridgeChild, campaignId: CampaignId): Promise<void> {
    const numbers = Array.from({ length: this.#queueLength }, () => numberOf(this.#leads++));
    const { imported } = await bridge.invoke('leads.import', { campaignId, csv: ['phone', ...numbers].join('\n') });
    if (imported !== numbers.length) throw new Error(`only ${imported} of ${numbers.length} leads were imported`);
  }

  /** The queues never run dry, and a campaign that was paused because of all the failed calls goes on. */
  async #keepBusy(bridge: BridgeChild): Promise<void> {
    for (const id of this.#campaigns) {
      const { leads } = await bridge.invoke('campaigns.health', { id });
      // Attempts of unknown fate hold their lines until they are past saving, which is longer than this test lasts.
      await bridge.invoke('campaigns.update', { id, lines: this.#lines + (await this.#lost(bridge, id)) });
      if ((leads.ready ?? 0) < this.#queueLength) await this.#import(bridge, id);
      await this.#resume(bridge, id);
    }
  }

  async #resume(bridge: BridgeChild, id: CampaignId): Promise<string> {
    const { state } = await bridge.invoke('campaigns.get', { id });
    if (state !== 'paused') return state;
    this.#pauses += 1;
    await bridge.invoke('campaigns.resume', { id });
    return 'running';
  }

  async #killAt(bridge: BridgeChild, trap: Trap): Promise<void> {
    const killed = Promise.withResolvers<void>();
    this.#watch.arm(trap, patienceMs, () => {
      if (bridge.gone) killed.reject(new Error(`the bridge ended by itself; its log is ${this.#world.env.logFile}`));
      this.#noteCalls();
      bridge.kill().then(killed.resolve, killed.reject);
    });
    await killed.promise;
  }

  /** What goes on at this moment, which is the last of a bridge. */
  #noteCalls(): void {
    const open = openCalls(this.#world);
    this.#callsAtKill.push(open.length);
    for (const { id, to, media } of open) {
      if (media.firstFrameToBridgeAtMs === null) continue;
      const firstFrameAtMs = media.firstFrameToBridgeAtMs;
      this.#cut.push({ carrierCallId: id, to, firstFrameAtMs, lastFrameAtMs: firstFrameAtMs + media.framesToBridge * 20 });
    }
  }

  async #isSettled(bridge: BridgeChild): Promise<boolean> {
    let settled = true;
    for (const id of this.#campaigns) {
      if ((await this.#resume(bridge, id)) === 'completed') continue;
      const { leads } = await bridge.invoke('campaigns.health', { id });
      if ((leads.ready ?? 0) > 0 || openCalls(this.#world).length > 0) {
        settled = false;
        continue;
      }
      if ((leads.dialling ?? 0) > (await this.#lost(bridge, id))) settled = false;
    }
    return settled;
  }

  /** Attempts of which no carrier has a record; they stay open for a quarter of an hour. */
  async #lost(bridge: BridgeChild, campaignId: CampaignId): Promise<number> {
    const live = await bridge.invoke('calls.list', { campaignId, live: true, limit: 200 });
    const known = new Set(this.#world.calls().map(({ to }) => to));
    return live.filter(({ to }) => !known.has(to)).length;
  }
}

function openCalls(world: KillWorld) {
  return world.calls().filter(({ endedAtMs }) => endedAtMs === null);
}

function heardApology(call: ReturnType<KillWorld['calls']>[number]): boolean {
  return call.history.some((event) => event.kind === 'verb' && /^(say|speak)$/i.test(event.verb));
}

function pause(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}
