import type { CostLine } from '#bridge/contract/calls.ts';

const kinds: Readonly<Record<string, string>> = {
  carrier: 'Phone line',
  stream: 'Audio stream',
  transfer: 'Transfer',
  'machine-detection': 'Voicemail detection',
  transcription: 'Writing down the lead',
  'realtime-in': 'AI, hearing',
  'realtime-out': 'AI, speaking',
  'realtime-clip-in': 'Sentences prepared ahead',
  'realtime-clip-out': 'Sentences prepared ahead',
};

export interface CostRow {
  readonly words: string;
  readonly micros: number;
  /** What it was for, a line for each. */
  readonly details: readonly string[];
  readonly estimated: boolean;
}

/** The lines of one kind together: an AI that answers forty times has forty. Dearest first; what cost nothing is left out. */
export function costRows(costs: readonly CostLine[]): readonly CostRow[] {
  const byKind = Map.groupBy(costs, ({ kind }) => kinds[kind] ?? plain(kind));
  return [...byKind]
    .map(([words, lines]) => ({
      words,
      micros: lines.reduce((sum, { micros }) => sum + micros, 0),
      details: lines.map(({ detail }) => detail),
      estimated: lines.some(({ estimated }) => estimated),
    }))
    .filter(({ micros }) => micros > 0)
    .toSorted((a, b) => b.micros - a.micros);
}

function plain(kind: string): string {
  const words = kind.replaceAll(/[-_]+/g, ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
