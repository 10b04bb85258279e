import { Link } from 'wouter';
import type { StartBlocker } from '#bridge/contract/operations.ts';
import { Mark } from '../../ui/Mark.tsx';
import styles from './CampaignEditor.module.css';
import { type EditorStep, markOf, pathOf, steps } from './steps.ts';

/** The five steps, each with how it stands. */
export function StepList({
  id,
  current,
  blockers,
  onLeave,
}: {
  readonly id: string | null;
  readonly current: EditorStep;
  /** Null while nobody has looked. */
  readonly blockers: readonly StartBlocker[] | null;
  readonly onLeave: () => void;
}) {
  return (
    <nav className={styles.nav} aria-label="Steps">
      <ol>
        {steps.map(({ step, name, below }) => {
          const { mark, words } = markOf(step, blockers);
          return (
            <li key={step}>
              <Link
                href={pathOf(id, step)}
                className={step === current ? styles.current : ''}
                aria-current={step === current ? 'step' : undefined}
                onClick={onLeave}
              >
                <Mark name={mark} size={16} label={words} />
                <span>
                  <b>{name}</b>
                  <small>{below}</small>
                </span>
              </Link>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
