import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { ConsoleSettings } from '#bridge/contract/operations.ts';
import { Button } from '../../../ui/Button.tsx';
import { Problem } from '../../../ui/parts.tsx';
import styles from '../SettingsScreen.module.css';
import { useSettings } from './use-settings.ts';

type Days = ConsoleSettings['retention'];

const fields = [
  { name: 'recordingDays', label: 'Recordings', min: 1 },
  { name: 'transcriptDays', label: 'Transcripts and notes', min: 1 },
  { name: 'personalDays', label: 'Names, numbers and the rest', min: 30 },
] as const satisfies readonly { readonly name: keyof Days; readonly label: string; readonly min: number }[];

/** How many days each kind of data is kept; an empty field keeps it for ever. */
export function Retention() {
  const { settings, saving, saveError, saved, touched, save } = useSettings();
  const [draft, setDraft] = useState<Days | null>(null);
  const days = draft ?? settings?.retention ?? null;
  if (days === null) return null;
  const submit = async () => {
    if (draft && (await save({ retention: draft }))) setDraft(null);
  };
  return (
    <form
      className={`${styles.form} ${styles.apart}`}
      aria-label="How long calls are kept"
      onSubmit={(event) => {
        event.preventDefault();
        if (draft && !saving) void submit();
      }}
    >
      <h2>How long calls are kept</h2>
      <p>
        How many days after a call its data is kept. Empty means for ever. Deleted data cannot be had back. A legal hold on a call keeps all
        of it.
      </p>
      <div className={styles.trio}>
        {fields.map(({ name, label, min }) => (
          <NumberInput
            key={name}
            label={label}
            placeholder="For ever"
            suffix=" days"
            min={min}
            max={3_650}
            allowDecimal={false}
            value={days[name] ?? ''}
            onChange={(value) => {
              setDraft({ ...days, [name]: typeof value === 'number' ? value : null });
              touched();
            }}
          />
        ))}
      </div>
      {saveError ? <Problem error={saveError} next="Nothing was saved." /> : null}
      <div className={styles.actions}>
        <Button type="submit" kind="primary" busy={saving} blocked={draft === null ? 'Nothing has changed.' : null}>
          Save
        </Button>
        <span className={styles.done} role="status">
          {saved ? 'Saved. What is older goes within a day.' : ''}
        </span>
      </div>
    </form>
  );
}
