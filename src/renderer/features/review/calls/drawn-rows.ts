import { useEffect, useReducer, useRef } from 'react';
import { drawMore } from './draw-more.ts';

/** So many rows appear within one frame of the screen: more would make a task that is felt. */
const rowsPerFrame = 8;

/** @returns the rows to draw; whoever uses it is rendered again until all are drawn */
export function useDrawnRows(wanted: readonly number[]): ReadonlySet<number> {
  const before = useRef<ReadonlySet<number>>(new Set());
  const frame = useRef({ atMs: -1, left: rowsPerFrame });
  const [, again] = useReducer((times: number) => times + 1, 0);
  // A frame may render twice: for the scrolling, and for what it left over.
  const frameMs = Number(document.timeline.currentTime ?? 0);
  const now = drawMore(before.current, wanted, frame.current.atMs === frameMs ? frame.current.left : rowsPerFrame);
  const isComplete = now.size === wanted.length;
  useEffect(() => {
    const added = [...now].filter((index) => !before.current.has(index)).length;
    const left = frame.current.atMs === frameMs ? frame.current.left : rowsPerFrame;
    frame.current = { atMs: frameMs, left: Math.max(0, left - added) };
    before.current = now;
    if (isComplete) return;
    const next = requestAnimationFrame(again);
    return () => cancelAnimationFrame(next);
  });
  return now;
}
