import type { Call } from '#bridge/contract/calls.ts';
import type { CallDiagnosis } from '#bridge/contract/diagnosis.ts';
import { Mark, type MarkName } from '../../../ui/Mark.tsx';
import { type HopStep, hopSteps } from './hops.ts';
import styles from './side.module.css';

/** A step that takes so much longer is worth a look. */
const slowerMs = 1_000;

/**
 * The path of the call, hop by hop; the first that is absent stands out.
 * @param diagnosis null until it is there
 */
export function HopLadder({ call, diagnosis }: { readonly call: Call; readonly diagnosis: CallDiagnosis | null }) {
  const beside = new Map(diagnosis?.hops.map((hop) => [hop.name, hop]));
  return (
    <ol className={styles.hops}>
      {hopSteps(call, diagnosis?.firstMissing).map((step) => (
        <li key={step.name} className={styles[step.state]} title={titleOf(step, beside.get(step.name)?.goodStepMs ?? null)}>
          <Mark name={markOf(step, call)} size={14} />
          <span>{step.words}</span>
          <span className={styles.seconds}>{time(step)}</span>
          {diagnosis?.comparedWith ? <Beside hop={beside.get(step.name)} /> : null}
        </li>
      ))}
    </ol>
  );
}

/** How much longer or shorter this step was than in the last good call. */
function Beside({ hop }: { readonly hop: CallDiagnosis['hops'][number] | undefined }) {
  const { stepMs = null, goodStepMs = null } = hop ?? {};
  const moreMs = stepMs === null || goodStepMs === null ? null : stepMs - goodStepMs;
  const words = moreMs === null ? '' : `${moreMs < 0 ? '−' : '+'}${(Math.abs(moreMs) / 1000).toFixed(2)}`;
  return <span className={`${styles.beside} ${moreMs !== null && moreMs >= slowerMs ? styles.slowFigure : ''}`}>{words}</span>;
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
