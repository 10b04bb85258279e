import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, type PointerEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { CallClip, Segment } from '#bridge/contract/calls.ts';
import { clock } from '../../../ui/format.ts';
import { ClipHandles } from './ClipHandles.tsx';
import { KeptClips } from './KeptClips.tsx';
import { MomentLines } from './MomentLines.tsx';
import type { Moment } from './moments.ts';
import { lanesPx, paintLanes } from './paint-lanes.ts';
import { fullScale, type Peaks, ticks } from './peaks.ts';
import type { Player } from './player.ts';
import type { Asking } from './use-asking.ts';
import styles from './waveform.module.css';
import type { Zoom } from './zoom.ts';

interface Props {
  readonly durationMs: number;
  /** Null while they are read. */
  readonly peaks: Peaks | null;
  readonly moments: readonly Moment[];
  readonly clips: readonly CallClip[];
  /** What is about to be cut out. */
  readonly asking: Asking;
  readonly transcript: readonly Segment[];
  readonly player: Player | null;
  readonly zoom: Zoom;
}

const stepMs = 5_000;
const pageMs = 30_000;

/**
 * Both sides of a call, one above the other, as wide as the window or wider. What was played is drawn at full strength: two equal pictures
 * lie on each other, the strong one cut at the playhead, so that a frame moves two styles and draws nothing.
 */
export function Waveform({ durationMs, peaks, moments, clips, asking, transcript, player, zoom }: Props) {
  const { ref: sized, width } = useElementSize<HTMLDivElement>();
  const scroller = useRef<HTMLDivElement>(null);
  const dim = useRef<HTMLCanvasElement>(null);
  const strong = useRef<HTMLCanvasElement>(null);
  const played = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const badge = useRef<HTMLSpanElement>(null);
  const slider = useRef<HTMLDivElement>(null);
  const [scrollLeft, setScrollLeft] = useState(0);
  const theme = useComputedColorScheme('light');
  const { stretch, move } = asking;
  const contentPx = Math.max(1, Math.round(width * zoom.factor));
  const pxPerMs = contentPx / durationMs;
  const persons = useMemo(
    () => transcript.filter(({ speaker }) => speaker === 'operator').map(({ startMs, endMs }) => ({ startMs, endMs })),
    [transcript],
  );
  const full = useMemo(() => (peaks ? fullScale(peaks) : 1), [peaks]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page, which changes with the theme
  useLayoutEffect(() => {
    for (const canvas of [dim.current, strong.current]) {
      if (canvas && width > 0) paintLanes(canvas, { peaks, full, fromX: scrollLeft, widthPx: width, pxPerMs, persons });
    }
  }, [peaks, full, scrollLeft, width, pxPerMs, persons, theme]);

  // The moment that was at the playhead stays at the same place of the window while somebody zooms.
  const before = useRef(pxPerMs);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box || before.current === pxPerMs) return;
    const ms = player?.atMs() ?? 0;
    const inWindow = ms * before.current - box.scrollLeft;
    const place = inWindow >= 0 && inWindow <= width ? inWindow : width / 2;
    before.current = pxPerMs;
    box.scrollLeft = ms * pxPerMs - place;
  }, [pxPerMs, player, width]);

  useEffect(() => {
    if (!player || width === 0) return;
    let second = -1;
    return player.onTime((ms) => {
      const x = ms * pxPerMs;
      const box = scroller.current;
      if (!box || !head.current || !badge.current || !played.current || !slider.current) return;
      if (player.state().playing && (x < box.scrollLeft || x > box.scrollLeft + width)) box.scrollLeft = x - width * 0.1;
      head.current.style.transform = `translateX(${x}px)`;
      played.current.style.clipPath = `inset(0 ${Math.max(0, contentPx - x)}px 0 0)`;
      badge.current.style.transform = `translateX(${edge(x, contentPx)})`;
      const now = Math.floor(ms / 1000);
      if (now === second) return;
      second = now;
      badge.current.textContent = clock(ms);
      for (const tick of badge.current.parentElement?.querySelectorAll<HTMLElement>('[data-x]') ?? []) {
        const left = Number(tick.dataset.x);
        tick.style.visibility = left < x + badgePx && left + badgePx > x ? 'hidden' : '';
      }
      slider.current.setAttribute('aria-valuenow', String(now));
      slider.current.setAttribute('aria-valuetext', `${clock(ms)} of ${clock(durationMs)}`);
    });
  }, [player, pxPerMs, width, contentPx, durationMs]);

  const seekTo = ({ clientX, currentTarget }: PointerEvent<HTMLDivElement>) =>
    player?.seek((clientX - currentTarget.getBoundingClientRect().left) / pxPerMs);
  return (
    <div className={styles.wave}>
      <div className={styles.sides} aria-hidden>
        <span>Lead</span>
        <span>Our side</span>
      </div>
      <div ref={sized} className={styles.window}>
        <div ref={scroller} className={styles.scroller} onScroll={({ currentTarget }) => setScrollLeft(currentTarget.scrollLeft)}>
          <div className={styles.content} style={{ width: contentPx }}>
            <div
              ref={slider}
              className={styles.lanes}
              style={{ height: lanesPx }}
              role="slider"
              tabIndex={0}
              aria-label="Position in the call"
              aria-valuemin={0}
              aria-valuemax={Math.floor(durationMs / 1000)}
              aria-valuenow={0}
              onPointerDown={(event) => {
                if (event.button !== 0) return;
                event.currentTarget.setPointerCapture(event.pointerId);
                seekTo(event);
              }}
              onPointerMove={(event) => {
                if (event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event);
              }}
              onKeyDown={(event) => moved(event, player, durationMs)}
            >
              {persons.map(({ startMs, endMs }) => (
                <i key={startMs} className={styles.spoke} style={{ left: startMs * pxPerMs, width: (endMs - startMs) * pxPerMs }} />
              ))}
              {stretch ? (
                <i className={styles.cut} style={{ left: stretch.fromMs * pxPerMs, width: (stretch.toMs - stretch.fromMs) * pxPerMs }} />
              ) : null}
              <canvas ref={dim} className={styles.dim} />
              <div ref={played} className={styles.played}>
                <canvas ref={strong} className={styles.strong} />
              </div>
              <div ref={head} className={styles.head} />
            </div>
            <MomentLines moments={moments} pxPerMs={pxPerMs} endX={contentPx} onGo={(ms) => player?.seek(ms)} />
            <KeptClips clips={clips} pxPerMs={pxPerMs} endX={contentPx} />
            {stretch ? <ClipHandles stretch={stretch} durationMs={durationMs} pxPerMs={pxPerMs} endX={contentPx} onMove={move} /> : null}
            <div className={styles.axis} aria-hidden>
              {ticks(durationMs, pxPerMs)
                .filter((ms) => ms * pxPerMs + tickPx <= contentPx)
                .map((ms) => (
                  <span key={ms} data-x={ms * pxPerMs} style={{ left: ms * pxPerMs }}>
                    {clock(ms)}
                  </span>
                ))}
              <span ref={badge} className={styles.badge}>
                0:00
              </span>
            </div>
          </div>
        </div>
      </div>
    </div>
  );
}

/** A time that would be cut off at the end is left out. */
const tickPx = 32;

/** A time of the axis that begins so near the playhead would show from under the badge. */
const badgePx = 44;

/** The badge hangs under the playhead and stays inside at both ends. */
function edge(x: number, contentPx: number): string {
  return `clamp(0px, calc(${x}px - 50%), calc(${contentPx}px - 100%))`;
}

function moved(event: KeyboardEvent, player: Player | null, durationMs: number): void {
  const by: Readonly<Record<string, number>> = { ArrowLeft: -stepMs, ArrowRight: stepMs, PageUp: -pageMs, PageDown: pageMs };
  const to = event.key === 'Home' ? 0 : event.key === 'End' ? durationMs : null;
  const step = by[event.key];
  if (!player || (to === null && step === undefined)) return;
  event.preventDefault();
  player.seek(to ?? player.atMs() + (step ?? 0));
}
