import { Popover } from '@mantine/core';
import { useId, useState } from 'react';
import { Button } from '../../../ui/Button.tsx';
import type { ProviderWords } from './provider-words.ts';
import styles from './SetupScreen.module.css';

/** Asks first, with the focus on the safe answer: a key cannot be brought back. */
export function RemoveKeys({
  words,
  busy,
  onRemove,
}: {
  readonly words: ProviderWords;
  readonly busy: boolean;
  readonly onRemove: () => void;
}) {
  const [asked, setAsked] = useState(false);
  const question = useId();
  return (
    <Popover
      opened={asked}
      onChange={setAsked}
      position="bottom-start"
      width={320}
      trapFocus
      returnFocus
      shadow="none"
      radius="lg"
      offset={4}
    >
      <Popover.Target>
        <Button kind="danger" busy={busy} aria-haspopup="dialog" aria-expanded={asked} onClick={() => setAsked(!asked)}>
          Remove
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.ask} aria-labelledby={question}>
        <p id={question}>{`Forget what is saved for ${words.name}? ${words.without}`}</p>
        <div className={styles.actions}>
          <Button data-autofocus onClick={() => setAsked(false)}>
            Keep
          </Button>
          <Button
            kind="confirm-danger"
            onClick={() => {
              setAsked(false);
              onRemove();
            }}
          >
            Remove
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
