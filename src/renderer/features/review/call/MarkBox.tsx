import { Popover, TextInput } from '@mantine/core';
import { IconBookmark } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Call } from '#bridge/contract/calls.ts';
import { useKeys } from '../../../app/keys.ts';
import { useAction } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { clock } from '../../../ui/format.ts';
import { Problem } from '../../../ui/parts.tsx';
import styles from './clip.module.css';
import type { Player } from './player.ts';

/** Marks the moment of a finished call that is at the playhead. */
export function MarkBox({ call, player }: { readonly call: Pick<Call, 'id'>; readonly player: Player | null }) {
  const titleId = useId();
  const queries = useQueryClient();
  const marking = useAction('calls.mark');
  const [atMs, setAt] = useState<number | null>(null);
  const [note, setNote] = useState('');
  const open = () => {
    marking.reset();
    setNote('');
    setAt(Math.round(player?.atMs() ?? 0));
  };
  useKeys('Sound of the call', [{ keys: 'M', words: 'Mark this moment', action: player ? open : null }]);
  const mark = () => {
    if (atMs === null) return;
    marking.mutate(
      { id: call.id, offsetMs: atMs, ...(note.trim() === '' ? {} : { note: note.trim() }) },
      {
        onSuccess: () => {
          void queries.invalidateQueries({ queryKey: ['calls.get'] });
          setAt(null);
        },
      },
    );
  };
  return (
    <Popover opened={atMs !== null} onChange={() => setAt(null)} position="bottom-end" width={300} trapFocus returnFocus shadow="none">
      <Popover.Target>
        <Button
          icon={<IconBookmark size={16} aria-hidden />}
          hotkey="M"
          aria-haspopup="dialog"
          aria-expanded={atMs !== null}
          blocked={player ? null : 'The sound is being prepared'}
          onClick={open}
        >
          Mark
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-labelledby={titleId}>
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            mark();
          }}
        >
          <h2 id={titleId}>{`Mark at ${clock(atMs ?? 0)}`}</h2>
          <TextInput
            label="Note"
            placeholder="What happens here"
            maxLength={500}
            value={note}
            onChange={({ currentTarget }) => setNote(currentTarget.value)}
          />
          {marking.error ? <Problem error={marking.error} next="Nothing was marked." /> : null}
          <div className={styles.actions}>
            <Button kind="primary" type="submit" busy={marking.isPending}>
              Mark this moment
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
