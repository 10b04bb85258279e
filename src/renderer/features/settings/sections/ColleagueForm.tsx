import { Checkbox, TextInput } from '@mantine/core';
import { Button } from '../../../ui/Button.tsx';
import { HoursFields } from '../../../ui/HoursFields.tsx';
import { Choice } from '../../../ui/parts.tsx';
import styles from '../SettingsScreen.module.css';
import { type ColleagueFields, officeHours, problemIn } from './colleague-fields.ts';

export function ColleagueForm({
  fields,
  busy,
  onChange,
  onSave,
  onClose,
}: {
  readonly fields: ColleagueFields;
  readonly busy: boolean;
  readonly onChange: (fields: ColleagueFields) => void;
  readonly onSave: (fields: ColleagueFields) => void;
  readonly onClose: () => void;
}) {
  const change = (part: Partial<ColleagueFields>) => onChange({ ...fields, ...part });
  const problem = problemIn(fields);
  const { hours } = fields;
  return (
    <form
      className={styles.form}
      aria-label="Colleague"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === null && !busy) onSave(fields);
      }}
    >
      <div className={styles.pair}>
        <TextInput
          label="Name"
          placeholder="Dana, front desk"
          maxLength={80}
          value={fields.name}
          autoFocus
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <TextInput
          label="Phone"
          type="tel"
          placeholder="(520) 555-0118"
          value={fields.number}
          onChange={(event) => change({ number: event.currentTarget.value })}
        />
      </div>
      <div>
        <Choice
          label="When they take calls"
          value={hours === null ? 'always' : 'hours'}
          options={[
            { value: 'hours', words: 'At these hours' },
            { value: 'always', words: 'At any time' },
          ]}
          onChange={(when) => change({ hours: when === 'always' ? null : officeHours })}
        />
      </div>
      {hours === null ? null : <HoursFields hours={hours} onChange={(next) => change({ hours: next })} />}
      <Checkbox
        label="On duty"
        description="They are there today."
        checked={fields.onDuty}
        onChange={(event) => change({ onDuty: event.currentTarget.checked })}
      />
      <Checkbox
        label="Takes transfers"
        description="Without it they only stand on the list."
        checked={fields.canTakeTransfers}
        onChange={(event) => change({ canTakeTransfers: event.currentTarget.checked })}
      />
      <div className={styles.actions}>
        <Button type="submit" kind="primary" busy={busy} blocked={problem}>
          Save
        </Button>
        <Button onClick={onClose}>Close</Button>
        <span className={styles.done} role="status">
          {fields.name === '' && fields.number === '' ? '' : (problem ?? '')}
        </span>
      </div>
    </form>
  );
}
