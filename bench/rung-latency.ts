import type { TurnLatency } from '#bridge/contract/calls.ts';
import type { CarrierName, Rung } from '#bridge/contract/words.ts';
import { decodeMulaw } from '#bridge/media/g711.ts';
import type { Move } from '#bridge/rehearsal/people/conversation.ts';
import { speechStretches } from '#test/support/audio.ts';
import { openBridgeRig, shortAgent, voiceHeardBy } from '#test/support/bridge-rig.ts';

/**
 * How long a lead waits for an answer on each rung of the ladder, and what a minute of it costs: whole calls, measured in the sound at the
 * lead's ear. The AI services are as far away and as slow as they are in life: 40 ms each way, 150 ms from sound to text, 350 to 550 ms to
 * a text model's first word, 110 ms to a voice's first sound; speech to speech thinks 220 to 500 ms.
 *
 *   npm run bench -- rungs --calls=4
 */
const calls = Number(process.argv.find((arg) => arg.startsWith('--calls='))?.slice(8) ?? 3);
const pace = { textMs: 150, firstWordMs: [350, 550], wordMs: 12, firstAudioMs: 110 } as const;
const networkMs = 40;
const rungs: readonly (readonly [CarrierName, Rung])[] = [
  ['twilio', 'realtime'],
  ['plivo', 'realtime'],
  ['twilio', 'live'],
  ['twilio', 'cascade'],
  ['twilio', 'relay'],
  ['twilio', 'turn-based'],
  ['plivo', 'turn-based'],
];
const sentences = ['Yes, that sounds good.', 'Tomorrow at three would be fine.', 'Yes, please.', 'Can you tell me what it costs?'];
const moves: readonly Move[] = [
  { kind: 'say', text: 'Hello?' },
  { kind: 'listen', pauseMs: 1_500 },
  ...sentences.flatMap((text): Move[] => [
    { kind: 'say', text },
    { kind: 'listen', pauseMs: 1_500 },
  ]),
  { kind: 'hang-up' },
];

await using rig = await openBridgeRig({
  allVoices: true,
  world: { keepAudio: true, aiDelayMs: networkMs, aiPace: pace },
  people: () => ({ moves, giveUpMs: 90_000 }),
});
await rig.warmUp();
const agentId = await rig.agent({ ...shortAgent, tools: {} });

interface Waits {
  readonly waitMs: number[];
  readonly turns: TurnLatency[];
  readonly centsAMinute: number[];
}

const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const found = rungs.map((): Waits => ({ waitMs: [], turns: [], centsAMinute: [] }));
for (let round = 0; round < calls; round++) {
  // All rungs at the same time: seven calls are little for a machine, and their waits are long.
  await Promise.all(rungs.map(([carrier, rung], at) => callOnce(carrier, rung, `+1212555${2_000 + round * rungs.length + at}`, found[at])));
}
process.stdout.write('| rung | carrier | waits | last word to first sound at the ear, median / worst | slowest hop | a minute costs |\n');
process.stdout.write('|---|---|---|---|---|---|\n');
for (const [at, [carrier, rung]] of rungs.entries()) {
  const { waitMs, turns, centsAMinute } = found[at] as Waits;
  const wait = `${Math.round(middle(waitMs))} / ${Math.round(Math.max(...waitMs))} ms`;
  process.stdout.write(
    `| ${rung} | ${carrier} | ${waitMs.length} | ${wait} | ${slowest(turns)} | ${middle(centsAMinute).toFixed(1)} cents |\n`,
  );
}

async function callOnce(carrier: CarrierName, rung: Rung, to: string, into: Waits | undefined): Promise<void> {
  const { id } = await rig.dial(to, carrier, { agentId, ladder: [rung, 'announcement'] });
  const over = await rig.over(id, 150_000);
  const leg = rig.ringsAt(to)[0];
  if (over.rung !== rung || !leg?.said) throw new Error(`the call on ${rung} over ${carrier} ended on ${String(over.rung)}`);
  const ours = voiceHeardBy(leg);
  const theirs = speechStretches(decodeMulaw(leg.said));
  // The first word was said into the greeting: no answer to it is waited for.
  for (const said of theirs.slice(1)) {
    const answer = ours.find(({ startMs }) => startMs > said.endMs);
    const next = theirs.find(({ startMs }) => startMs > said.endMs);
    if (answer && (!next || answer.startMs < next.startMs)) into?.waitMs.push(answer.startMs - said.endMs);
  }
  into?.turns.push(...over.turns);
  if (over.talkMs > 0) into?.centsAMinute.push(over.costMicros / 10_000 / (over.talkMs / 60_000));
}

/** The hop that took longest in most of the turns, and its median. */
function slowest(turns: readonly TurnLatency[]): string {
  const byName = new Map<string, number[]>();
  for (const { parts } of turns) for (const [name, ms] of Object.entries(parts ?? {})) byName.set(name, [...(byName.get(name) ?? []), ms]);
  const [first] = [...byName].map(([name, values]) => ({ name, ms: middle(values) })).sort((a, b) => b.ms - a.ms);
  return first ? `${first.name.replace('Ms', '')} ${Math.round(first.ms)} ms` : '-';
}
