import { IconCheck, IconCircle } from '@tabler/icons-react';
import type { CallSummary, Nudge, Segment } from '#bridge/contract/calls.ts';
import { useAction } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { clock } from '../../ui/format.ts';
import styles from './Transcript.module.css';

const steps = ['queued', 'in-context', 'used'] as const;
const stepWords = { queued: 'Queued', 'in-context': 'In context', used: 'Used' } as const;

/** A hint, how far it has come, and the sentence that used it. */
export function NudgeLine({
  call,
  nudge,
  usedIn,
  agentName,
  by,
}: {
  readonly call: CallSummary;
  readonly nudge: Nudge;
  readonly usedIn: Segment | null;
  readonly agentName: string;
  readonly by: string;
}) {
  const withdraw = useAction('calls.withdrawNudge');
  if (nudge.state === 'withdrawn' || nudge.state === 'missed') {
    return (
      <div className={`${styles.nudge} ${styles.undone}`}>
        <s>{nudge.text}</s>
        <div>{nudge.state === 'withdrawn' ? 'Withdrawn before use' : `Too late: ${agentName} had no further sentence`}</div>
      </div>
    );
  }
  const reached = steps.indexOf(nudge.state);
  return (
    <div className={styles.nudge}>
      <b>
        {by}, to {agentName} only:
      </b>{' '}
      {nudge.text}
      <ol className={styles.steps}>
        {steps.map((step, index) => (
          <li key={step} className={`${index <= reached ? styles.done : ''} ${index === reached ? styles.now : ''}`}>
            {index <= reached ? <IconCheck size={12} aria-hidden /> : <IconCircle size={10} aria-hidden />}
            {step === 'used' && usedIn ? `Used at ${clock(usedIn.startMs)}` : stepWords[step]}
          </li>
        ))}
        {nudge.state === 'used' || call.state === 'ended' ? null : (
          <li className={styles.withdraw}>
            <Button size="small" busy={withdraw.isPending} onClick={() => withdraw.mutate({ id: call.id, nudgeId: nudge.id })}>
              Withdraw
            </Button>
          </li>
        )}
      </ol>
      {usedIn ? <div className={styles.quote}>“{usedIn.text}”</div> : null}
    </div>
  );
}
