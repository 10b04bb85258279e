import { useMantineColorScheme } from '@mantine/core';
import { Choice, TitleRow } from '../../../ui/parts.tsx';
import styles from '../SettingsScreen.module.css';

export function AppearanceSection() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <TitleRow title="Appearance" below="Kept on this computer, for this window." />
      <div className={styles.body}>
        <div className={styles.form}>
          <fieldset className={styles.group}>
            <legend>Light or dark</legend>
            <Choice
              label="Light or dark"
              value={colorScheme}
              options={[
                { value: 'auto', words: 'As the system' },
                { value: 'light', words: 'Light' },
                { value: 'dark', words: 'Dark' },
              ]}
              onChange={setColorScheme}
            />
          </fieldset>
          <p className={styles.hint}>Movement follows the system too: with reduced motion nothing moves by itself.</p>
        </div>
      </div>
    </>
  );
}
