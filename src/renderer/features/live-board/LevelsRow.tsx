import { Slider } from '@mantine/core';
import { IconHeadphones } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useKeys } from '../../app/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { useListening, useListeningState } from '../operator/operator-context.ts';
import styles from './LevelsRow.module.css';

const cells = 40;
/** The last cells mean too loud. */
const hotCells = 4;
const heldMs = 1_000;
const frameMs = 1000 / 30;

/** How loud both sides are, straight from the audio, and whether this person hears them. */
export function LevelsRow({
  callId,
  canListen,
  isEnded,
}: {
  readonly callId: string;
  readonly canListen: boolean;
  readonly isEnded: boolean;
}) {
  const listening = useListening();
  const { callId: heard, volume, problem } = useListeningState();
  const on = heard === callId;
  const toggle = () => {
    if (on) listening.stop();
    else if (canListen) void listening.listen(callId);
  };
  useKeys('Open call', [{ keys: 'L', words: on ? 'Stop listening' : 'Listen', action: canListen || on ? toggle : null }]);
  return (
    <div className={styles.row}>
      <div className={styles.meters}>
        <Meter side="lead" label="Lead" />
        <Meter side="ours" label="Our side" />
      </div>
      <div className={styles.listen}>
        <Button
          size="small"
          on={on}
          hotkey="L"
          icon={<IconHeadphones size={16} aria-hidden />}
          blocked={canListen || on ? null : isEnded ? 'The call is over. It can be heard under Review.' : 'Nobody has answered yet.'}
          onClick={toggle}
        >
          {on ? 'Listening' : 'Listen'}
        </Button>
        <Slider
          className={styles.volume}
          size="xs"
          min={0}
          max={100}
          value={Math.round(volume * 100)}
          label={(value) => `Volume ${value}`}
          thumbLabel="Volume"
          onChange={(value) => listening.setVolume(value / 100)}
        />
      </div>
      {problem ? (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      ) : null}
    </div>
  );
}

/** One side as a row of cells, drawn 30 times a second without React. */
function Meter({ side, label }: { readonly side: 'lead' | 'ours'; readonly label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const meter = useRef<HTMLDivElement>(null);
  const { levels } = useListening();
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
      const lit = Math.round(levels[side] * cells);
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
      const [own, hot, empty] = [side === 'lead' ? '--ink2' : '--accent', '--red', '--track'].map((name) => style.getPropertyValue(name));
      const step = width / cells;
      for (let cell = 0; cell < cells; cell++) {
        const isLit = cell < lit || (peak > 0 && cell === peak - 1);
        context.fillStyle = (isLit ? (cell >= cells - hotCells ? hot : own) : empty) ?? '';
        context.beginPath();
        context.roundRect(cell * step, 1, Math.max(2, step - 3), 8, 1.5);
        context.fill();
      }
      meter.current?.setAttribute('aria-valuenow', String(Math.round((lit / cells) * 100)));
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [levels, side]);
  return (
    <div className={styles.meter}>
      <span>{label}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: the element of that name cannot be drawn as cells */}
      <div ref={meter} role="meter" aria-label={`Level, ${label.toLowerCase()}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={0}>
        <canvas ref={canvas} />
      </div>
    </div>
  );
}
