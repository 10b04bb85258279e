import type { CallClip } from '#bridge/contract/calls.ts';

export interface PlacedClip {
  readonly id: CallClip['id'];
  readonly words: string;
  readonly x: number;
  readonly widthPx: number;
  /** How wide its label may be; null where there is room for its bracket only. */
  readonly labelPx: number | null;
}

/** A label that is narrower says nothing. */
const labelLeastPx = 48;
/** A label may be wider than its clip, up to this. */
const labelMostPx = 160;
const gapPx = 8;

/** Brackets of clips with their labels, each of which ends before the next clip begins. @param endX where the last one has to end */
export function placeClips(
  clips: readonly Pick<CallClip, 'id' | 'fromMs' | 'toMs' | 'note'>[],
  pxPerMs: number,
  endX: number,
): readonly PlacedClip[] {
  const inOrder = clips.toSorted((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
  return inOrder.map(({ id, fromMs, toMs, note }, index) => {
    const x = Math.round(fromMs * pxPerMs);
    const widthPx = Math.max(2, Math.round(toMs * pxPerMs) - x);
    const next = inOrder[index + 1];
    const room = (next ? Math.round(next.fromMs * pxPerMs) - gapPx : endX) - x;
    const labelPx = Math.min(room, Math.max(widthPx, labelMostPx));
    return { id, words: note ?? 'Clip', x, widthPx, labelPx: labelPx < labelLeastPx ? null : labelPx };
  });
}
