import type { Call } from '#bridge/contract/calls.ts';
import { Mark, type MarkName } from '../../../ui/Mark.tsx';
import { type HopStep, hopSteps } from './hops.ts';
import styles from './side.module.css';

/** The path of the call, hop by hop; the first that is absent stands out. */
export function HopLadder({ call }: { readonly call: Call }) {
  return (
    <ol className={styles.hops}>
      {hopSteps(call).map((step) => (
        <li key={step.name} className={styles[step.state]} title={step.detail ?? undefined}>
          <Mark name={markOf(step, call)} size={14} />
          <span>{step.words}</span>
          <span className={styles.seconds}>{time(step)}</span>
        </li>
      ))}
    </ol>
  );
}

function markOf({ state, name }: HopStep, { answeredAt }: Call): MarkName {
  if (state === 'reached') return 'passed';
  if (state === 'not-tried') return 'waiting';
  // That nobody answers is no fault of the path; a disclosure that was not heard out is worth a look.
  if (name === 'answered' && answeredAt === null) return 'never';
  return name === 'disclosure-played' ? 'look' : 'failed';
}

function time({ state, sinceDialMs }: HopStep): string {
  if (sinceDialMs !== null) return `${(sinceDialMs / 1000).toFixed(2)} s`;
  return state === 'missing' ? 'never came' : 'not tried';
}
