import { TextInput } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useRef } from 'react';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { useKeys } from '../../app/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { useDesk, useOperator } from '../operator/operator-context.ts';
import styles from './CoachBox.module.css';
import { shortName } from './call-words.ts';

/** On one's own call: one line for the AI, and the call goes back to it. */
export function GiveBackBox({ call }: { readonly call: CallSummary }) {
  const { desk } = useOperator();
  const note = useDesk(({ note }) => note);
  const giving = useDesk(({ mine }) => mine?.state === 'giving');
  const input = useRef<HTMLInputElement>(null);
  useKeys('While you are live', [{ keys: 'N', words: 'Write the note', action: () => input.current?.focus() }]);
  return (
    <div className={styles.box}>
      <form
        className={styles.row}
        onSubmit={(event) => {
          event.preventDefault();
          void desk.giveBack();
        }}
      >
        <TextInput
          ref={input}
          className={styles.text}
          aria-label={`Note for ${shortName(call.agentName)} when you give back`}
          placeholder={`Note for ${shortName(call.agentName)} when you give back (N)`}
          value={note}
          maxLength={500}
          onChange={(event) => desk.setNote(event.currentTarget.value)}
        />
        <Button type="submit" kind="primary" hotkey="B" busy={giving} icon={<IconArrowBackUp size={16} aria-hidden />}>
          Give back
        </Button>
      </form>
    </div>
  );
}
