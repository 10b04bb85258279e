import type { Call } from './contract/calls.ts';
import type { RoleScript } from './rehearsal/people/cast.ts';

export interface RehearsedCall {
  readonly call: Call;
  readonly script: RoleScript;
}

/** What a rehearsal shows at its end: a row per lead, one conversation in full, the latencies, and where the sound is. */
export function rehearsalReport(
  calls: readonly RehearsedCall[],
  run: { readonly seconds: number; readonly recordings: string },
): { readonly text: string; readonly allAsScripted: boolean } {
  const rows = calls.map(({ call, script }) => {
    const asScripted = isAsScripted(call, script);
    return [
      call.carrier,
      call.leadName ?? '',
      script.story,
      call.outcome ?? '-',
      call.disposition ?? '-',
      call.answeredAt === null ? '-' : `${(call.talkMs / 1_000).toFixed(1)} s`,
      ms(firstAudioMs(call)),
      ms(median(call.turns.map(({ latencyMs }) => latencyMs))),
      asScripted ? 'as scripted' : `NOT AS SCRIPTED (expected ${script.expects.outcome}, ${script.expects.dispositions.join(' or ')})`,
    ];
  });
  const header = ['carrier', 'lead', 'story', 'outcome', 'disposition', 'talk', 'first audio', 'turn', ''];
  const firsts = calls.flatMap(({ call }) => firstAudioMs(call) ?? []);
  const turns = calls.flatMap(({ call }) => call.turns.map(({ latencyMs }) => latencyMs));
  const told = calls.find(({ script }) => script.role === 'interested') ?? calls[0];
  const text = [
    '',
    table([header, ...rows]),
    '',
    `First audio after the media socket's start: median ${ms(median(firsts))}, slowest ${ms(firsts.length > 0 ? Math.max(...firsts) : null)} (${firsts.length} calls)`,
    `Turn, from the end of the lead's speech to the answer's first audio: median ${ms(median(turns))}, slowest ${ms(turns.length > 0 ? Math.max(...turns) : null)} (${turns.length} turns; includes the wait that ends a turn)`,
    '',
    ...(told ? [`The call with ${told.call.leadName ?? 'a lead'} over ${told.call.carrier}:`, ...conversation(told.call), ''] : []),
    `Recordings (stereo, lead left, our side right): ${run.recordings}`,
    `The rehearsal took ${run.seconds.toFixed(0)} s.`,
  ].join('\n');
  return { text, allAsScripted: calls.every(({ call, script }) => isAsScripted(call, script)) };
}

function isAsScripted(call: Call, { expects }: RoleScript): boolean {
  return call.outcome === expects.outcome && call.disposition !== null && expects.dispositions.includes(call.disposition);
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

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

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
