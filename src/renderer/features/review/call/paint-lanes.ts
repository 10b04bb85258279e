import { bars, type Peaks } from './peaks.ts';

/** Two lanes of 60. */
const lanePx = 60;
export const lanesPx = 2 * lanePx;
const barPx = 2;
export const pitchPx = 4;
/** A bar is at most so high in its lane. */
const fullPx = 48;

interface Picture {
  readonly peaks: Peaks | null;
  readonly full: number;
  /** The stretch that is seen, in px from the beginning of the recording. */
  readonly fromX: number;
  readonly widthPx: number;
  readonly pxPerMs: number;
  /** When a person spoke for our side. */
  readonly persons: readonly { readonly startMs: number; readonly endMs: number }[];
}

/** Draws the stretch that is seen: the lead above, our side below. */
export function paintLanes(canvas: HTMLCanvasElement, { peaks, full, fromX, widthPx, pxPerMs, persons }: Picture): void {
  const scale = window.devicePixelRatio;
  canvas.width = Math.round(widthPx * scale);
  canvas.height = Math.round(lanesPx * scale);
  canvas.style.width = `${widthPx}px`;
  canvas.style.height = `${lanesPx}px`;
  const pen = canvas.getContext('2d');
  if (!pen) return;
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name);
  const [line, lead, ai, person] = [colour('--line2'), colour('--ink2'), colour('--accent'), colour('--blue')];
  pen.scale(scale, scale);
  pen.fillStyle = line;
  pen.fillRect(0, lanePx / 2 - 0.5, widthPx, 1);
  pen.fillRect(0, lanePx * 1.5 - 0.5, widthPx, 1);
  if (!peaks) return;
  const bar = (x: number, lane: 0 | 1, share: number) => {
    if (share === 0) return;
    const height = Math.max(2, share * fullPx);
    pen.beginPath();
    pen.roundRect(x - fromX, lane * lanePx + (lanePx - height) / 2, barPx, height, barPx / 2);
    pen.fill();
  };
  const drawn = bars(peaks, full, fromX, fromX + widthPx, pxPerMs, pitchPx);
  pen.fillStyle = lead;
  for (const { x, lead: share } of drawn) bar(x, 0, share);
  for (const { x, atMs, ours } of drawn) {
    pen.fillStyle = persons.some(({ startMs, endMs }) => atMs >= startMs && atMs < endMs) ? person : ai;
    bar(x, 1, ours);
  }
}
