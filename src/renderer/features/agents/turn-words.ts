import type { TurnDetection } from '#bridge/contract/agents.ts';

/** What the bridge does for an agent that says nothing. */
export const usualTurns = { type: 'server_vad', threshold: 0.6, prefixPaddingMs: 300, silenceMs: 600 } as const satisfies TurnDetection;

export const eagernessWords = {
  auto: 'Lets the model choose',
  low: 'Lets people think',
  medium: 'Balanced',
  high: 'Answers quickly',
} as const;

/** How the AI notices that somebody has finished, in one line. */
export function turnWords(turns: TurnDetection | null): string {
  const used = turns ?? usualTurns;
  if (used.type === 'semantic_vad') return `By meaning: ${eagernessWords[used.eagerness].toLowerCase()}`;
  return `After ${(used.silenceMs / 1000).toFixed(1)} s of silence, hears ${loudnessWords(used.threshold)}`;
}

export function loudnessWords(threshold: number): string {
  if (threshold < 0.45) return 'quiet speech too';
  if (threshold <= 0.7) return 'normal speech';
  return 'loud speech only';
}
