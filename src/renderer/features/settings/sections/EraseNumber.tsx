import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { Button } from '../../../ui/Button.tsx';
import { readPhone } from '../../../ui/phone-number.ts';
import { EraseDialog } from '../../erasure/EraseDialog.tsx';
import styles from '../SettingsScreen.module.css';

/** For whoever asks to be forgotten. */
export function EraseNumber() {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [number, setNumber] = useState<string | null>(null);
  return (
    <form
      className={`${styles.form} ${styles.apart}`}
      aria-label="Erase a number"
      onSubmit={(event) => {
        event.preventDefault();
        const read = readPhone(text);
        setProblem(read.problem);
        setNumber(read.number);
      }}
    >
      <h2>Erase a number</h2>
      <p>Somebody asks that nothing of them is kept. All that is known of their number goes; calls under a legal hold stay.</p>
      <TextInput
        label="Number"
        className={styles.short ?? ''}
        placeholder="(520) 555-0118"
        value={text}
        error={problem}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          setProblem(null);
        }}
      />
      <div className={styles.actions}>
        <Button kind="danger" type="submit" blocked={text.trim() === '' ? 'Enter the number first.' : null}>
          Look what would go
        </Button>
      </div>
      <EraseDialog
        number={number}
        name={null}
        onClose={() => {
          setNumber(null);
          setText('');
        }}
      />
    </form>
  );
}
