import { DatePickerInput, type DatesRangeValue } from '@mantine/dates';
import { useEffect, useState } from 'react';
import { addDays, isoDay } from '../../ui/days.ts';
import styles from './filters.module.css';

/** Days as they stand in the address: `2026-11-21`, both included. */
export interface Days {
  readonly since: string | undefined;
  readonly until: string | undefined;
}

/** From a day to a day, both included; nothing is asked for until both are chosen. */
export function FilterDates({ since, until, onChange }: Days & { readonly onChange: (days: Days) => void }) {
  const [chosen, setChosen] = useState<DatesRangeValue<string>>([since ?? null, until ?? null]);
  useEffect(() => setChosen([since ?? null, until ?? null]), [since, until]);
  return (
    <DatePickerInput
      className={`${styles.field} ${styles.dates} ${since ? styles.dated : ''}`}
      classNames={{
        input: `${styles.input} ${since ? styles.chosen : ''}`,
        presetButton: styles.preset ?? '',
        placeholder: styles.placeholder ?? '',
      }}
      type="range"
      placeholder="Days"
      valueFormat="D MMM"
      weekendDays={[]}
      allowSingleDateInRange
      clearable
      clearButtonProps={{ 'aria-label': 'Any day', tabIndex: 0 }}
      presets={presets()}
      value={chosen}
      onChange={(days) => {
        setChosen(days);
        const [from, to] = days;
        if (from && to) onChange({ since: from, until: to });
        else if (!from && !to) onChange({ since: undefined, until: undefined });
      }}
      onDropdownClose={() => setChosen([since ?? null, until ?? null])}
    />
  );
}

function presets() {
  const now = new Date();
  const today = isoDay(now);
  const ago = (days: number) => addDays(today, -days);
  const monday = (now.getDay() + 6) % 7;
  return [
    { label: 'Today', value: [ago(0), ago(0)] as [string, string] },
    { label: 'Yesterday', value: [ago(1), ago(1)] as [string, string] },
    { label: 'This week', value: [ago(monday), ago(0)] as [string, string] },
    { label: 'Last 7 days', value: [ago(6), ago(0)] as [string, string] },
    { label: 'Last 30 days', value: [ago(29), ago(0)] as [string, string] },
  ];
}
