import { Modal } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { useClient } from '../client/hooks.ts';
import { Button } from '../ui/Button.tsx';
import { counted } from '../ui/format.ts';
import styles from './Quitting.module.css';

interface Countdown {
  readonly secondsLeft: number;
  readonly calls: number;
}

/** The desktop app quits while people are on the line: they get their goodbye, and a person may hang up at once or stay. */
export function Quitting() {
  const client = useClient();
  const [, go] = useLocation();
  const [countdown, setCountdown] = useState<Countdown | null>(null);
  useEffect(
    () =>
      client.onDesktop((message) => {
        if (message.type === 'desktop.quitting') setCountdown(message);
        if (message.type === 'desktop.staying') setCountdown(null);
        if (message.type === 'desktop.open-call') go(`/board/${message.callId}`);
        if (message.type === 'desktop.go') go(message.path);
      }),
    [client, go],
  );
  if (!countdown) return null;
  return (
    <Modal opened onClose={() => client.tellDesktop({ type: 'desktop.stay' })} title="Ringside is closing" centered withCloseButton={false}>
      <p className={styles.words} role="status">
        {counted(countdown.calls, 'call')} {countdown.calls === 1 ? 'gets its' : 'get their'} goodbye first. Nobody new is dialled. It
        closes in {countdown.secondsLeft} s at the latest.
      </p>
      <div className={styles.actions}>
        <Button data-autofocus onClick={() => client.tellDesktop({ type: 'desktop.stay' })}>
          Stay open
        </Button>
        <Button kind="confirm-danger" onClick={() => client.tellDesktop({ type: 'desktop.quit-now' })}>
          Hang up now
        </Button>
      </div>
    </Modal>
  );
}
