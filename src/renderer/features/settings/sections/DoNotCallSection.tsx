import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFileImport, IconPlus, IconSearch } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { Suppression } from '#bridge/contract/leads.ts';
import type { World } from '#bridge/contract/words.ts';
import { useKeys } from '../../../app/keys.ts';
import { useAction } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { phone } from '../../../ui/format.ts';
import { Choice, Empty, Loading, Problem, TitleRow } from '../../../ui/parts.tsx';
import { AddNumbers } from './AddNumbers.tsx';
import styles from './DoNotCall.module.css';
import { ImportNumbers } from './ImportNumbers.tsx';
import { SuppressionTable } from './SuppressionTable.tsx';
import { useSuppressions } from './use-suppressions.ts';

/** Numbers that are never dialled, in any campaign. */
export function DoNotCallSection() {
  const [world, setWorld] = useState<World>('real');
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 200);
  const [task, setTask] = useState<'add' | 'import' | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const { list, error, readAgain, more, readingMore, changed } = useSuppressions(world, search);
  const { removed, remove, undo, pending, problem } = useRemoval(changed);
  useKeys('Do-not-call list', [{ keys: '/', words: 'Find a number', action: () => field.current?.focus() }]);
  const toggle = (wanted: 'add' | 'import') => setTask(task === wanted ? null : wanted);
  return (
    <>
      <TitleRow
        title="Do-not-call list"
        below="Never dialled in any campaign. Who says “stop calling me” is on it within a second."
        actions={
          <>
            <Button icon={<IconPlus size={16} aria-hidden />} on={task === 'add'} onClick={() => toggle('add')}>
              Add numbers
            </Button>
            <Button icon={<IconFileImport size={16} aria-hidden />} on={task === 'import'} onClick={() => toggle('import')}>
              Import a file
            </Button>
          </>
        }
      />
      {task === 'add' ? <AddNumbers world={world} onAdded={() => void changed()} onClose={() => setTask(null)} /> : null}
      {task === 'import' ? <ImportNumbers world={world} onImported={() => void changed()} onClose={() => setTask(null)} /> : null}
      <div className={styles.toolbar}>
        <TextInput
          ref={field}
          aria-label="Find a number"
          placeholder="Find a number"
          leftSection={<IconSearch size={16} aria-hidden />}
          className={styles.search}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Choice
          label="World"
          value={world}
          options={[
            { value: 'real', words: 'Real' },
            { value: 'rehearsal', words: 'Rehearsal' },
          ]}
          onChange={setWorld}
        />
        <span className={styles.said} role="status">
          {removed ? `${phone(removed.number)} may be called again.` : ''}
        </span>
        {removed ? (
          <Button size="small" busy={pending} onClick={() => void undo()}>
            Undo
          </Button>
        ) : null}
      </div>
      {problem ? <Problem error={problem} /> : null}
      <div className={styles.list}>
        {error ? <Problem error={error} onRetry={readAgain} /> : null}
        {list === null && !error ? <Loading what="Reading the list" /> : null}
        {list?.length === 0 ? (
          search.trim() === '' ? (
            <Empty title={world === 'real' ? 'Nobody is on it yet' : 'Nobody of the rehearsal is on it'}>
              {world === 'real'
                ? 'Who asks to be left alone comes here by itself. Add numbers that you know already, or import a list.'
                : 'Simulated people who ask to be left alone come here. They have nothing to do with the real list.'}
            </Empty>
          ) : (
            <Empty title="No number like that">{`Nothing on this list has "${search.trim()}" in it. It may be called.`}</Empty>
          )
        ) : null}
        {list && list.length > 0 ? (
          <SuppressionTable
            list={list}
            more={more}
            readingMore={readingMore}
            busy={pending}
            onRemove={(one, reason) => void remove(one, reason)}
          />
        ) : null}
      </div>
    </>
  );
}

/** Take a number off, and put it back as it was. */
function useRemoval(changed: () => Promise<void>) {
  const removing = useAction('suppressions.remove');
  const adding = useAction('suppressions.add');
  const [removed, setRemoved] = useState<Suppression | null>(null);
  return {
    removed,
    pending: removing.isPending || adding.isPending,
    problem: removing.error ?? adding.error,
    remove: async (one: Suppression, reason: string) => {
      try {
        await removing.mutateAsync({ id: one.id, reason });
        setRemoved(one);
        await changed();
      } catch {
        // The mutation keeps the error, and it is shown.
      }
    },
    undo: async () => {
      if (removed === null) return;
      const { number, reason, source, world } = removed;
      try {
        await adding.mutateAsync({ numbers: [number], reason, world, ...(source === null ? {} : { source }) });
        setRemoved(null);
        await changed();
      } catch {
        // As above.
      }
    },
  };
}
