const dayMs = 24 * 60 * 60 * 1000;

/**
 * How long each class of data of a call may be kept when nobody says otherwise. Call detail: five years, as 16 CFR 310.5 asks for. These
 * dates are written beside each call and are what its deletion is found by; how many days it really is, a person sets in the console, and
 * without that nothing is deleted (see `ErasureTable.due`).
 */
const keptDays = { audio: 90, transcript: 365, detail: 5 * 366 };

/** The dates of a call that ended then, epoch milliseconds. */
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
