import type { Call } from '#bridge/contract/calls.ts';
import type { HopName } from '#bridge/contract/words.ts';
import { Mark, type MarkName } from '../../../ui/Mark.tsx';
import { type HopStep, hopSteps } from './hops.ts';
import styles from './side.module.css';

/**
 * The path of the call, hop by hop; the first that is absent stands out.
 * @param good how long each step took in the last good call, in milliseconds; null when there is nothing to compare with
 */
export function HopLadder({ call, good }: { readonly call: Call; readonly good: ReadonlyMap<HopName, number | null> | null }) {
  return (
    <ol className={styles.hops}>
      {hopSteps(call).map((step) => (
        <li key={step.name} className={styles[step.state]} title={titleOf(step, good?.get(step.name) ?? null)}>
          <Mark name={markOf(step, call)} size={14} />
          <span>{step.words}</span>
          <span className={styles.seconds}>{time(step)}</span>
        </li>
      ))}
    </ol>
  );
}

function titleOf({ detail }: HopStep, goodStepMs: number | null): string | undefined {
  const beside = goodStepMs === null ? null : `This step took ${(goodStepMs / 1000).toFixed(2)} s in the last good call`;
  return [detail, beside].filter((part) => part !== null).join('. ') || undefined;
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
