import { Popover, Select, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Call } from '#bridge/contract/calls.ts';
import type { Disposition as DispositionName } from '#bridge/contract/words.ts';
import { operationKey, useAction } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { dispositionWords } from '../../../ui/format.ts';
import { Mark } from '../../../ui/Mark.tsx';
import { Problem } from '../../../ui/parts.tsx';
import { dispositionOf, markOf } from '../calls/call-words.ts';
import { optionsOf } from '../FilterSelect.tsx';
import styles from './side.module.css';

const options = optionsOf(dispositionWords);

interface Decision {
  readonly disposition: DispositionName;
  readonly note: string;
}

/** What the call meant for the business. A person may decide otherwise, and take that back. */
export function Disposition({ call }: { readonly call: Call }) {
  const queries = useQueryClient();
  const setting = useAction('calls.setDisposition');
  const [isOpen, setOpen] = useState(false);
  const [before, setBefore] = useState<Decision | null>(null);
  const set = (decision: Decision, undo: Decision | null) =>
    setting.mutate(
      { id: call.id, ...decision },
      {
        onSuccess: (changed) => {
          queries.setQueryData(operationKey('calls.get', { id: call.id }), changed);
          setBefore(undo);
          setOpen(false);
        },
      },
    );
  const now: Decision | null = call.disposition === null ? null : { disposition: call.disposition, note: call.note ?? '' };
  return (
    <>
      <div className={styles.disposition}>
        <div className={styles.decided}>
          <Mark name={call.disposition === null ? 'waiting' : markOf({ ...call, end: null })} size={16} />
          <span>{dispositionOf(call) || 'Not known yet'}</span>
        </div>
        <Popover opened={isOpen} onChange={setOpen} position="bottom-end" width={312} trapFocus returnFocus>
          <Popover.Target>
            <Button
              kind="quiet"
              blocked={call.endedAt === null ? 'When the call has ended' : null}
              aria-expanded={isOpen}
              onClick={() => {
                setting.reset();
                setOpen(!isOpen);
              }}
            >
              Change<span className="visually-hidden"> the disposition</span>
            </Button>
          </Popover.Target>
          <Popover.Dropdown>
            <Editor
              start={{ disposition: call.disposition ?? 'unknown', note: call.note ?? '' }}
              busy={setting.isPending}
              error={setting.error}
              onSave={(decision) => set(decision, now)}
              onCancel={() => setOpen(false)}
            />
          </Popover.Dropdown>
        </Popover>
      </div>
      {call.note ? <p className={styles.note}>{call.note}</p> : null}
      {before === null ? null : (
        <p className={styles.hint} role="status">
          {call.disposition === 'do-not-call'
            ? 'Changed by you; the number is on the do-not-call list, and stays there. '
            : 'Changed by you. '}
          <button type="button" className={styles.link} onClick={() => set(before, null)}>
            {setting.isPending ? 'Taking it back' : `Back to ${dispositionWords[before.disposition].toLowerCase()}`}
          </button>
        </p>
      )}
      {setting.error && !isOpen ? <Problem error={setting.error} next="The disposition is as it was." /> : null}
    </>
  );
}

function Editor({
  start,
  busy,
  error,
  onSave,
  onCancel,
}: {
  readonly start: Decision;
  readonly busy: boolean;
  readonly error: { readonly message: string } | null;
  readonly onSave: (decision: Decision) => void;
  readonly onCancel: () => void;
}) {
  const [disposition, setDisposition] = useState(start.disposition);
  const [note, setNote] = useState(start.note);
  const isSame = disposition === start.disposition && note === start.note;
  return (
    <form
      className={styles.editor}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSame) onSave({ disposition, note });
      }}
    >
      <Select
        label="Disposition"
        description={
          disposition === 'do-not-call' && start.disposition !== 'do-not-call' ? 'Puts the number on the do-not-call list.' : undefined
        }
        data={options}
        value={disposition}
        allowDeselect={false}
        searchable
        openOnFocus={false}
        withScrollArea={false}
        classNames={{ options: styles.options ?? '' }}
        comboboxProps={{ withinPortal: false }}
        onChange={(value) => {
          if (value) setDisposition(value as DispositionName);
        }}
      />
      <Textarea
        label="Note"
        maxLength={2_000}
        autosize
        minRows={2}
        maxRows={6}
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
      />
      {error ? <Problem error={error} /> : null}
      <div className={styles.actions}>
        <Button onClick={onCancel}>Keep as it is</Button>
        <Button kind="primary" type="submit" busy={busy} blocked={isSame ? 'Nothing is changed' : null}>
          {busy ? 'Saving' : 'Save'}
        </Button>
      </div>
    </form>
  );
}
