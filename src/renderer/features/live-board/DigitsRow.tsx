import { TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { useAction } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import styles from './CoachBox.module.css';

const isDigits = (text: string) => /^[0-9*#wW]{1,32}$/.test(text);

/** In the place of the coach box while somebody presses keys for a menu at the other end. */
export function DigitsRow({ call, onClose }: { readonly call: CallSummary; readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const digits = useAction('calls.sendDigits');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (isDigits(text)) digits.mutate({ id: call.id, digits: text }, { onSuccess: onClose });
  };
  return (
    <div className={styles.box}>
      <form className={styles.row} onSubmit={submit}>
        <TextInput
          className={styles.text}
          aria-label="Digits to press, as 1 or 205#"
          placeholder="Digits to press, as 1 or 205#"
          autoFocus
          value={text}
          maxLength={32}
          error={digits.error?.message ?? (text === '' || isDigits(text) ? null : 'Digits, * and # only')}
          onChange={(event) => setText(event.currentTarget.value.trim())}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onClose();
          }}
        />
        <Button
          type="submit"
          kind="primary"
          hotkey="enter"
          busy={digits.isPending}
          blocked={isDigits(text) ? null : 'Type the digits first.'}
        >
          Press
        </Button>
        <Button onClick={onClose}>Close</Button>
      </form>
    </div>
  );
}
