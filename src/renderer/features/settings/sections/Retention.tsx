import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { ConsoleSettings } from '#bridge/contract/settings.ts';
import styles from '../SettingsScreen.module.css';
import { SettingsForm } from './SettingsForm.tsx';
import { useSettings } from './use-settings.ts';

type Days = ConsoleSettings['retention'];

const fields = [
  { name: 'recordingDays', label: 'Recordings', min: 1 },
  { name: 'transcriptDays', label: 'Transcripts and notes', min: 1 },
  { name: 'personalDays', label: 'Names, numbers and the rest', min: 30 },
] as const satisfies readonly { readonly name: keyof Days; readonly label: string; readonly min: number }[];

/** How many days each kind of data is kept; an empty field keeps it for ever. */
export function Retention() {
  const using = useSettings();
  const [draft, setDraft] = useState<Days | null>(null);
  const days = draft ?? using.settings?.retention ?? null;
  if (days === null) return null;
  const save = async () => {
    if (draft && (await using.save({ retention: draft }))) setDraft((now) => (now === draft ? null : now));
  };
  return (
    <SettingsForm
      using={using}
      isChanged={draft !== null}
      saved="Saved. What is older goes within a day."
      label="How long calls are kept"
      className={styles.apart}
      onSave={() => void save()}
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
              using.touched();
            }}
          />
        ))}
      </div>
    </SettingsForm>
  );
}
