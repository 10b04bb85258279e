import { TextInput } from '@mantine/core';
import { useState } from 'react';
import styles from '../SettingsScreen.module.css';
import { SettingsForm, SettingsPage } from './SettingsForm.tsx';
import { useSettings } from './use-settings.ts';

export function YouSection() {
  const using = useSettings();
  const [typed, setTyped] = useState<string | null>(null);
  const name = typed ?? using.settings?.operatorName ?? '';
  const save = async () => {
    if (await using.save({ operatorName: name.trim() })) setTyped((now) => (now === typed ? null : now));
  };
  return (
    <SettingsPage title="You" below="Who sits at this console." using={using} rows={2}>
      <SettingsForm
        using={using}
        isChanged={using.settings !== null && name.trim() !== using.settings.operatorName}
        saved="Saved."
        onSave={() => void save()}
      >
        <TextInput
          label="Your name"
          description="Your colleagues see it on calls that you listen to, and it stands in transcripts and notes."
          className={styles.short}
          maxLength={80}
          value={name}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            using.touched();
          }}
        />
      </SettingsForm>
    </SettingsPage>
  );
}
