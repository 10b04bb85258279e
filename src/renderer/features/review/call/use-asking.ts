import { useMemo, useState } from 'react';
import type { CallId } from '#bridge/contract/ids.ts';
import { useEscape } from '../../../app/keys.ts';
import type { Stretch } from './peaks.ts';
import type { Player } from './player.ts';
import { type End, moveEnd, shortestMs, stretchAt, writeEnd } from './stretch.ts';
import type { Row } from './transcript-rows.ts';

/** Of which call: the next one of the list opens in the same place, and nothing is asked about it. */
type Asked = { readonly callId: CallId } & (
  | { readonly kind: 'mark'; readonly atMs: number }
  | { readonly kind: 'clip'; readonly stretch: Stretch }
);

/** What somebody is about to do at the playhead: one thing at a time. */
export interface Asking {
  /** The moment that a mark is set on; null while nobody sets one. */
  readonly markAtMs: number | null;
  /** The stretch that is cut out; null while nobody does. */
  readonly stretch: Stretch | null;
  /** Null until there is a player. */
  readonly askMark: (() => void) | null;
  /** Null until there is a player, and for a call that is too short. */
  readonly askClip: (() => void) | null;
  readonly close: () => void;
  /** An end is pushed, by hand or by key. */
  readonly move: (end: End, ms: number) => void;
  /** A time is written. */
  readonly write: (end: End, ms: number) => void;
}

export function useAsking(callId: CallId, player: Player | null, rows: readonly Row[], durationMs: number): Asking {
  const [last, setAsked] = useState<Asked | null>(null);
  const asked = last?.callId === callId ? last : null;
  const actions = useMemo(() => {
    const change = (to: (before: Stretch) => Stretch) =>
      setAsked((before) => (before?.kind === 'clip' ? { ...before, stretch: to(before.stretch) } : before));
    return {
      askMark: player ? () => setAsked({ callId, kind: 'mark', atMs: Math.round(player.atMs()) }) : null,
      askClip:
        player && durationMs >= shortestMs
          ? () => setAsked({ callId, kind: 'clip', stretch: stretchAt(rows, player.atMs(), durationMs) })
          : null,
      close: () => setAsked(null),
      move: (end: End, ms: number) => change((before) => moveEnd(before, end, ms, durationMs)),
      write: (end: End, ms: number) => change((before) => writeEnd(before, end, ms, durationMs)),
    };
  }, [callId, player, rows, durationMs]);
  useEscape(asked !== null, actions.close);
  return {
    markAtMs: asked?.kind === 'mark' ? asked.atMs : null,
    stretch: asked?.kind === 'clip' ? asked.stretch : null,
    ...actions,
  };
}
