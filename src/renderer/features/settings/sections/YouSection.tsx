import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { Button } from '../../../ui/Button.tsx';
import { Loading, Problem, TitleRow } from '../../../ui/parts.tsx';
import styles from '../SettingsScreen.module.css';
import { useSettings } from './use-settings.ts';

export function YouSection() {
  const { settings, readError, readAgain, saving, saveError, saved, touched, save } = useSettings();
  const [typed, setTyped] = useState<string | null>(null);
  const name = typed ?? settings?.operatorName ?? '';
  const changed = settings !== null && name.trim() !== settings.operatorName;
  const submit = async () => {
    if (await save({ operatorName: name.trim() })) setTyped(null);
  };
  return (
    <>
      <TitleRow title="You" below="Who sits at this console." />
      <div className={styles.body}>
        {readError ? <Problem error={readError} onRetry={readAgain} /> : null}
        {settings === null && !readError ? <Loading what="Reading the settings" rows={2} /> : null}
        {settings ? (
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault();
              if (changed && !saving) void submit();
            }}
          >
            <TextInput
              label="Your name"
              description="Your colleagues see it on calls that you listen to, and it stands in transcripts and notes."
              className={styles.short}
              maxLength={80}
              value={name}
              onChange={(event) => {
                setTyped(event.currentTarget.value);
                touched();
              }}
            />
            {saveError ? <Problem error={saveError} next="Nothing was saved." /> : null}
            <div className={styles.actions}>
              <Button type="submit" kind="primary" busy={saving} blocked={changed ? null : 'Nothing has changed.'}>
                Save
              </Button>
              <span className={styles.done} role="status">
                {saved ? 'Saved.' : ''}
              </span>
            </div>
          </form>
        ) : null}
      </div>
    </>
  );
}
