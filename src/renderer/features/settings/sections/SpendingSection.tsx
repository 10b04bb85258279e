import { useState } from 'react';
import { useOperation } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { money } from '../../../ui/format.ts';
import { MoneyInput } from '../../../ui/MoneyInput.tsx';
import { Loading, Problem, TitleRow } from '../../../ui/parts.tsx';
import styles from '../SettingsScreen.module.css';
import { useSettings } from './use-settings.ts';

export function SpendingSection() {
  const { settings, readError, readAgain, saving, saveError, saved, touched, save } = useSettings();
  const { data: today } = useOperation('overview.today', { world: 'real' }, { everyMs: 10_000, keep: true });
  const [draft, setDraft] = useState<{ readonly micros: number | null } | null>(null);
  const kept = settings?.spending.dayBudgetMicros ?? null;
  const micros = draft === null ? kept : draft.micros;
  const isChanged = draft !== null && draft.micros !== kept;
  const problem = micros === 0 ? 'A day that may cost nothing lets nobody be called. Leave it empty for no limit.' : null;
  const submit = async () => {
    if (await save({ spending: { dayBudgetMicros: micros } })) setDraft(null);
  };
  return (
    <>
      <TitleRow title="Spending" below="What holds for all campaigns together. Rehearsals cost nothing and never count." />
      <div className={styles.body}>
        {readError ? <Problem error={readError} onRetry={readAgain} /> : null}
        {settings === null && !readError ? <Loading what="Reading the settings" rows={2} /> : null}
        {settings ? (
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault();
              if (isChanged && problem === null && !saving) void submit();
            }}
          >
            <MoneyInput
              label="Budget of a day"
              description="Nobody is dialled when the worst case of one more call would go beyond it. Calls under way go on. The next day begins at midnight on this computer."
              className={styles.short}
              max={1_000_000}
              step={10}
              micros={micros}
              onChange={(changed) => {
                setDraft({ micros: changed });
                touched();
              }}
            />
            {today ? (
              <p>{today.spentMicros === 0 ? 'Nothing is spent today yet.' : `${money(today.spentMicros)} is spent today.`}</p>
            ) : null}
            {saveError ? <Problem error={saveError} next="Nothing was saved." /> : null}
            <div className={styles.actions}>
              <Button type="submit" kind="primary" busy={saving} blocked={isChanged ? problem : 'Nothing has changed.'}>
                Save
              </Button>
              <span className={styles.done} role="status">
                {problem ?? (saved ? 'Saved. It holds from the next dial on.' : '')}
              </span>
            </div>
          </form>
        ) : null}
      </div>
    </>
  );
}
