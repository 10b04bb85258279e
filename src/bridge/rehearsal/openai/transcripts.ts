import type { Json } from './wire.ts';

/** When the callee's words come as text. `third-late`: in time, but one of three only after the answer. */
export type TranscriptMode = 'prompt' | 'third-late' | 'late' | 'missing' | 'failed';

/** By a separate, slower model: as long after the turn as that takes. */
const PROMPT_MS = [250, 700] as const;
const LATE_MS = [2_000, 3_500] as const;

export interface TranscriptHost {
  send(event: Json): void;
  after(delayMs: number, callback: () => void): () => void;
  between(range: readonly [number, number]): number;
}

/**
 * Send the words of a turn, or what comes in their place.
 *
 * @param turn number of the turn in the session, from 0
 * @param text what came through; empty for noise
 */
export function sendTranscript(
  host: TranscriptHost,
  mode: TranscriptMode,
  { itemId, turn, text, audioMs }: { readonly itemId: string; readonly turn: number; readonly text: string; readonly audioMs: number },
): void {
  if (mode === 'missing') return;
  const late = mode === 'late' || (mode === 'third-late' && turn % 3 === 1);
  const place = { item_id: itemId, content_index: 0 };
  const name = 'conversation.item.input_audio_transcription';
  host.after(host.between(late ? LATE_MS : PROMPT_MS), () => {
    if (mode === 'failed') {
      const error = { type: 'server_error', code: 'audio_unintelligible', message: 'The audio could not be transcribed.', param: null };
      host.send({ type: `${name}.failed`, ...place, error });
      return;
    }
    for (const delta of text.match(/\s*\S+(?:\s+\S+){0,3}/g) ?? []) host.send({ type: `${name}.delta`, ...place, delta });
    host.send({ type: `${name}.completed`, ...place, transcript: text, usage: { type: 'duration', seconds: Math.ceil(audioMs / 1000) } });
  });
}
