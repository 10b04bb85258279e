import { useState } from 'react';
import type { Call } from '#bridge/contract/calls.ts';
import { useOperation } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { hopWords } from '../../../ui/format.ts';
import { Exchange } from './Exchange.tsx';
import { faultWords } from './fault-words.ts';
import { HopLadder } from './HopLadder.tsx';
import styles from './side.module.css';

/** The path of the call beside the last good one, what its end tells, and the way to the raw exchange. */
export function Diagnosis({ call }: { readonly call: Call }) {
  const [isOpen, setOpen] = useState(false);
  const { data } = useOperation('calls.diagnose', { id: call.id }, { enabled: call.endedAt !== null });
  const good = data ? new Map(data.hops.map(({ name, goodStepMs }) => [name, goodStepMs])) : null;
  const isTrouble = data !== undefined && (data.fault !== null || data.slowest !== null);
  return (
    <>
      {isTrouble ? (
        <div className={styles.verdict}>
          <p>{data.verdict}</p>
          {data.fault === null ? null : (
            <p className={styles.hint}>
              Whose doing: <b>{faultWords(data.fault)}</b>
            </p>
          )}
          {data.cure === null ? null : <p className={styles.hint}>{data.cure}</p>}
          {data.slowest === null ? null : (
            <p className={styles.hint}>
              Slowest step: <b>{hopWords[data.slowest.name]}</b>, {(data.slowest.ms / 1000).toFixed(2)} s against{' '}
              {(data.slowest.goodMs / 1000).toFixed(2)} s
            </p>
          )}
        </div>
      ) : null}
      <HopLadder call={call} good={good} />
      <div className={styles.more}>
        <Button onClick={() => setOpen(true)}>See what passed on the wire</Button>
      </div>
      <Exchange call={call} opened={isOpen} onClose={() => setOpen(false)} />
    </>
  );
}
