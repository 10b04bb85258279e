import type { ReactNode } from 'react';
import type { OperationError } from '../client/client.ts';
import { Button } from './Button.tsx';
import { Mark } from './Mark.tsx';
import styles from './parts.module.css';

/** A region's head: 28 high, on bg. */
export function SectionHead({ children, aside }: { readonly children: ReactNode; readonly aside?: ReactNode }) {
  return (
    <div className={styles.sectionHead}>
      <div className={styles.sectionName}>{children}</div>
      {aside === undefined ? null : <div className={styles.aside}>{aside}</div>}
    </div>
  );
}

/** A screen's title row: 64 high. `below` is the second line; `actions` keep their place at the right. */
export function TitleRow({
  mark,
  title,
  beside,
  below,
  actions,
}: {
  readonly mark?: ReactNode;
  readonly title: ReactNode;
  readonly beside?: ReactNode;
  readonly below?: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <header className={styles.titleRow}>
      {mark}
      <div className={styles.titleText}>
        <div className={styles.titleLine}>
          <h1>{title}</h1>
          {beside}
        </div>
        {below === undefined ? null : <div className={styles.titleBelow}>{below}</div>}
      </div>
      <div className={styles.actions}>{actions}</div>
    </header>
  );
}

/** What will be here, why it is not, and one button. */
export function Empty({ title, children, action }: { readonly title: string; readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <h2>{title}</h2>
      <p>{children}</p>
      {action}
    </div>
  );
}

/** Grey bars in the layout of what is read, and words that say what. Nothing is shown for the first 200 ms. */
export function Loading({ what, rows = 6 }: { readonly what: string; readonly rows?: number }) {
  return (
    <div className={styles.loading} role="status">
      <span className={styles.loadingWords}>{what}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={row} className={styles.loadingRow} aria-hidden>
          <i />
          <i />
          <i />
        </div>
      ))}
    </div>
  );
}

/** In the place that it concerns: what failed, what still works, what happens next. */
export function Problem({
  error,
  next,
  onRetry,
}: {
  readonly error: Pick<OperationError, 'message'>;
  readonly next?: string;
  readonly onRetry?: () => void;
}) {
  return (
    <div className={styles.problem} role="alert">
      <Mark name="failed" size={16} />
      <span>
        {error.message} {next}
      </span>
      {onRetry ? (
        <Button size="small" onClick={onRetry}>
          Try again
        </Button>
      ) : null}
    </div>
  );
}

/** Something to look at, in its place. */
export function Notice({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className={styles.notice} role="status">
      <Mark name="look" size={16} />
      <span>{children}</span>
      {action}
    </div>
  );
}

/** Marks what belongs to the rehearsal world; a pattern, so that it can never look like a state. */
export function RehearsalTag({ long = false }: { readonly long?: boolean }) {
  return (
    <span className={styles.rehearsal} title="Rehearsal: nobody is called">
      {long ? 'Rehearsal' : <span aria-hidden>R</span>}
      {long ? null : <span className="visually-hidden">Rehearsal</span>}
    </span>
  );
}

/** Two or more choices of which one holds. */
export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly words: ReactNode }[];
  readonly onChange: (value: Value) => void;
}) {
  return (
    <fieldset className={styles.choice}>
      <legend className="visually-hidden">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          className={option.value === value ? styles.chosen : ''}
          onClick={() => onChange(option.value)}
        >
          {option.words}
        </button>
      ))}
    </fieldset>
  );
}
