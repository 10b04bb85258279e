import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Mark, type MarkName } from './Mark.tsx';
import styles from './StepFrame.module.css';

/** A step at the left of a guided screen, with how it stands. */
export interface ShownStep {
  readonly key: string;
  readonly href: string;
  readonly name: string;
  readonly below: string;
  readonly mark: MarkName;
  /** What the mark says to a screen reader. */
  readonly words: string;
  /** Nobody has to do it here. */
  readonly isUnneeded?: boolean;
}

/** A guided screen: its steps at the left, the one that is open beside them, and Back and Next always in the same place. */
export function StepFrame({
  steps,
  current,
  footer,
  onLeave,
  children,
}: {
  readonly steps: readonly ShownStep[];
  readonly current: string;
  readonly footer: ReactNode;
  readonly onLeave?: () => void;
  readonly children: ReactNode;
}) {
  return (
    <div className={styles.columns}>
      <nav className={styles.nav} aria-label="Steps">
        <ol>
          {steps.map(({ key, href, name, below, mark, words, isUnneeded = false }) => (
            <li key={key}>
              <Link
                href={href}
                className={`${key === current ? styles.current : ''} ${isUnneeded ? styles.unneeded : ''}`}
                aria-current={key === current ? 'step' : undefined}
                onClick={onLeave}
              >
                <Mark name={mark} size={16} label={words} />
                <span>
                  <b>{name}</b>
                  <small>{below}</small>
                </span>
              </Link>
            </li>
          ))}
        </ol>
      </nav>
      <section className={styles.content} aria-label="Step">
        <div className={styles.body} key={current}>
          {children}
        </div>
        <footer className={styles.footer}>{footer}</footer>
      </section>
    </div>
  );
}

/** What stands between Back and Next: whether it is saved, for example. */
export function StepNews({ children }: { readonly children: ReactNode }) {
  return (
    <span className={styles.news} role="status">
      {children}
    </span>
  );
}
