import { Key } from '../../ui/Key.tsx';
import styles from './NoOpenCall.module.css';

const keys: readonly (readonly [keys: readonly string[], words: string])[] = [
  [['up', 'down'], 'Choose a call'],
  [['Enter'], 'Open it'],
  [['L'], 'Listen. The lead cannot hear you'],
  [['T'], 'Take over: you speak, the AI is silent'],
  [['C'], 'Coach: only the AI reads it'],
  [['X'], 'Transfer to a phone'],
  [['M'], 'Mark a moment'],
  [['P'], 'Pause the campaign'],
  [['shift+End'], 'Hang up'],
];

/** Where the open call will be, with the keys worth knowing. */
export function NoOpenCall() {
  return (
    <aside className={styles.pane}>
      <div className={styles.box}>
        <h2>The open call appears here</h2>
        <p>Words as they are spoken, both sound levels, and each hop of the line.</p>
        <dl>
          {keys.map(([combination, words]) => (
            <div key={words}>
              <dt>
                {combination.map((key) => (
                  <Key key={key} of={key} />
                ))}
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      </div>
    </aside>
  );
}
