import { IconDownload, IconPlayerPauseFilled, IconPlayerPlayFilled, IconTrash } from '@tabler/icons-react';
import type { Call, CallClip } from '#bridge/contract/calls.ts';
import { Button } from '../../../ui/Button.tsx';
import styles from './clips.module.css';
import type { Player } from './player.ts';
import side from './side.module.css';
import { stretchWords } from './stretch.ts';
import { useSaveClip } from './use-save-clip.ts';
import { useStretchSound } from './use-stretch-sound.ts';

interface Props {
  readonly call: Call;
  /** Without those that are being removed. */
  readonly clips: readonly CallClip[];
  readonly player: Player | null;
  readonly onRemove: (clip: CallClip) => void;
}

/** What was cut out of the recording. */
export function Clips({ call, clips, player, onRemove }: Props) {
  const sound = useStretchSound(player);
  const { save } = useSaveClip(call);
  if (clips.length === 0) return null;
  return (
    <section className={side.section} aria-label="Clips">
      <header>
        <h2>Clips</h2>
        <span className={side.aside}>{clips.length}</span>
      </header>
      <ul>
        {clips
          .toSorted((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs)
          .map((clip) => (
            <ClipRow
              key={clip.id}
              clip={clip}
              isPlaying={sound.isPlaying(clip)}
              onPlay={() => sound.toggle(clip)}
              onSave={() => save(clip)}
              onRemove={() => onRemove(clip)}
            />
          ))}
      </ul>
    </section>
  );
}

interface RowProps {
  readonly clip: CallClip;
  readonly isPlaying: boolean;
  readonly onPlay: () => void;
  readonly onSave: () => void;
  readonly onRemove: () => void;
}

function ClipRow({ clip, isPlaying, onPlay, onSave, onRemove }: RowProps) {
  const range = stretchWords(clip);
  return (
    <li className={styles.row}>
      <button type="button" className={styles.range} onClick={onPlay}>
        {isPlaying ? <IconPlayerPauseFilled size={12} aria-hidden /> : <IconPlayerPlayFilled size={12} aria-hidden />}
        <span className="visually-hidden">{isPlaying ? 'Stop ' : 'Play '}</span>
        {range}
      </button>
      <span className={styles.by}>{clip.by}</span>
      <Button
        kind="quiet"
        size="small"
        className={styles.square ?? ''}
        aria-label={`Save ${range}`}
        title="Save as a file"
        icon={<IconDownload size={14} />}
        onClick={onSave}
      />
      <Button
        kind="quiet"
        size="small"
        className={styles.square ?? ''}
        aria-label={`Remove ${range}`}
        title="Remove"
        icon={<IconTrash size={14} />}
        onClick={onRemove}
      />
      {clip.note === null ? null : <p>{clip.note}</p>}
    </li>
  );
}
