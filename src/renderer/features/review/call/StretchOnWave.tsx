import type { KeyboardEvent, PointerEvent } from 'react';
import { lanesPx } from './paint-lanes.ts';
import { type Edge, type Stretch, tenths, withEdge } from './stretch.ts';
import styles from './waveform.module.css';

interface Props {
  readonly stretch: Stretch;
  readonly durationMs: number;
  readonly pxPerMs: number;
  readonly onChange: (stretch: Stretch) => void;
}

const stepMs = 100;
const bigStepMs = 1_000;
const names: Readonly<Record<Edge, string>> = { fromMs: 'Beginning of the clip', toMs: 'End of the clip' };

/** The ends of what is being cut, over both lanes; each can be moved. */
export function StretchOnWave({ stretch, durationMs, pxPerMs, onChange }: Props) {
  const move = (edge: Edge, ms: number) => onChange(withEdge(stretch, edge, ms, durationMs));
  const drag = (edge: Edge) => (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const lanes = event.currentTarget.parentElement?.getBoundingClientRect();
    if (lanes) move(edge, (event.clientX - lanes.left) / pxPerMs);
  };
  const step = (edge: Edge) => (event: KeyboardEvent) => {
    const direction = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (direction === 0) return;
    event.preventDefault();
    event.stopPropagation();
    move(edge, stretch[edge] + direction * (event.shiftKey ? bigStepMs : stepMs));
  };
  return (
    <>
      {(['fromMs', 'toMs'] as const).map((edge) => (
        <div
          key={edge}
          className={styles.edge}
          style={{ left: stretch[edge] * pxPerMs, height: lanesPx }}
          role="slider"
          tabIndex={0}
          aria-label={names[edge]}
          aria-valuemin={0}
          aria-valuemax={durationMs}
          aria-valuenow={stretch[edge]}
          aria-valuetext={tenths(stretch[edge])}
          onPointerDown={(event) => {
            event.stopPropagation();
            if (event.button === 0) event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerMove={drag(edge)}
          onKeyDown={step(edge)}
        />
      ))}
    </>
  );
}
