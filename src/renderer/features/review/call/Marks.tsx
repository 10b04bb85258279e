import { IconTrash } from '@tabler/icons-react';
import type { Mark } from '#bridge/contract/calls.ts';
import { Button } from '../../../ui/Button.tsx';
import { clock } from '../../../ui/format.ts';
import styles from './side.module.css';

interface Props {
  readonly marks: readonly Mark[];
  /** Goes to a moment of the call. */
  readonly onGo: (ms: number) => void;
  readonly onRemove: (mark: Mark) => void;
}

/** Moments that people marked. */
export function Marks({ marks, onGo, onRemove }: Props) {
  return (
    <ul>
      {marks
        .toSorted((a, b) => a.offsetMs - b.offsetMs)
        .map((mark) => (
          <li key={mark.id} className={styles.mark}>
            <button type="button" className={styles.jump} onClick={() => onGo(mark.offsetMs)}>
              <span className={styles.at}>{clock(mark.offsetMs)}</span>
              {mark.note || 'Mark'}
            </button>
            <Button
              kind="quiet"
              size="small"
              className={styles.remove ?? ''}
              aria-label={`Remove the mark at ${clock(mark.offsetMs)}`}
              title="Remove"
              icon={<IconTrash size={14} />}
              onClick={() => onRemove(mark)}
            />
          </li>
        ))}
    </ul>
  );
}
