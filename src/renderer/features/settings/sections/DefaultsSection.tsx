import { Select, TagsInput } from '@mantine/core';
import { useState } from 'react';
import { useKeys } from '../../../app/keys.ts';
import { useOperation } from '../../../client/hooks.ts';
import { CarrierChoice } from '../../../ui/CarrierChoice.tsx';
import { phone } from '../../../ui/format.ts';
import { HoursFields } from '../../../ui/HoursFields.tsx';
import { MoneyInput } from '../../../ui/MoneyInput.tsx';
import { WholeInput } from '../../../ui/WholeInput.tsx';
import styles from '../SettingsScreen.module.css';
import { type Defaults, problemWith, readNumbers, regions } from './defaults.ts';
import { SettingsForm, SettingsPage } from './SettingsForm.tsx';
import { useSettings } from './use-settings.ts';

export function DefaultsSection() {
  const using = useSettings();
  const [draft, setDraft] = useState<Defaults | null>(null);
  const values = draft ?? using.settings?.defaults ?? null;
  const problem = values ? problemWith(values) : null;
  const save = async () => {
    if (draft && problem === null && (await using.save({ defaults: draft }))) setDraft((now) => (now === draft ? null : now));
  };
  useKeys('Settings', [{ keys: 'mod+S', words: 'Save', action: draft && !using.saving ? () => void save() : null }]);
  return (
    <SettingsPage title="New campaigns" below="What a new campaign begins with. Campaigns that exist stay as they are." using={using}>
      <SettingsForm
        using={using}
        isChanged={draft !== null}
        problem={problem}
        saved="Saved. The next campaign begins with these."
        hotkey="mod+S"
        onSave={() => void save()}
      >
        {values ? (
          <Fields
            values={values}
            onChange={(change) => {
              setDraft({ ...values, ...change });
              using.touched();
            }}
          />
        ) : null}
      </SettingsForm>
    </SettingsPage>
  );
}

function Fields({ values, onChange }: { readonly values: Defaults; readonly onChange: (change: Partial<Defaults>) => void }) {
  return (
    <>
      <div className={styles.pair}>
        <fieldset className={styles.group}>
          <legend>Carrier</legend>
          <CarrierChoice value={values.carrier} onChange={(carrier) => onChange({ carrier })} />
        </fieldset>
        <Select
          label="Numbers without a country code are from"
          data={[...regions(values.region)]}
          value={values.region}
          searchable
          allowDeselect={false}
          onChange={(region) => region && onChange({ region })}
        />
      </div>
      <CallerNumbers values={values} onChange={onChange} />
      <div className={styles.trio}>
        <WholeInput label="Calls at once" value={values.lines} min={1} max={200} onChange={(lines) => onChange({ lines })} />
        <WholeInput
          label="Let it ring for"
          suffix=" s"
          value={values.ringSeconds}
          min={5}
          max={60}
          onChange={(ringSeconds) => onChange({ ringSeconds })}
        />
        <WholeInput
          label="Longest call"
          suffix=" s"
          value={values.maxCallSeconds}
          min={10}
          max={3600}
          onChange={(maxCallSeconds) => onChange({ maxCallSeconds })}
        />
      </div>
      <MoneyInput
        label="Budget of a campaign"
        description="It stops dialling before it spends more."
        className={styles.short}
        max={1_000_000}
        step={10}
        micros={values.budgetMicros}
        onChange={(budgetMicros) => onChange({ budgetMicros })}
      />
      <HoursFields legend="Days and hours on the lead's own clock" hours={values.window} onChange={(window) => onChange({ window })} />
    </>
  );
}

function CallerNumbers({ values, onChange }: Parameters<typeof Fields>[0]) {
  const [problem, setProblem] = useState<string | null>(null);
  const { data: status } = useOperation('setup.status', {});
  const isSetUp = status?.providers.some(({ provider, configured }) => provider === values.carrier && configured) ?? false;
  const { data: owned } = useOperation('setup.numbers', { carrier: values.carrier }, { enabled: isSetUp });
  return (
    <TagsInput
      label="Call from"
      description={
        isSetUp
          ? 'Numbers of your account; each lead sees the same one every time.'
          : 'Set up the carrier to choose from the numbers of its account, or type them.'
      }
      placeholder={values.fromNumbers.length === 0 ? '(520) 555-0118' : ''}
      data={(owned ?? []).filter(({ canCall }) => canCall).map(({ number }) => phone(number))}
      value={values.fromNumbers.map(phone)}
      error={problem}
      maxTags={200}
      onChange={(typed) => {
        const read = readNumbers(typed);
        setProblem(read.problem);
        onChange({ fromNumbers: read.numbers });
      }}
    />
  );
}
