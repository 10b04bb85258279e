import { useEffect, useMemo, useRef, useState } from 'react';
import { useSearch } from 'wouter';
import type { Call } from '#bridge/contract/calls.ts';
import { useOperation } from '../../../client/hooks.ts';
import { CallTitle } from './CallTitle.tsx';
import { ClipBox } from './ClipBox.tsx';
import { Controls } from './Controls.tsx';
import styles from './call-page.module.css';
import { MarkBox } from './MarkBox.tsx';
import { moments } from './moments.ts';
import { bucketFor, silences } from './peaks.ts';
import type { Player } from './player.ts';
import { SideColumn } from './SideColumn.tsx';
import type { Stretch } from './stretch.ts';
import { Transcript } from './Transcript.tsx';
import { Pointer, type Timeline } from './timeline.ts';
import { transcriptRows } from './transcript-rows.ts';
import { usePlayer } from './use-player.ts';
import { Waveform } from './Waveform.tsx';
import { whyNoSound } from './why-no-sound.ts';
import { useZoom } from './zoom.ts';

/** A call that is over. */
export function PastCallView({ call }: { readonly call: Call }) {
  return call.recording && call.recording.durationMs > 0 ? (
    <CallWithSound call={call} durationMs={call.recording.durationMs} />
  ) : (
    <CallWithoutSound call={call} />
  );
}

function CallWithSound({ call, durationMs }: { readonly call: Call; readonly durationMs: number }) {
  const element = useRef<HTMLAudioElement>(null);
  const player = usePlayer(element, call.id, durationMs);
  const { data: peaks, error } = useOperation('calls.peaks', { id: call.id, bucketMs: bucketFor(durationMs) });
  const zoom = useZoom(durationMs);
  const [cut, setCut] = useState<Stretch | null>(null);
  const rows = useMemo(() => transcriptRows(call), [call]);
  const lines = useMemo(() => moments(call), [call]);
  useEffect(() => {
    if (player && peaks) player.setSilences(silences(peaks));
  }, [player, peaks]);
  useStartInAddress(player);
  const playFrom = (ms: number) => {
    player?.seek(ms);
    player?.play();
  };
  return (
    <>
      <CallTitle call={call} />
      <div className={styles.sound}>
        {/* biome-ignore lint/a11y/useMediaCaption: the transcript below is its caption, in step with it */}
        <audio ref={element} preload="none" />
        <Waveform
          durationMs={durationMs}
          peaks={peaks ?? null}
          moments={lines}
          transcript={call.transcript}
          player={player}
          zoom={zoom}
          clips={call.clips ?? []}
          cut={cut}
          onCut={setCut}
        />
        <Controls
          player={player}
          durationMs={durationMs}
          rows={rows}
          zoom={zoom}
          hasPeaks={peaks !== undefined}
          noPicture={error?.message ?? null}
        >
          <MarkBox call={call} player={player} />
          <ClipBox call={call} durationMs={durationMs} player={player} stretch={cut} onChange={setCut} />
        </Controls>
      </div>
      <div className={styles.columns}>
        <Transcript call={call} rows={rows} timeline={player} onPlayFrom={playFrom} />
        <SideColumn call={call} onGo={(ms) => player?.seek(ms)} onPlay={(stretch) => player?.playStretch(stretch)} />
      </div>
    </>
  );
}

function CallWithoutSound({ call }: { readonly call: Call }) {
  const [pointer] = useState(() => new Pointer());
  const rows = useMemo(() => transcriptRows(call), [call]);
  useStartInAddress(pointer);
  return (
    <>
      <CallTitle call={call} />
      <div className={`${styles.sound} ${styles.silent}`}>{whyNoSound(call)}</div>
      <div className={styles.columns}>
        <Transcript call={call} rows={rows} timeline={pointer} onPlayFrom={null} />
        <SideColumn call={call} onGo={(ms) => pointer.seek(ms)} />
      </div>
    </>
  );
}

/** `?at=72000` goes to that millisecond, when the page opens and whenever the address says another. */
function useStartInAddress(timeline: Timeline | Player | null): void {
  const at = Number(new URLSearchParams(useSearch()).get('at') ?? Number.NaN);
  useEffect(() => {
    if (timeline && Number.isFinite(at)) timeline.seek(at);
  }, [timeline, at]);
}
