import { Popover, TextInput } from '@mantine/core';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import type { Call } from '#bridge/contract/calls.ts';
import { useKeys } from '../../../app/keys.ts';
import { useAction } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { clock } from '../../../ui/format.ts';
import { Problem } from '../../../ui/parts.tsx';
import styles from './clips.module.css';
import type { Asking } from './use-asking.ts';

const noteMost = 500;

/** Sets a mark where the playhead was when it was asked for: the sound may go on meanwhile. */
export function MarkButton({ call, asking }: { readonly call: Call; readonly asking: Asking }) {
  const { markAtMs, askMark, close } = asking;
  const isOpen = markAtMs !== null;
  useKeys('Call', [{ keys: 'M', words: 'Mark this moment', action: askMark }]);
  return (
    <Popover
      opened={isOpen}
      onChange={close}
      position="bottom-end"
      width={320}
      middlewares={{ flip: false, shift: true }}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          hotkey="M"
          aria-expanded={isOpen}
          blocked={askMark ? null : 'The sound is not ready yet'}
          onClick={() => (isOpen ? close() : askMark?.())}
        >
          Mark
        </Button>
      </Popover.Target>
      <Popover.Dropdown>{isOpen ? <MarkForm call={call} atMs={markAtMs} onDone={close} /> : null}</Popover.Dropdown>
    </Popover>
  );
}

function MarkForm({ call, atMs, onDone }: { readonly call: Call; readonly atMs: number; readonly onDone: () => void }) {
  const marking = useAction('calls.mark');
  const [note, setNote] = useState('');
  const input = useRef<HTMLInputElement>(null);
  // At once: what is typed right after the key belongs to the note, and every letter of it is a key of the page.
  useEffect(() => input.current?.focus(), []);
  const set = (event: SubmitEvent) => {
    event.preventDefault();
    if (marking.isPending) return;
    const words = note.trim();
    marking.mutate({ id: call.id, offsetMs: atMs, ...(words === '' ? {} : { note: words }) }, { onSuccess: onDone });
  };
  return (
    <form className={styles.form} onSubmit={set}>
      <TextInput
        ref={input}
        label={`Note on ${clock(atMs)}, if you like`}
        value={note}
        maxLength={noteMost}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
      />
      {marking.error ? <Problem error={marking.error} next="No mark was set." /> : null}
      <div className={styles.actions}>
        <Button type="submit" kind="primary" busy={marking.isPending}>
          Set mark
        </Button>
      </div>
    </form>
  );
}
