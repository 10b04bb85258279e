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
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and there is nothing else in it to focus */}
      <section className={styles.body} tabIndex={0} aria-label="All keys">
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
      </section>
    </>
  );
}
