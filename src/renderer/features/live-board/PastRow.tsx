import { Slider } from '@mantine/core';
import { useState } from 'react';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { useKeys } from '../../app/keys.ts';
import { useKnownUntil } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { clock } from '../../ui/format.ts';
import { useListening, useListeningState } from '../operator/operator-context.ts';
import styles from './LevelsRow.module.css';

const jumpMs = 5_000;

/** Back through the running call, and forward again until it is live; and which side is louder in the ear. */
export function PastRow({ call }: { readonly call: CallSummary }) {
  const listening = useListening();
  const { rate, balance, held } = useListeningState();
  const nowMs = useKnownUntil(250);
  /** Where somebody drags to, ms behind. */
  const [dragged, setDragged] = useState<number | null>(null);
  const behindMs = listening.behindMs();
  const lengthMs = Math.max(1_000, call.answeredAt === null ? 0 : nowMs - Date.parse(call.answeredAt));
  const reachMs = held === null ? lengthMs : Math.min(lengthMs, held.ms + nowMs - held.atMs);
  const isLive = behindMs === 0;
  const back = (ms: number) => listening.seek(Math.min(reachMs, Math.max(0, ms)));
  const fast = () => listening.setRate(rate === 1 ? 1.5 : 1);
  useKeys('Listening', [
    { keys: 'ArrowLeft', words: 'Five seconds back', action: () => back(behindMs + jumpMs) },
    { keys: 'ArrowRight', words: 'Five seconds on', action: isLive ? null : () => back(behindMs - jumpMs) },
    { keys: '.', words: 'Catch up at 1.5x', action: isLive ? null : fast },
    { keys: 'End', words: 'Back to live', action: isLive ? null : () => back(0) },
  ]);
  return (
    <div className={styles.past}>
      <Slider
        className={styles.scrub}
        size="xs"
        min={-Math.round(reachMs / 1_000)}
        max={0}
        step={1}
        inverted
        value={-Math.round((dragged ?? behindMs) / 1_000)}
        label={(value) => (value === 0 ? 'Live' : `${clock(-value * 1_000)} ago`)}
        thumbLabel="Seconds behind the live sound"
        onChange={(value) => setDragged(-value * 1_000)}
        onChangeEnd={(value) => {
          setDragged(null);
          back(-value * 1_000);
        }}
      />
      <span className={isLive ? styles.live : styles.behind} role="status">
        {isLive ? 'Live' : `${clock(behindMs + 500)} behind`}
      </span>
      <Button size="small" on={rate === 1.5} hotkey="." blocked={isLive ? 'This is the live sound.' : null} onClick={fast}>
        1.5x
      </Button>
      <Button size="small" hotkey="End" blocked={isLive ? 'This is the live sound.' : null} onClick={() => back(0)}>
        Live
      </Button>
      <span className={styles.side}>Lead</span>
      <Slider
        className={styles.balance}
        size="xs"
        min={-100}
        max={100}
        step={10}
        startPointValue={0}
        value={Math.round(balance * 100)}
        label={(value) => (value === 0 ? 'Both alike' : value < 0 ? 'Lead louder' : 'Our side louder')}
        thumbLabel="Balance between the lead and our side"
        onChange={(value) => listening.setBalance(value / 100)}
      />
      <span className={styles.side}>Us</span>
    </div>
  );
}
