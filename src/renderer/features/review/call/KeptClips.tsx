import { IconScissors } from '@tabler/icons-react';
import { memo, useMemo } from 'react';
import type { CallClip } from '#bridge/contract/calls.ts';
import { placeClips } from './placed-clips.ts';
import styles from './waveform.module.css';

interface Props {
  readonly clips: readonly CallClip[];
  readonly pxPerMs: number;
  readonly endX: number;
}

/** A quiet bracket under each clip that is kept. They are heard and read in the list beside the transcript; here they only show where. */
export const KeptClips = memo(function KeptClips({ clips, pxPerMs, endX }: Props) {
  const placed = useMemo(() => placeClips(clips, pxPerMs, endX), [clips, pxPerMs, endX]);
  return (
    <div className={styles.kept} aria-hidden>
      {placed.map(({ id, words, x, widthPx, labelPx }) => (
        <div key={id} className={styles.clip} style={{ left: x, width: widthPx }}>
          {labelPx === null ? null : (
            <span style={{ maxWidth: labelPx }}>
              <IconScissors size={11} />
              {words}
            </span>
          )}
        </div>
      ))}
    </div>
  );
});
