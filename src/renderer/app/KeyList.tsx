import { Modal } from '@mantine/core';
import { useStore } from 'zustand';
import { Key } from '../ui/Key.tsx';
import styles from './KeyList.module.css';
import { keyGroups } from './keys.ts';

/** All keys that do something on this screen. */
export function KeyList({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const groups = useStore(keyGroups, ({ groups: all }) => all);
  return (
    <Modal opened={opened} onClose={onClose} title="Keys on this screen" size="lg" centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className={styles.groups}>
        {groups.map(({ id, name, keys }) => (
          <section key={id}>
            <h3>{name}</h3>
            <dl>
              {keys.map(({ keys: combination, words }) => (
                <div key={combination} className={styles.row}>
                  <dt>
                    <Key of={shown[combination] ?? combination} />
                  </dt>
                  <dd>{words}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}

const shown: Readonly<Record<string, string>> = { ArrowUp: 'up', ArrowDown: 'down', ' ': 'Space' };
