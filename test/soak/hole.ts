import type { Call } from '#bridge/contract/calls.ts';
import type { Rung } from '#bridge/contract/words.ts';
import { decodeMulaw } from '#bridge/media/g711.ts';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import { speechStretches } from '#test/support/audio.ts';
import { voiceHeardBy } from '#test/support/bridge-rig.ts';

/** A fault that was let loose; whom it met, nobody knows. */
export interface Struck {
  readonly name: string;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** A time without any voice of anybody, in milliseconds since the answer. */
export interface Hole {
  readonly fromMs: number;
  readonly ms: number;
}

/** Faults so long before a hole may be its cause. */
const causesMs = 5_000;
/** What was said so long before and behind it shows what it was about. */
const aroundMs = 8_000;

/** The longest one from the answer to the last voice of anybody. */
export function longestHole(leg: SimCall): Hole {
  const voices = [...voiceHeardBy(leg), ...(leg.said ? speechStretches(decodeMulaw(leg.said)) : [])].sort((a, b) => a.startMs - b.startMs);
  let longest: Hole = { fromMs: 0, ms: 0 };
  let quietFrom = 0;
  for (const { startMs, endMs } of voices) {
    if (startMs - quietFrom > longest.ms) longest = { fromMs: quietFrom, ms: startMs - quietFrom };
    quietFrom = Math.max(quietFrom, endMs);
  }
  return longest;
}

/** Everything that may explain a hole, as lines of a report. Times are seconds since the answer. */
export function explain({
  call,
  leg,
  hole,
  ladder,
  struck,
}: {
  readonly call: Call;
  readonly leg: SimCall;
  readonly hole: Hole;
  readonly ladder: readonly Rung[];
  readonly struck: readonly Struck[];
}): readonly string[] {
  const { fromMs, ms } = hole;
  const answeredAtMs = leg.answeredAtMs ?? 0;
  const since = (atMs: number) => seconds(atMs - answeredAtMs);
  const faults = struck.filter(({ atMs }) => atMs > answeredAtMs + fromMs - causesMs && atMs < answeredAtMs + fromMs + ms);
  const lines = call.transcript.filter(({ startMs, endMs }) => (endMs ?? startMs) > fromMs - aroundMs && startMs < fromMs + ms + aroundMs);
  return [
    `${call.carrier} ${call.to}: silent from ${seconds(fromMs)} to ${seconds(fromMs + ms)}, ladder ${ladder.join('>')}, ended by ${call.endedBy}`,
    `  faults: ${faults.map(({ name, atMs }) => `${name} ${since(atMs)}`).join(', ') || 'none'}`,
    `  rungs: ${(call.rungChanges ?? []).map(({ at, from, to, because }) => `${since(Date.parse(at))} ${from}>${to} (${because})`).join(', ') || 'no change'}`,
    `  taken over: ${call.involvements.length > 0 ? call.involvements.map(({ action, startMs }) => `${action} ${seconds(startMs)}`).join(', ') : 'no'}`,
    ...lines.map(
      ({ speaker, startMs, endMs, text, interrupted }) =>
        `  ${seconds(startMs)}-${endMs === null ? '?' : seconds(endMs)} ${speaker}${interrupted ? ' (cut)' : ''}: ${text}`,
    ),
  ];
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
