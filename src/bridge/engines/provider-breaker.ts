/** Whether a provider of speech is tried at all, from what all calls have met with it lately. */
export interface BreakerState {
  readonly kind: 'closed' | 'open' | 'probing';
  /** Faults of the window, oldest first; monotonic milliseconds. */
  readonly faultsAtMs: readonly number[];
  /** When an open one may be tried again; when a probe is given up. */
  readonly untilMs: number;
  /** How often it has opened without a success in between. */
  readonly opened: number;
  readonly cause: string | null;
}

export type BreakerEvent =
  /** A session was ready, or an answer came. */
  | { readonly type: 'worked' }
  /** @property lasting a key, credit or access is missing: every further call would meet the same */
  | { readonly type: 'failed'; readonly cause: string; readonly lasting: boolean }
  /** The provider asks us to wait. */
  | { readonly type: 'held'; readonly cause: string; readonly forMs: number }
  /** It was tried by itself and works, or somebody has put its credentials right: whatever was before counts no more. */
  | { readonly type: 'mended' }
  /** One call sets out to find out whether it works again. */
  | { readonly type: 'probe' };

export const closedBreaker: BreakerState = { kind: 'closed', faultsAtMs: [], untilMs: 0, opened: 0, cause: null };

/** So many faults within the window and no call tries it for a while; one fault may be one call's bad luck. */
const faultsMax = 3;
const windowMs = 30_000;
const firstPauseMs = 10_000;
const longestPauseMs = 120_000;
/** Nobody mends a key within seconds. */
const lastingPauseMs = 5 * 60_000;
/** A probe of which nothing is heard was perhaps a call that ended. */
const probeMs = 10_000;

/** @param nowMs monotonic */
export function stepBreaker(state: BreakerState, event: BreakerEvent, nowMs: number): BreakerState {
  switch (event.type) {
    case 'worked':
      // What was tried before it opened may still report a late success; it says nothing about now.
      return state.kind === 'open' ? state : closedBreaker;
    case 'mended':
      return closedBreaker;
    case 'held':
      return open(state, event.cause, Math.min(event.forMs, longestPauseMs), nowMs);
    case 'failed': {
      if (event.lasting) return open(state, event.cause, lastingPauseMs, nowMs);
      if (state.kind === 'probing') return open(state, event.cause, pauseMs(state), nowMs);
      if (state.kind === 'open') return state;
      const faultsAtMs = [...state.faultsAtMs.filter((atMs) => nowMs - atMs < windowMs), nowMs];
      return faultsAtMs.length >= faultsMax ? open(state, event.cause, pauseMs(state), nowMs) : { ...state, faultsAtMs };
    }
    case 'probe':
      return mayTry(state, nowMs) && state.kind !== 'closed' ? { ...state, kind: 'probing', untilMs: nowMs + probeMs } : state;
  }
}

/** Whether a call may try the provider now. An open breaker whose time has come lets one call through: it has to `probe` first. */
export function mayTry(state: BreakerState, nowMs: number): boolean {
  return state.kind === 'closed' || nowMs >= state.untilMs;
}

function open(state: BreakerState, cause: string, forMs: number, nowMs: number): BreakerState {
  const untilMs = nowMs + forMs;
  const opened = state.opened + 1;
  return { kind: 'open', faultsAtMs: [], untilMs: state.kind === 'open' ? Math.max(state.untilMs, untilMs) : untilMs, opened, cause };
}

function pauseMs(state: BreakerState): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** state.opened);
}
