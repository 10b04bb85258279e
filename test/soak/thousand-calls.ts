import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Call } from '#bridge/contract/calls.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { CarrierName, Rung } from '#bridge/contract/words.ts';
import { openWorldRig, type ShortPerson, shortAgent, until, violationsIn } from '#test/support/bridge-rig.ts';
import { socketsLeftIn } from '#test/support/ladder-rig.ts';
import { BridgeProcess } from './bridge-process.ts';
import type { Gauge } from './gauge.ts';
import { SessionCutter } from './session-cutter.ts';

/**
 * Short calls, one after the other on many lines; the socket of each one's voice is cut in the middle, and another voice takes over. Then
 * looks at what is left.
 *
 *   node test/soak/thousand-calls.ts --calls=1000 --lines=20
 */
const { values } = parseArgs({ options: { calls: { type: 'string', default: '1000' }, lines: { type: 'string', default: '20' } } });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const wanted = Number(values.calls);
const lines = Number(values.lines);
/** The first measurement: everything that is made once has been made. */
const firstLook = Math.min(200, Math.ceil(wanted / 5));
/** What a heap may grow by between the looks: what the tables of the feed and of the store's pages hold. */
const mostGrowthMb = 8;
/** Timers and sockets that come and go by themselves: pings, sweeps, a connection kept alive. */
const mostNewResources = 4;
/** What a bridge has open that has been at rest for a while, or a little more; it keeps connections of carriers for a minute and a half. */
const quietResources = 16;
const quietTries = 10;
/** About as long as a call takes: lines begin one behind the other, so that sessions begin all the time. */
const callMs = 8_000;
const lookEveryMs = 200;
/** Calls that end before it is their turn; when no more calls begin, none is ready behind the last ones that were cut. */
const mostSparedShare = 0.02;
const mostSparedLast = 8;

const person: ShortPerson = {
  ringing: { kind: 'answers', afterMs: 250 },
  moves: [{ kind: 'say', text: 'Hello?' }, { kind: 'wait', ms: 7_000 }, { kind: 'hang-up' }],
};
const ladders: readonly (readonly Rung[])[] = [
  ['realtime', 'cascade', 'announcement'],
  ['live', 'cascade', 'announcement'],
  ['realtime', 'turn-based', 'announcement'],
  ['live', 'turn-based', 'announcement'],
];

const services = await openWorldRig({ allVoices: true, people: () => person, world: { keepAudio: false, callsPerSecond: 40 } });
const { world } = services;
const bridge = new BridgeProcess(services.env);
const problems: string[] = [];
const startedAtMs = performance.now();
const { id: agentId } = await bridge.invoke('agents.create', shortAgent);
const over: Call[] = [];
const began = await bridge.gauge();

const ids = new Set<string>();
const { openai } = world;
const cutters = [
  new SessionCutter({
    sessions: () =>
      openai
        .sessions()
        .filter(({ headers }) => ids.has(headers['openai-safety-identifier'] ?? ''))
        .map(({ number, closed, heardMs }) => ({ number, isOpen: closed === null, heardMs })),
    cut: (session) => openai.fault({ fault: { kind: 'close', code: 1006, afterMs: 0 }, session, times: 1 }),
  }),
  new SessionCutter({
    sessions: () => openai.live.sessions().map(({ number, closed, heardMs }) => ({ number, isOpen: !closed, heardMs })),
    cut: (session) => openai.live.fault({ fault: { kind: 'drop', afterMs: 0 }, session, times: 1 }),
  }),
];
const looks = setInterval(() => {
  for (const cutter of cutters) cutter.look(performance.now());
}, lookEveryMs);
await runTo(firstLook);
const first = await rest();
process.stderr.write(`after ${over.length} calls: ${JSON.stringify(first)}\n`);
await runTo(wanted);
const last = await rest();
clearInterval(looks);

const live = await bridge.invoke('calls.list', { live: true });
if (live.length > 0) problems.push(`${live.length} calls are still live in the bridge`);
for (const sim of [world.twilio, world.plivo])
  if (sim.stats().live > 0) problems.push(`${sim.stats().live} legs are still live at a carrier`);
const socketsOpen = socketsLeftIn(world).length;
if (socketsOpen > 0) problems.push(`${socketsOpen} sockets to services are still open`);
if (last.heapMb - first.heapMb > mostGrowthMb) problems.push(`the heap grew by ${(last.heapMb - first.heapMb).toFixed(1)} MB`);
for (const [name, count] of Object.entries(last.resources))
  if (count - (first.resources[name] ?? 0) > mostNewResources)
    problems.push(`${name}: ${first.resources[name] ?? 0} after ${firstLook} calls, ${count} at the end`);
const outcomes = tally(over.map((call) => String(call.outcome)));
const unfinished = over.filter((call) => call.outcome !== 'completed');
for (const call of unfinished.slice(0, 10)) problems.push(`${call.to} ended as ${call.outcome}: ${call.endedReason}`);
const changed = over.filter((call) => (call.rungChanges ?? []).length > 0);
if (changed.length < over.length * (1 - mostSparedShare) - mostSparedLast)
  problems.push(`only ${changed.length} of ${over.length} calls changed their voice`);
const violations = violationsIn(world);
if (violations.length > 0) problems.push(`${violations.length} violations, the first: ${violations[0]}`);
problems.push(...bridge.errors.slice(0, 10).map((line) => `error in the log: ${line}`));
const code = await bridge.stop();
if (code !== 0) problems.push(`the bridge ended with ${code}`);
await services.close();

const rows: readonly (readonly [string, string])[] = [
  ['calls', `${over.length} in ${Math.round((performance.now() - startedAtMs) / 1_000)} s, ${lines} at once`],
  ['outcomes', outcomes],
  ['rung changes', tally(over.flatMap((call) => (call.rungChanges ?? []).map(({ from, to }) => `${from}>${to}`)))],
  ['calls without one', String(over.length - changed.length)],
  ['sessions of Realtime and Live, and cuts', cutters.map(({ figures: { seen, cut } }) => `${seen} (${cut} cut)`).join(', ')],
  ['heap after collection, MB: start, first look, end', [began, first, last].map(({ heapMb }) => heapMb).join(', ')],
  ['resident, MB: start, first look, end', [began, first, last].map(({ residentMb }) => residentMb).join(', ')],
  ['resources at first look', JSON.stringify(first.resources)],
  ['resources at the end', JSON.stringify(last.resources)],
  ['sockets left at the services', String(socketsOpen)],
  ['warnings', [...bridge.warnings].map(([text, count]) => `${count} × ${text}`).join('; ')],
];
process.stdout.write(`| figure | value |\n|---|---|\n${rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}\n\n`);
process.stdout.write(problems.length === 0 ? 'Nothing is left.\n' : `${problems.map((problem) => `- ${problem}`).join('\n')}\n`);
process.exit(problems.length === 0 ? 0 : 1);

async function runTo(count: number): Promise<void> {
  let next = over.length;
  const worker = async (line: number) => {
    await sleep((line * callMs) / lines);
    while (next < count) {
      const index = next;
      next += 1;
      try {
        over.push(await callThrough(index));
      } catch (error) {
        problems.push(`call ${index}: ${error instanceof Error ? error.message : String(error)}`);
        if (bridge.isGone || problems.length > 50) throw error;
      }
      if (index % 50 === 0) process.stderr.write(`${over.length} calls\n`);
    }
  };
  await Promise.all(Array.from({ length: lines }, (_, line) => worker(line)));
}

async function callThrough(index: number): Promise<Call> {
  const carrier: CarrierName = index % 2 === 0 ? 'twilio' : 'plivo';
  const to = `+1${212 + (index % 3) * 100}55${String(50_000 + index)}`;
  const ladder = ladderOf(index);
  const { id } = await bridge.invoke('calls.dial', {
    to,
    carrier,
    from: '+12025550100',
    agentId,
    world: 'real',
    compliance: 'off',
    ringSeconds: 10,
    maxCallSeconds: 30,
    ladder,
  });
  ids.add(id);
  return ended(id);
}

function ended(id: CallId): Promise<Call> {
  return until(
    `the end of ${id}`,
    async () => {
      await sleep(400);
      const call = await bridge.invoke('calls.get', { id });
      return call.state === 'ended' && call.endedAt !== null ? call : null;
    },
    60_000,
  );
}

function ladderOf(index: number): readonly Rung[] {
  return ladders[Math.floor(index / 2) % ladders.length] ?? [];
}

/** What is left when nobody is on the line and the last words have had their time. */
async function rest(): Promise<Gauge> {
  await until('an end of all calls', () => world.twilio.stats().live + world.plivo.stats().live === 0, 60_000);
  await sleep(12_000);
  // Connections that are kept alive for a while go by themselves.
  let gauge = await bridge.gauge();
  for (
    let tries = 0;
    tries < quietTries && Object.values(gauge.resources).reduce((sum, count) => sum + count, 0) > quietResources;
    tries += 1
  ) {
    await sleep(10_000);
    gauge = await bridge.gauge();
  }
  return gauge;
}

function tally(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}
