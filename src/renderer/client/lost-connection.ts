import type { Connection } from './client.ts';

/** After so long without an answer Ringside is more likely stopped than late, ms. */
const stoppedAfterMs = 10_000;

/** What a person can do who asks a Ringside that does not answer. */
export const ifStopped = 'If it was stopped, start it again: this window comes back by itself.';

/** What comes next for a window that has heard nothing from Ringside for so long, ms. */
export const lostNext = (lostMs: number): string =>
  lostMs < stoppedAfterMs ? 'Calls go on. Reconnecting.' : `Ringside does not answer. ${ifStopped}`;

/** For how long a window has heard nothing from Ringside, ms; what is under a second reads as one. */
export const lostForMs = (sinceMs: number, nowMs: number): number => Math.max(1_000, nowMs - sinceMs);

/**
 * Up to when a window knows of the calls, epoch ms: until now, or until it lost Ringside. What is counted from then on would be made up.
 */
export const knownUntilMs = (connection: Connection, nowMs: number): number => (connection.state === 'lost' ? connection.sinceMs : nowMs);
