import { Slider } from '@mantine/core';
import {
  IconMinus,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBack,
  IconPlus,
  IconVolume,
  IconVolumeOff,
} from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useKeys } from '../../../app/keys.ts';
import { Button } from '../../../ui/Button.tsx';
import { clock } from '../../../ui/format.ts';
import { Mark } from '../../../ui/Mark.tsx';
import { Choice } from '../../../ui/parts.tsx';
import styles from './controls.module.css';
import { type Player, rates } from './player.ts';
import { jumpFrom, type Row } from './transcript-rows.ts';
import { usePlayerState } from './use-player.ts';
import type { Zoom } from './zoom.ts';

interface Props {
  readonly player: Player | null;
  readonly durationMs: number;
  readonly rows: readonly Row[];
  readonly zoom: Zoom;
  /** Silence is known only with the picture. */
  readonly hasPeaks: boolean;
  /** Why there is none; null while all is well. */
  readonly noPicture: string | null;
  /** What can be done at the playhead, beside them. */
  readonly children: ReactNode;
}

const speeds = rates.map((rate) => ({ value: String(rate), words: `${rate}x` }));
const backMs = 5_000;

export function Controls({ player, durationMs, rows, zoom, hasPeaks, noPicture, children }: Props) {
  const state = usePlayerState(player);
  const jump = (by: -1 | 1) => {
    const to = player ? jumpFrom(rows, player.atMs(), by) : null;
    if (to !== null) player?.seek(to);
  };
  const faster = (by: -1 | 1) => {
    const at = rates.findIndex((rate) => rate >= state.rate);
    player?.setRate(rates[Math.max(0, Math.min(rates.length - 1, at + by))] ?? 1);
  };
  useKeys('Sound of the call', [
    { keys: 'Space', words: 'Play or pause', action: () => player?.toggle() },
    { keys: 'J', words: 'Line before', action: () => jump(-1) },
    { keys: 'K', words: 'Next line', action: () => jump(1) },
    { keys: 'ArrowLeft', words: 'Five seconds back', action: () => player?.seek(player.atMs() - backMs) },
    { keys: 'ArrowRight', words: 'Five seconds on', action: () => player?.seek(player.atMs() + backMs) },
    { keys: 'Home', words: 'To the beginning', action: () => player?.seek(0) },
    { keys: '.', words: 'Faster', action: () => faster(1) },
    { keys: ',', words: 'Slower', action: () => faster(-1) },
  ]);
  return (
    <div className={styles.bar}>
      <div className={styles.tools} role="toolbar" aria-label="Sound of the call">
        <Button
          aria-label="To the beginning"
          title="To the beginning (Home)"
          className={styles.icon ?? ''}
          icon={<IconPlayerSkipBack size={16} />}
          onClick={() => player?.seek(0)}
        />
        <Button
          kind="primary"
          className={styles.play ?? ''}
          icon={state.playing ? <IconPlayerPauseFilled size={16} /> : <IconPlayerPlayFilled size={16} />}
          hotkey="Space"
          onClick={() => player?.toggle()}
        >
          {state.playing ? 'Pause' : 'Play'}
        </Button>
        <TimeOf player={player} durationMs={durationMs} />
        <Choice label="Speed" value={String(state.rate)} options={speeds} onChange={(rate) => player?.setRate(Number(rate))} />
        <Button
          kind="quiet"
          on={state.skipsSilence}
          blocked={hasPeaks ? null : 'Where nobody speaks is not known yet'}
          onClick={() => player?.setSkipsSilence(!state.skipsSilence)}
        >
          Skip silence
        </Button>
        {state.problem === null ? <Volume volume={state.volume} onChange={(volume) => player?.setVolume(volume)} /> : null}
        <div className={styles.rest}>
          {state.problem === null ? null : <Trouble words={`${state.problem} Play tries again.`} />}
          {state.problem === null && noPicture !== null ? <Trouble words={`No picture of the sound: ${noPicture}`} /> : null}
        </div>
        {noPicture === null && (zoom.closer || zoom.wider) ? (
          <div className={styles.pair}>
            <Button
              size="small"
              aria-label="Show more of the call"
              className={styles.icon ?? ''}
              icon={<IconMinus size={14} />}
              blocked={zoom.wider ? null : 'All of the call is shown'}
              onClick={() => zoom.wider?.()}
            />
            <Button
              size="small"
              aria-label="Show the call larger"
              className={styles.icon ?? ''}
              icon={<IconPlus size={14} />}
              blocked={zoom.closer ? null : 'It does not get larger'}
              onClick={() => zoom.closer?.()}
            />
          </div>
        ) : null}
        <div className={styles.pair}>
          <span className={styles.label}>Jump</span>
          <Button size="small" kind="quiet" aria-label="Line before" hotkey="J" className={styles.jump ?? ''} onClick={() => jump(-1)} />
          <Button size="small" kind="quiet" aria-label="Next line" hotkey="K" className={styles.jump ?? ''} onClick={() => jump(1)} />
        </div>
      </div>
      {children}
    </div>
  );
}

/** Said where there is room for it, so that nothing moves. What it makes useless, the loudness or the zoom, gives it more. */
function Trouble({ words }: { readonly words: string }) {
  return (
    <div className={styles.trouble} role="alert">
      <Mark name="failed" size={16} />
      <span title={words}>{words}</span>
    </div>
  );
}

/** Where we are; written into the page directly, once a second. */
function TimeOf({ player, durationMs }: { readonly player: Player | null; readonly durationMs: number }) {
  const now = useRef<HTMLElement>(null);
  useEffect(
    () =>
      player?.onTime((ms) => {
        const words = clock(ms);
        if (now.current && now.current.textContent !== words) now.current.textContent = words;
      }),
    [player],
  );
  return (
    <div className={styles.time}>
      <b ref={now}>0:00</b>
      <span>{` / ${clock(durationMs)}`}</span>
    </div>
  );
}

function Volume({ volume, onChange }: { readonly volume: number; readonly onChange: (volume: number) => void }) {
  const [before, setBefore] = useState(1);
  const toggle = () => {
    setBefore(volume === 0 ? before : volume);
    onChange(volume === 0 ? before : 0);
  };
  return (
    <div className={styles.pair}>
      <Button
        kind="quiet"
        size="small"
        className={styles.icon ?? ''}
        aria-label={volume === 0 ? 'Sound on' : 'Sound off'}
        icon={volume === 0 ? <IconVolumeOff size={16} /> : <IconVolume size={16} />}
        onClick={toggle}
      />
      <Slider
        className={styles.volume ?? ''}
        size={4}
        thumbSize={12}
        min={0}
        max={1}
        step={0.05}
        label={null}
        thumbLabel="Volume"
        thumbProps={{ 'aria-valuetext': `${Math.round(volume * 100)}%` }}
        value={volume}
        onChange={onChange}
      />
    </div>
  );
}
