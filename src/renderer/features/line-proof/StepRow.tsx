import type { ProofAction, ProofStep } from '#bridge/contract/line.ts';
import { Button } from '../../ui/Button.tsx';
import { latency, phone } from '../../ui/format.ts';
import { Mark, type MarkName } from '../../ui/Mark.tsx';
import styles from './LineProof.module.css';
import { type StepState, stateOf } from './proof-words.ts';

export const marks: Readonly<Record<StepState, MarkName>> = { good: 'passed', bad: 'failed', untried: 'waiting', waiting: 'waiting' };
const spoken: Readonly<Record<StepState, string>> = { good: 'Passed', bad: 'Failed', untried: 'Not tried', waiting: 'Waiting' };

/** What the mark of a step says to who cannot see it. */
export function markWords(step: ProofStep): string {
  return step.ok && step.skipped ? 'Not proven' : spoken[stateOf(step)];
}

/** One step: what was found, when on the common axis, and for a failed one the cause and the cure. */
export function StepRow({
  step,
  wholeMs,
  onAct,
}: {
  readonly step: ProofStep;
  readonly wholeMs: number;
  readonly onAct: (action: ProofAction) => void;
}) {
  const state = stateOf(step);
  const share = (ms: number) => `${Math.min(100, (100 * ms) / Math.max(1, wholeMs))}%`;
  return (
    <li className={`${styles.step} ${styles[state]}`}>
      <div className={styles.stepLine}>
        <Mark name={marks[state]} size={16} label={markWords(step)} />
        <b>{step.title}</b>
        <span className={styles.found}>{step.result}</span>
        <span className={styles.axis} aria-hidden>
          {step.skipped ? null : <i style={{ left: share(step.startMs), width: share(Math.max(step.ms, wholeMs / 100)) }} />}
        </span>
        <span className={styles.time}>{step.skipped ? '–' : latency(step.ms)}</span>
      </div>
      {state === 'bad' ? (
        <dl className={styles.why}>
          <dt>Cause</dt>
          <dd>{step.cause}</dd>
          <dt>Cure</dt>
          <dd>
            {step.cure}
            {step.action ? <Cure action={step.action} onAct={onAct} /> : null}
          </dd>
        </dl>
      ) : null}
    </li>
  );
}

function Cure({ action, onAct }: { readonly action: ProofAction; readonly onAct: (action: ProofAction) => void }) {
  if (action.kind === 'open-page')
    return (
      <a className={styles.cure} href={action.url} target="_blank" rel="noreferrer">
        Open the page
      </a>
    );
  if (action.kind === 'choose-caller-number') {
    return (
      <span className={styles.cure}>
        {action.numbers.slice(0, 6).map((number) => (
          <Button key={number} size="small" onClick={() => onAct({ kind: 'choose-caller-number', numbers: [number] })}>
            Prove with {phone(number)}
          </Button>
        ))}
      </span>
    );
  }
  return (
    <span className={styles.cure}>
      <Button kind="primary" size="small" onClick={() => onAct(action)}>
        {action.kind === 'restart-tunnel' ? 'Restart the tunnel and prove again' : 'Open Setup'}
      </Button>
    </span>
  );
}
