import type { ReactNode } from 'react';
import { Button } from '../../../ui/Button.tsx';
import { Loading, Problem, TitleRow } from '../../../ui/parts.tsx';
import styles from '../SettingsScreen.module.css';
import type { useSettings } from './use-settings.ts';

type Using = ReturnType<typeof useSettings>;

/** A section of its own: its title, and below it what is set, once that is read. */
export function SettingsPage({
  title,
  below,
  using: { settings, readError, readAgain },
  rows,
  children,
}: {
  readonly title: string;
  readonly below: string;
  readonly using: Using;
  /** As many lines as are held free until it is read. */
  readonly rows?: number;
  readonly children: ReactNode;
}) {
  return (
    <>
      <TitleRow title={title} below={below} />
      <div className={styles.body}>
        {readError ? <Problem error={readError} onRetry={readAgain} /> : null}
        {settings === null && !readError ? <Loading what="Reading the settings" {...(rows === undefined ? {} : { rows })} /> : null}
        {settings === null ? null : children}
      </div>
    </>
  );
}

interface FormProps {
  readonly using: Using;
  readonly isChanged: boolean;
  /** What keeps it from being saved. */
  readonly problem?: string | null;
  /** What is said once it is saved. */
  readonly saved: string;
  readonly hotkey?: string;
  /** Names a form that stands beside others. */
  readonly label?: string;
  readonly className?: string | undefined;
  readonly onSave: () => void;
  readonly children: ReactNode;
}

/** Fields that are saved together, by Enter or by the button, and what came of it. */
export function SettingsForm({ using, isChanged, problem = null, saved, hotkey, label, className = '', onSave, children }: FormProps) {
  return (
    <form
      className={`${styles.form} ${className}`}
      {...(label === undefined ? {} : { 'aria-label': label })}
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged && problem === null && !using.saving) onSave();
      }}
    >
      {children}
      {using.saveError ? <Problem error={using.saveError} next="Nothing was saved." /> : null}
      <div className={styles.actions}>
        <Button
          type="submit"
          kind="primary"
          {...(hotkey === undefined ? {} : { hotkey })}
          busy={using.saving}
          blocked={isChanged ? problem : 'Nothing has changed.'}
        >
          Save
        </Button>
        <span className={styles.done} role="status">
          {problem ?? (using.saved ? saved : '')}
        </span>
      </div>
    </form>
  );
}
