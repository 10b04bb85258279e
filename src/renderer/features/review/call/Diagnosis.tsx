import { useState } from 'react';
import type { Call } from '#bridge/contract/calls.ts';
import { useOperation } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { hopWords } from '../../../ui/format.ts';
import { Exchange } from './Exchange.tsx';
import { faultWords } from './fault-words.ts';
import { HopLadder } from './HopLadder.tsx';
import styles from './side.module.css';

const useDiagnosis = (call: Call) => useOperation('calls.diagnose', { id: call.id }, { enabled: call.endedAt !== null }).data;

/** What went wrong on a call, whose doing it was and what to do; nothing for a call that went well. */
export function Verdict({ call }: { readonly call: Call }) {
  const data = useDiagnosis(call);
  if (data === undefined || (data.fault === null && data.slowest === null)) return null;
  return (
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
  );
}

/** The path of the call beside the last good one, and the way to the raw exchange. */
export function Diagnosis({ call }: { readonly call: Call }) {
  const [isOpen, setOpen] = useState(false);
  const data = useDiagnosis(call);
  return (
    <>
      <HopLadder call={call} diagnosis={data ?? null} />
      {data?.comparedWith ? (
        <p className={styles.hint}>Beside it: how much longer or shorter this step was than in the last good call.</p>
      ) : null}
      <div className={styles.more}>
        <Button onClick={() => setOpen(true)}>See what passed on the wire</Button>
      </div>
      <Exchange call={call} opened={isOpen} onClose={() => setOpen(false)} />
    </>
  );
}
