import { Modal } from '@mantine/core';
import { useStore } from 'zustand';
import { Key } from '../ui/Key.tsx';
import styles from './KeyList.module.css';
import { keyGroups, useEscape } from './keys.ts';

/** All keys that do something on this screen. */
export function KeyList({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const groups = useStore(keyGroups, ({ groups: all }) => all);
  useEscape(opened, onClose);
  const names = [...new Set(groups.map(({ name }) => name))].sort((a, b) => Number(a === everywhere) - Number(b === everywhere));
  return (
    <Modal opened={opened} onClose={onClose} title="Keys on this screen" size="lg" centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className={styles.groups}>
        {names.map((name) => (
          <section key={name}>
            <h3>{name}</h3>
            <dl>
              {groups
                .filter((group) => group.name === name)
                .flatMap(({ keys }) => keys)
                .map(({ keys: combination, words }) => (
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

/** The keys of the frame come last: what this screen does is what somebody looks for. */
const everywhere = 'Everywhere';
const shown: Readonly<Record<string, string>> = { ArrowUp: 'up', ArrowDown: 'down', ' ': 'Space' };
