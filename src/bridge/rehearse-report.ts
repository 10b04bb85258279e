import type { Call } from './contract/calls.ts';
import type { RoleScript } from './rehearsal/people/cast.ts';
import type { VoicesHeard } from './rehearse-recording.ts';

export interface RehearsedCall {
  readonly call: Call;
  readonly script: RoleScript;
  /** Whose voice is in the recording; null where there is none. */
  readonly heard: VoicesHeard | null;
}

export interface RehearsalRun {
  readonly seconds: number;
  /** Folder of the recordings. */
  readonly recordings: string;
  /** How many leads there are; each must have its call. */
  readonly leads: number;
  /** What kept the campaigns from coming to their end; null when nothing did. */
  readonly unfinished: string | null;
}

/** What a rehearsal came to, as `npm run rehearse -- --json` prints it. */
export interface RehearsalResult {
  readonly ok: boolean;
  readonly seconds: number;
  readonly recordings: string;
  /** What went wrong, in sentences; empty when all is well. */
  readonly problems: readonly string[];
  readonly firstAudioMs: readonly number[];
  readonly turnMs: readonly number[];
  readonly calls: readonly {
    readonly callId: string;
    readonly carrier: string;
    readonly lead: string | null;
    readonly role: string;
    readonly story: string;
    readonly outcome: string | null;
    readonly disposition: string | null;
    readonly rung: string | null;
    readonly talkMs: number;
    /** From the media socket's start to the first of our frames; null where there was no socket. */
    readonly firstAudioMs: number | null;
    readonly turnMs: readonly number[];
    readonly heard: VoicesHeard | null;
    /** Null when it went as scripted. */
    readonly problem: string | null;
  }[];
}

export function rehearsalResult(calls: readonly RehearsedCall[], run: RehearsalRun): RehearsalResult {
  const rows = calls.map((rehearsed) => {
    const { call, script, heard } = rehearsed;
    const { id: callId, carrier, leadName: lead, outcome, disposition, rung, talkMs } = call;
    const turnMs = call.turns.map(({ latencyMs }) => latencyMs);
    const { role, story } = script;
    const problem = problemOf(rehearsed);
    return {
      callId,
      carrier,
      lead,
      role,
      story,
      outcome,
      disposition,
      rung,
      talkMs,
      firstAudioMs: firstAudioMs(call),
      turnMs,
      heard,
      problem,
    };
  });
  const missing = run.leads - calls.length;
  const problems = [
    ...(run.unfinished === null ? [] : [run.unfinished]),
    ...(missing > 0 ? [missing === 1 ? '1 lead was not called.' : `${missing} leads were not called.`] : []),
    ...rows.flatMap(({ lead, carrier, problem }) => (problem === null ? [] : [`${lead ?? 'A lead'} over ${carrier}: ${problem}.`])),
  ];
  return {
    ok: problems.length === 0 && missing === 0,
    seconds: Math.round(run.seconds),
    recordings: run.recordings,
    problems,
    firstAudioMs: rows.flatMap((row) => row.firstAudioMs ?? []),
    turnMs: rows.flatMap((row) => row.turnMs),
    calls: rows,
  };
}

/** What a rehearsal shows at its end: a row per lead, one conversation in full, the latencies, and where the sound is. */
export function rehearsalReport(result: RehearsalResult, calls: readonly RehearsedCall[]): string {
  const rows = result.calls.map((row) => [
    row.carrier,
    row.lead ?? '',
    row.story,
    row.outcome ?? '-',
    row.disposition ?? '-',
    row.firstAudioMs === null ? '-' : `${(row.talkMs / 1_000).toFixed(1)} s`,
    ms(row.firstAudioMs),
    ms(median(row.turnMs)),
    voices(row.heard),
    row.problem === null ? 'as scripted' : `NOT AS SCRIPTED: ${row.problem}`,
  ]);
  const header = ['carrier', 'lead', 'story', 'outcome', 'disposition', 'talk', 'first audio', 'turn', 'recorded', ''];
  const { firstAudioMs: firsts, turnMs: turns } = result;
  const told = calls.find(({ script }) => script.role === 'interested') ?? calls[0];
  return [
    '',
    table([header, ...rows]),
    '',
    `First audio after the media socket's start: median ${ms(median(firsts))}, slowest ${ms(slowest(firsts))} (${firsts.length} calls)`,
    `Turn, from the end of the lead's speech to the answer's first audio: median ${ms(median(turns))}, slowest ${ms(slowest(turns))} (${turns.length} turns; includes the wait that ends a turn)`,
    '',
    ...(told ? [`The call with ${told.call.leadName ?? 'a lead'} over ${told.call.carrier}:`, ...conversation(told.call), ''] : []),
    `Recordings (stereo, lead left, our side right): ${result.recordings}`,
    `The rehearsal took ${result.seconds} s.`,
    ...(result.problems.length > 0 ? ['', ...result.problems] : []),
  ].join('\n');
}

function problemOf({ call, script, heard }: RehearsedCall): string | null {
  const { outcome, dispositions } = script.expects;
  if (call.outcome !== outcome || call.disposition === null || !dispositions.includes(call.disposition))
    return `expected ${outcome}, ${dispositions.join(' or ')}, but it was ${call.outcome ?? 'none'}, ${call.disposition ?? 'none'}`;
  if (firstAudioMs(call) === null) return null;
  if (heard === null) return 'there is no recording';
  if (!heard.ours) return 'our side is not heard in the recording';
  return heard.lead === script.moves.some(({ kind }) => kind === 'say')
    ? null
    : `the lead is ${heard.lead ? '' : 'not '}heard in the recording`;
}

/** From the media socket's start to the first of our frames. */
function firstAudioMs(call: Call): number | null {
  const at = (name: string) => call.hops.find((hop) => hop.name === name)?.sinceDialMs;
  const [opened, sent] = [at('media-open'), at('first-audio-sent')];
  return opened === undefined || sent === undefined ? null : sent - opened;
}

function conversation(call: Call): readonly string[] {
  return call.transcript.map(({ speaker, text, heardText, startMs }) => {
    const cut = heardText === undefined ? text : `${heardText} [cut off: ${text.slice(heardText.length).trim()}]`;
    return `  ${(startMs / 1_000).toFixed(1).padStart(5)} s  ${speaker.padEnd(4)}  ${cut}`;
  });
}

function voices(heard: VoicesHeard | null): string {
  if (heard === null) return '-';
  if (heard.lead && heard.ours) return 'both voices';
  return heard.ours ? 'our voice' : heard.lead ? 'lead only' : 'nobody';
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

const slowest = (values: readonly number[]) => (values.length > 0 ? Math.max(...values) : null);
const ms = (value: number | null) => (value === null ? '-' : `${Math.round(value)} ms`);

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
