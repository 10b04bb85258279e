import { useEffect, useRef } from 'react';
import styles from './LevelMeter.module.css';

/** The last cells mean too loud. */
const hotCells = 4;
const heldMs = 1_000;
const frameMs = 1000 / 30;

/**
 * How loud something is, as a row of cells, drawn 30 times a second without React.
 *
 * @param read 0 to 1 @param ink variable of the lit cells @param track variable of the others
 */
export function LevelMeter({
  label,
  read,
  cells = 40,
  ink,
  hot = '--red',
  track = '--track',
}: {
  readonly label: string;
  readonly read: () => number;
  readonly cells?: number;
  readonly ink: string;
  readonly hot?: string;
  readonly track?: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const meter = useRef<HTMLDivElement>(null);
  const latest = useRef(read);
  useEffect(() => {
    latest.current = read;
  });
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const ratio = window.devicePixelRatio;
    let peak = 0;
    let peakAtMs = 0;
    let drawnAtMs = 0;
    let shown = -1;
    let frame = 0;
    const draw = (nowMs: number) => {
      frame = requestAnimationFrame(draw);
      if (nowMs - drawnAtMs < frameMs - 2) return;
      drawnAtMs = nowMs;
      const lit = Math.round(latest.current() * cells);
      if (lit >= peak || nowMs - peakAtMs > heldMs) {
        peak = lit;
        peakAtMs = nowMs;
      }
      const width = element.clientWidth;
      if (lit * 100 + peak === shown && element.width === Math.round(width * ratio)) return;
      shown = lit * 100 + peak;
      element.width = Math.round(width * ratio);
      element.height = Math.round(10 * ratio);
      context.scale(ratio, ratio);
      const style = getComputedStyle(element);
      const [own, loud, empty] = [ink, hot, track].map((name) => style.getPropertyValue(name));
      const step = width / cells;
      for (let cell = 0; cell < cells; cell++) {
        const isLit = cell < lit || (peak > 0 && cell === peak - 1);
        context.fillStyle = (isLit ? (cell >= cells - hotCells ? loud : own) : empty) ?? '';
        context.beginPath();
        context.roundRect(cell * step, 1, Math.max(2, step - 3), 8, 1.5);
        context.fill();
      }
      meter.current?.setAttribute('aria-valuenow', String(Math.round((lit / cells) * 100)));
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [cells, ink, hot, track]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: the element of that name cannot be drawn as cells
    <div ref={meter} className={styles.meter} role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={0}>
      <canvas ref={canvas} />
    </div>
  );
}
