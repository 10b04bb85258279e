import { TitleRow } from '../../ui/parts.tsx';
import { Lately } from './Lately.tsx';
import { OnePerson } from './OnePerson.tsx';
import styles from './RehearsalScreen.module.css';
import { Sample } from './Sample.tsx';

/** Where calls are tried that ring nobody: one simulated person, or a whole campaign of them, with any agent, carrier and voice. */
export function RehearsalScreen() {
  return (
    <div className={styles.screen}>
      <TitleRow
        title="Rehearsal room"
        below="Simulated people, carriers and voices on this computer. Nobody is called, nothing is spent."
      />
      <div className={styles.body}>
        <OnePerson />
        <aside className={styles.side} aria-label="Whole campaigns, and calls rehearsed before">
          <Sample />
          <Lately />
        </aside>
      </div>
    </div>
  );
}
