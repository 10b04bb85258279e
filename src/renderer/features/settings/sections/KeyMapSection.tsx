import { Key } from '../../../ui/Key.tsx';
import { TitleRow } from '../../../ui/parts.tsx';
import styles from '../SettingsScreen.module.css';
import { keyMap } from './key-map.ts';

export function KeyMapSection() {
  return (
    <>
      <TitleRow
        title="Keyboard"
        below={
          <>
            Every key of every screen. <Key of="?" /> shows those of the screen that is open.
          </>
        }
      />
      <div className={styles.body}>
        <div className={styles.keyGroups}>
          {keyMap.map(({ name, keys }) => (
            <section key={name}>
              <h2>{name}</h2>
              <dl>
                {keys.map(({ keys: combination, words }) => (
                  <div key={combination} className={styles.keyRow}>
                    <dt>
                      <Key of={combination} />
                    </dt>
                    <dd>{words}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </>
  );
}
