import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Call } from '#bridge/contract/calls.ts';
import type { CarrierName, Rung } from '#bridge/contract/words.ts';
import { Random } from '#bridge/rehearsal/carriers/random.ts';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import type { Move } from '#bridge/rehearsal/people/conversation.ts';
import { openWorldRig, shortAgent, until } from '#test/support/bridge-rig.ts';
import { type SocketLeft, socketsLeftIn } from '#test/support/ladder-rig.ts';
import { tone } from '#test/support/tones.ts';
import { BridgeProcess } from './bridge-process.ts';
import { explain, longestHole, type Struck } from './hole.ts';
import { mishaps } from './mishaps.ts';

/**
 * So many calls at once for so long, over both carriers, with faults of every service at random and operators who take calls over.
 *
 *   node test/soak/mixed-soak.ts --minutes=10 --calls=30 --seed=1
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    calls: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
  },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const lines = Number(values.calls);
const lastsMs = Number(values.minutes) * 60_000;
const random = new Random(Number(values.seed));
const pick = <T>(from: readonly T[]): T => from[Math.floor(random.next() * from.length)] as T;
const faultEveryMs = 2_500;
const takeOverEveryMs = 9_000;
const maxCallSeconds = 60;
/** A silence that the report explains. */
const tooLongMs = 4_000;
const mostExplained = 12;

const ladders: readonly (readonly Rung[])[] = [
  ['realtime', 'live', 'cascade', 'turn-based', 'announcement'],
  ['realtime', 'cascade', 'turn-based', 'announcement'],
  ['realtime', 'cascade', 'relay', 'announcement'],
  ['live', 'cascade', 'turn-based', 'announcement'],
  ['cascade', 'turn-based', 'announcement'],
  ['turn-based', 'announcement'],
  ['realtime', 'announcement'],
];
const people: readonly (readonly Move[])[] = [
  [
    { kind: 'say', text: 'Hello?' },
    { kind: 'listen', pauseMs: 900 },
    { kind: 'say', text: 'Yes, that sounds good.' },
    { kind: 'listen', pauseMs: 1_200 },
    { kind: 'say', text: 'Tomorrow at three would be fine.' },
    { kind: 'listen', pauseMs: 1_200 },
    { kind: 'say', text: 'Yes, please.' },
    { kind: 'listen', pauseMs: 1_500 },
    { kind: 'hang-up' },
  ],
  [
    { kind: 'say', text: 'Hello?' },
    // Shorter than the shortest question: whoever is asked whether they are there has something to say.
    { kind: 'wait-to-interrupt', intoMs: 900 },
    { kind: 'say', text: 'What does it cost?' },
    { kind: 'listen', pauseMs: 1_000 },
    { kind: 'say', text: 'No, thank you.' },
    { kind: 'listen', pauseMs: 1_500 },
    { kind: 'hang-up' },
  ],
  [
    { kind: 'say', text: 'Hello?' },
    { kind: 'listen', pauseMs: 900 },
    { kind: 'say', text: 'Please call me back tomorrow at three.' },
    { kind: 'listen', pauseMs: 1_500 },
    { kind: 'hang-up' },
  ],
  [
    { kind: 'listen', pauseMs: 900 },
    { kind: 'say', text: 'Please do not call me again.' },
    { kind: 'wait', ms: 8_000 },
    { kind: 'hang-up' },
  ],
];

const services = await openWorldRig({
  allVoices: true,
  people: (number) => ({ ringing: { kind: 'answers', afterMs: 400 }, moves: people[Number(number.slice(-1)) % people.length] ?? [] }),
  world: { keepAudio: true, callsPerSecond: 20, seed: Number(values.seed) },
});
const { world } = services;
const bridge = new BridgeProcess(services.env);
const problems: string[] = [];
const over: Call[] = [];
const struck: Struck[] = [];
const ladderOf = new Map<string, readonly Rung[]>();
let takenOver = 0;
let dialled = 0;
const { id: agentId } = await bridge.invoke('agents.create', shortAgent);
const start = await bridge.gauge();
let middle = start;
const startedAtMs = performance.now();
const leftMs = () => lastsMs - (performance.now() - startedAtMs);

await Promise.all([
  ...Array.from({ length: lines }, (_, place) => line(place)),
  ...(['faults', 'operator', 'look'] as const).map((job) => ({ faults: breakThings, operator: operate, look: lookInTheMiddle })[job]()),
]);
await until('an end of all calls', () => world.twilio.stats().live + world.plivo.stats().live === 0, 90_000).catch(() =>
  problems.push(`${world.twilio.stats().live + world.plivo.stats().live} legs are stranded at the carriers`),
);
await sleep(12_000);
const live = await bridge.invoke('calls.list', { live: true });
if (live.length > 0)
  problems.push(`${live.length} calls are stranded in the bridge: ${live.map(({ to, state }) => `${to} ${state}`).join(', ')}`);
const end = await bridge.gauge();
problems.push(...socketsLeftIn(world).map(whose));
problems.push(...bridge.errors.slice(0, 20).map((text) => `error in the log: ${text}`));
if (bridge.isGone) problems.push('the bridge ended by itself');
const code = await bridge.stop();
if (code !== 0) problems.push(`the bridge ended with ${code}`);

const silences = over.flatMap((call) => {
  const leg = legOf(call.to);
  return leg ? [{ call, leg, ...longestHole(leg) }] : [];
});
silences.sort((a, b) => b.ms - a.ms);
await services.close();
const rows: readonly (readonly [string, string])[] = [
  ['duration', `${Math.round((performance.now() - startedAtMs) / 1_000)} s, seed ${values.seed}`],
  ['calls', `${over.length} of ${dialled} dialled, ${lines} at once`],
  ['outcomes', tally(over.map(({ outcome }) => String(outcome)))],
  ['ended by', tally(over.map(({ endedBy }) => String(endedBy)))],
  ['dispositions', tally(over.map(({ disposition }) => String(disposition)))],
  ['rung changes', tally(over.flatMap((call) => (call.rungChanges ?? []).map(({ from, to }) => `${from}>${to}`)))],
  ['faults', tally(struck.map(({ name }) => name))],
  ['taken over and given back', String(takenOver)],
  ['errors in the log', String(bridge.errors.length)],
  ['warnings', [...bridge.warnings].map(([text, count]) => `${count} × ${text}`).join('; ')],
  ['heap after collection, MB: start, middle (calls going on), end', [start, middle, end].map(({ heapMb }) => heapMb).join(', ')],
  ['resident, MB', [start, middle, end].map(({ residentMb }) => residentMb).join(', ')],
  ['resources at the end', JSON.stringify(end.resources)],
  [
    'time without any voice, ms: median, p95, slowest of a call',
    [0.5, 0.95, 1].map((share) => Math.round(silences[Math.floor((silences.length - 1) * (1 - share))]?.ms ?? 0)).join(', '),
  ],
  [
    'slowest calls',
    silences
      .slice(0, 5)
      .map(({ call, ms }) => `${Math.round(ms)} ms ${call.carrier} ${call.to} ended on ${call.rung}`)
      .join('; '),
  ],
];
process.stdout.write(`| figure | value |\n|---|---|\n${rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}\n\n`);
for (const { call, leg, ...hole } of silences.filter(({ ms }) => ms > tooLongMs).slice(0, mostExplained))
  process.stdout.write(`${explain({ call, leg, hole, ladder: ladderOf.get(call.to) ?? [], struck }).join('\n')}\n\n`);
process.stdout.write(
  problems.length === 0 ? 'No process error, no stranded call.\n' : `${problems.map((problem) => `- ${problem}`).join('\n')}\n`,
);
process.exit(problems.length === 0 ? 0 : 1);

async function line(place: number): Promise<void> {
  await sleep(place * 250);
  while (leftMs() > 0 && !bridge.isGone) {
    const to = `+1${212 + (dialled % 3) * 100}55${String(50_000 + dialled)}`;
    dialled += 1;
    const carrier: CarrierName = random.next() < 0.5 ? 'twilio' : 'plivo';
    const ladder = pick(ladders).filter((rung) => carrier === 'twilio' || rung !== 'relay');
    ladderOf.set(to, ladder);
    const shared = { from: '+12025550100', agentId, world: 'real', compliance: 'off', ringSeconds: 10, maxCallSeconds };
    try {
      const { id } = await bridge.invoke('calls.dial', { ...shared, to, carrier, ladder });
      over.push(
        await until(
          `the end of ${id} (${carrier}, ${ladder.join('>')})`,
          async () => {
            await sleep(500);
            const call = await bridge.invoke('calls.get', { id });
            return call.state === 'ended' && call.endedAt !== null ? call : null;
          },
          (maxCallSeconds + 45) * 1_000,
        ),
      );
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      await sleep(2_000);
    }
  }
}

async function breakThings(): Promise<void> {
  while (leftMs() > 0) {
    await sleep(faultEveryMs * (0.5 + random.next()));
    const [name, strike] = pick(mishaps);
    struck.push({ name, atMs: Date.now() });
    const lift = strike(world);
    // A fault that found nobody does not wait for ever.
    if (lift) setTimeout(lift, 4_000).unref();
  }
}

/** Somebody who takes a call now and then, speaks, and gives it back or hangs up. */
async function operate(): Promise<void> {
  using console = await bridge.console();
  console.hears(tone(1_250, 800));
  while (leftMs() > 5_000) {
    await sleep(takeOverEveryMs * (0.5 + random.next()));
    const calls = (await bridge.invoke('calls.list', { live: true })).filter(
      ({ state, holder }) => state === 'live' && holder?.kind === 'ai',
    );
    const call = calls[Math.floor(random.next() * calls.length)];
    if (!call) continue;
    try {
      await console.takeOver(call.id);
      await sleep(2_000 + random.next() * 2_000);
      await console.giveBack(call.id, { open: random.next() < 0.5 ? 'bridge' : 'wait' });
      takenOver += 1;
    } catch (error) {
      // The call may have ended meanwhile.
      const text = error instanceof Error ? error.message : String(error);
      if (!/not-live|conflict|ended|not-held|not-found|cannot|no answer|bad_state|over/i.test(text)) problems.push(`taking over: ${text}`);
    }
  }
}

async function lookInTheMiddle(): Promise<void> {
  await sleep(lastsMs / 2);
  middle = await bridge.gauge();
  process.stderr.write(`in the middle: ${over.length} calls, ${JSON.stringify(middle)}\n`);
}

function legOf(to: string): SimCall | undefined {
  return [...world.twilio.calls(), ...world.plivo.calls()].find((call) => call.to === to && call.direction === 'outbound-api');
}

/** Which socket was left open, and on which calls it may have been: those that went on, or ended, when it was opened. */
function whose({ service, openedAtMs, callId }: SocketLeft): string {
  const of = over.filter(({ id, startedAt, endedAt }) =>
    callId === null ? Date.parse(startedAt) <= openedAtMs && Date.parse(endedAt ?? startedAt) >= openedAtMs - 500 : id === callId,
  );
  const told = of
    .sort((a, b) => Date.parse(a.endedAt ?? a.startedAt) - Date.parse(b.endedAt ?? b.startedAt))
    .slice(0, 3)
    .map(
      ({ carrier, to, rung, rungChanges = [], endedAt }) =>
        `${carrier} ${to} ended on ${rung} ${Date.parse(endedAt ?? '') - openedAtMs} ms later after ${rungChanges.length} changes`,
    );
  const faults = struck
    .filter(({ atMs }) => Math.abs(atMs - openedAtMs) < 3_000)
    .map(({ name, atMs }) => `${name} ${atMs - openedAtMs} ms`);
  return `a socket to ${service} is still open; it was opened on one of: ${told.join('; ')}; faults around: ${faults.join(', ')}`;
}

function tally(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}
