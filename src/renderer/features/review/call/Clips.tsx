import { IconDownload, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { Call, CallClip } from '#bridge/contract/calls.ts';
import { useClient } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { clock } from '../../../ui/format.ts';
import { useUndoableRemoval } from '../../../ui/use-undoable-removal.tsx';
import styles from './clip.module.css';
import side from './side.module.css';
import type { Stretch } from './stretch.ts';
import { useSaveStretch } from './use-save-stretch.ts';

/** What was cut out of the recording. @param onPlay plays that stretch alone */
export function Clips({
  call,
  clips,
  onPlay,
}: {
  readonly call: Pick<Call, 'id'>;
  readonly clips: readonly CallClip[];
  readonly onPlay: (stretch: Stretch) => void;
}) {
  const client = useClient();
  const queries = useQueryClient();
  const { save, busy } = useSaveStretch(call);
  const { hidden, remove } = useUndoableRemoval(async (clipId: CallClip['id']) => {
    await client.invoke('calls.removeClip', { id: call.id, clipId });
    await queries.invalidateQueries({ queryKey: ['calls.get'] });
  });
  const shown = clips.filter(({ id }) => !hidden.has(id));
  if (shown.length === 0) return <p className={side.hint}>No clip is left.</p>;
  return (
    <ul>
      {shown.map((clip) => {
        const { id, fromMs, toMs, note, by } = clip;
        const times = `${clock(fromMs)} to ${clock(toMs)}`;
        return (
          <li key={id} className={styles.clip}>
            <button type="button" className={side.jump} aria-label={`Play ${times}${note ? `, ${note}` : ''}`} onClick={() => onPlay(clip)}>
              <span className={side.at}>{times}</span>
              <span>
                {note ?? ''} <span className={styles.by}>{by}</span>
              </span>
            </button>
            <Button
              size="small"
              kind="quiet"
              aria-label={`Save the clip of ${times}`}
              title="Save as a file"
              icon={<IconDownload size={14} />}
              busy={busy}
              onClick={() => save(clip)}
            />
            <Button
              size="small"
              kind="quiet"
              aria-label={`Remove the clip of ${times}`}
              title="Remove"
              icon={<IconTrash size={14} />}
              onClick={() => remove(id, `The clip of ${times}`)}
            />
          </li>
        );
      })}
    </ul>
  );
}
