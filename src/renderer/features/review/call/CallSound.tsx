import { useEffect, useMemo } from 'react';
import type { Call, CallClip } from '#bridge/contract/calls.ts';
import { useOperation } from '../../../client/hooks.ts';
import { ClipButton } from './ClipButton.tsx';
import { Controls } from './Controls.tsx';
import { MarkButton } from './MarkButton.tsx';
import { moments } from './moments.ts';
import { bucketFor, silences } from './peaks.ts';
import type { Player } from './player.ts';
import type { Row } from './transcript-rows.ts';
import { useAsking } from './use-asking.ts';
import { Waveform } from './Waveform.tsx';
import { useZoom } from './zoom.ts';

interface Props {
  readonly call: Call;
  readonly durationMs: number;
  readonly rows: readonly Row[];
  readonly clips: readonly CallClip[];
  readonly player: Player | null;
}

/** The picture of the sound and what is done with it. Only this is drawn again while somebody drags the end of a clip. */
export function CallSound({ call, durationMs, rows, clips, player }: Props) {
  const { data: peaks, error } = useOperation('calls.peaks', { id: call.id, bucketMs: bucketFor(durationMs) });
  const zoom = useZoom(durationMs);
  const lines = useMemo(() => moments(call), [call]);
  const asking = useAsking(call.id, player, rows, durationMs);
  useEffect(() => {
    if (player && peaks) player.setSilences(silences(peaks));
  }, [player, peaks]);
  return (
    <>
      <Waveform
        durationMs={durationMs}
        peaks={peaks ?? null}
        moments={lines}
        clips={clips}
        asking={asking}
        transcript={call.transcript}
        player={player}
        zoom={zoom}
      />
      <Controls
        player={player}
        durationMs={durationMs}
        rows={rows}
        zoom={zoom}
        hasPeaks={peaks !== undefined}
        noPicture={error?.message ?? null}
      >
        <MarkButton call={call} asking={asking} />
        <ClipButton call={call} player={player} asking={asking} />
      </Controls>
    </>
  );
}
