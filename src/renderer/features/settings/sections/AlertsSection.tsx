import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useStore } from 'zustand';
import { useClient } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { TitleRow } from '../../../ui/parts.tsx';
import { alertPreferences, chime, preferAlerts } from '../../operator/alerts.ts';
import styles from '../SettingsScreen.module.css';

/** How somebody is told that a call needs a person. */
export function AlertsSection() {
  const { sound, notification } = useStore(alertPreferences);
  const { kind } = useClient();
  const [refused, setRefused] = useState(false);
  const notify = async (wanted: boolean) => {
    const given = !wanted || (await Notification.requestPermission()) === 'granted';
    setRefused(!given);
    preferAlerts({ notification: wanted && given });
  };
  return (
    <>
      <TitleRow title="When a call needs a person" below="Kept on this computer. The board shows it in any case." />
      <div className={styles.body}>
        <div className={styles.form}>
          <div className={styles.beside}>
            <Checkbox
              label="Play a sound"
              description="Two short tones."
              checked={sound}
              onChange={({ currentTarget: { checked } }) => preferAlerts({ sound: checked })}
            />
            <Button size="small" onClick={chime}>
              Hear it
            </Button>
          </div>
          {kind === 'desktop' ? (
            <p className={styles.hint}>The desktop app also shows a notification of the system; its settings switch that off.</p>
          ) : (
            <Checkbox
              label="Show a notification"
              description="By the browser, also when another window is in front."
              checked={notification}
              error={refused ? 'The browser does not allow it. Allow notifications for this page in its address bar.' : null}
              onChange={({ currentTarget: { checked } }) => void notify(checked)}
            />
          )}
        </div>
      </div>
    </>
  );
}
