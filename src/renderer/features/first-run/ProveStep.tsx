import { Link } from 'wouter';
import type { CarrierName, World } from '#bridge/contract/words.ts';
import { Button } from '../../ui/Button.tsx';
import { latency } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import { Problem } from '../../ui/parts.tsx';
import { firstBroken, resultOf, stateOf } from '../line-proof/proof-words.ts';
import { marks, markWords } from '../line-proof/StepRow.tsx';
import type { useProof } from '../line-proof/use-proof.ts';
import styles from './Guide.module.css';

/** The proof in short; the whole of it is a click away. */
export function ProveStep({
  world,
  carrier,
  proof,
}: {
  readonly world: World;
  readonly carrier: CarrierName;
  readonly proof: ReturnType<typeof useProof>;
}) {
  const { running, error } = proof;
  const shown = proof.shown?.world === world && proof.shown.carrier === carrier ? proof.shown : null;
  const steps = running ?? shown?.steps ?? [];
  const broken = running === null && shown ? firstBroken(shown.steps) : null;
  return (
    <>
      <h2>Prove the line</h2>
      <p>It walks every step between a phone and the AI, takes a few seconds and rings nobody.</p>
      <div className={styles.actions}>
        <Button kind="primary" busy={running !== null} onClick={() => void proof.start({ world, carrier })} autoFocus>
          {running !== null ? 'Proving the line' : shown ? 'Prove again' : 'Prove the line'}
        </Button>
        <span role="status" className={styles.result}>
          {running !== null ? `${running.length} steps done` : shown ? `${resultOf(shown)} ${latency(shown.ms)}` : ''}
        </span>
      </div>
      {error ? <Problem error={error} /> : null}
      {broken ? (
        <div className={styles.broken}>
          <b>{broken.title}</b>
          <p>{broken.cause}</p>
          <p>{broken.cure}</p>
        </div>
      ) : null}
      <ol className={styles.proof} aria-label="Steps of the proof">
        {steps.map((step) => (
          <li key={step.name}>
            <Mark name={marks[stateOf(step)]} size={16} label={markWords(step)} />
            <span>{step.title}</span>
            <span className={styles.result}>{step.result}</span>
          </li>
        ))}
      </ol>
      <p>
        <Link href="~/line">Open the whole proof</Link>
      </p>
    </>
  );
}
