import { useState } from 'react';
import { useOperation } from '../../../client/hooks.ts';
import { money } from '../../../ui/format.ts';
import { MoneyInput } from '../../../ui/MoneyInput.tsx';
import styles from '../SettingsScreen.module.css';
import { SettingsForm, SettingsPage } from './SettingsForm.tsx';
import { useSettings } from './use-settings.ts';

export function SpendingSection() {
  const using = useSettings();
  const { data: today } = useOperation('overview.today', { world: 'real' }, { everyMs: 10_000, keep: true });
  const [draft, setDraft] = useState<{ readonly micros: number | null } | null>(null);
  const kept = using.settings?.spending.dayBudgetMicros ?? null;
  const micros = draft === null ? kept : draft.micros;
  const save = async () => {
    if (await using.save({ spending: { dayBudgetMicros: micros } })) setDraft((now) => (now === draft ? null : now));
  };
  return (
    <SettingsPage
      title="Spending"
      below="What holds for all campaigns together. Rehearsals cost nothing and never count."
      using={using}
      rows={2}
    >
      <SettingsForm
        using={using}
        isChanged={draft !== null && draft.micros !== kept}
        problem={micros === 0 ? 'A day that may cost nothing lets nobody be called. Leave it empty for no limit.' : null}
        saved="Saved. It holds from the next dial on."
        onSave={() => void save()}
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
            using.touched();
          }}
        />
        {today ? <p>{today.spentMicros === 0 ? 'Nothing is spent today yet.' : `${money(today.spentMicros)} is spent today.`}</p> : null}
      </SettingsForm>
    </SettingsPage>
  );
}
