import { useEffect, useMemo, useRef, useState } from 'react';
import { useSearch } from 'wouter';
import type { Call } from '#bridge/contract/calls.ts';
import { CallSound } from './CallSound.tsx';
import { CallTitle } from './CallTitle.tsx';
import { Clips } from './Clips.tsx';
import styles from './call-page.module.css';
import type { Player } from './player.ts';
import { SideColumn } from './SideColumn.tsx';
import { Transcript } from './Transcript.tsx';
import { Pointer, type Timeline } from './timeline.ts';
import { transcriptRows } from './transcript-rows.ts';
import { useKeptClips, useKeptMarks } from './use-kept.ts';
import { usePlayer } from './use-player.ts';
import { whyNoSound } from './why-no-sound.ts';

/** A call that is over. */
export function PastCallView({ call }: { readonly call: Call }) {
  return call.recording && call.recording.durationMs > 0 ? (
    <CallWithSound call={call} durationMs={call.recording.durationMs} />
  ) : (
    <CallWithoutSound call={call} />
  );
}

function CallWithSound({ call: known, durationMs }: { readonly call: Call; readonly durationMs: number }) {
  const { call, remove: removeMark } = useKeptMarks(known);
  const element = useRef<HTMLAudioElement>(null);
  const player = usePlayer(element, call.id, durationMs);
  const rows = useMemo(() => transcriptRows(call), [call]);
  const { kept, remove } = useKeptClips(call);
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
        <CallSound call={call} durationMs={durationMs} rows={rows} clips={kept} player={player} />
      </div>
      <div className={styles.columns}>
        <Transcript call={call} rows={rows} timeline={player} onPlayFrom={playFrom} />
        <SideColumn
          call={call}
          onGo={(ms) => player?.seek(ms)}
          onRemoveMark={removeMark}
          clips={<Clips call={call} clips={kept} player={player} onRemove={remove} />}
        />
      </div>
    </>
  );
}

function CallWithoutSound({ call: known }: { readonly call: Call }) {
  const { call, remove } = useKeptMarks(known);
  const [pointer] = useState(() => new Pointer());
  const rows = useMemo(() => transcriptRows(call), [call]);
  useStartInAddress(pointer);
  return (
    <>
      <CallTitle call={call} />
      <div className={`${styles.sound} ${styles.silent}`}>{whyNoSound(call)}</div>
      <div className={styles.columns}>
        <Transcript call={call} rows={rows} timeline={pointer} onPlayFrom={null} />
        <SideColumn call={call} onGo={(ms) => pointer.seek(ms)} onRemoveMark={remove} />
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
