const dayMs = 24 * 60 * 60 * 1000;

/** How long each class of data of a call is kept, unless a legal hold stops deletion. Call detail: five years, as 16 CFR 310.5 asks for. */
const keptDays = { audio: 90, transcript: 365, detail: 5 * 366 };

/** Until when the data of a call that ended now is kept, epoch milliseconds. */
export function retention(endedAtMs: number): {
  readonly audioUntilMs: number;
  readonly transcriptUntilMs: number;
  readonly detailUntilMs: number;
} {
  return {
    audioUntilMs: endedAtMs + keptDays.audio * dayMs,
    transcriptUntilMs: endedAtMs + keptDays.transcript * dayMs,
    detailUntilMs: endedAtMs + keptDays.detail * dayMs,
  };
}
