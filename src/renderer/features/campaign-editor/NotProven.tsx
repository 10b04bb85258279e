import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../../ui/Button.tsx';
import { Mark } from '../../ui/Mark.tsx';
import styles from './NotProven.module.css';
import type { BrokenLine } from './not-proven.ts';

/** The line is broken and the campaign has not started: what, why, what to do, and the choice. The safe answer has the focus. */
export function NotProven({ broken, onAnyway }: { readonly broken: BrokenLine; readonly onAnyway: () => void }) {
  const [, go] = useLocation();
  const safe = useRef<HTMLButtonElement>(null);
  useEffect(() => safe.current?.focus(), []);
  const { step, number, of } = broken;
  return (
    <section className={styles.broken} role="alert" aria-label="The line is not proven">
      <h2>
        <Mark name="failed" size={16} />
        {`Not started: the line breaks at step ${number} of ${of}, ${step.title}`}
      </h2>
      <p>{step.result}</p>
      <dl>
        <dt>Cause</dt>
        <dd>{step.cause}</dd>
        <dt>Cure</dt>
        <dd>{step.cure}</dd>
      </dl>
      <div className={styles.buttons}>
        <Button ref={safe} kind="primary" onClick={() => go('~/line')}>
          Open the line proof
        </Button>
        <Button kind="danger" onClick={onAnyway}>
          Start anyway
        </Button>
      </div>
    </section>
  );
}
