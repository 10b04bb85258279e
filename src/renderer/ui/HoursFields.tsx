import { Select } from '@mantine/core';
import type { CallingWindow } from '#bridge/contract/campaigns.ts';
import { Button } from './Button.tsx';
import styles from './HoursFields.module.css';
import { timesWith, toggled, weekdays } from './hours.ts';

/**
 * Days of the week, and the time of day from which and until which something holds on them.
 * @param legend of the days; what stands above them may say it already
 */
export function HoursFields({
  legend,
  hours,
  problem,
  onChange,
}: {
  readonly legend?: string;
  readonly hours: CallingWindow;
  readonly problem?: string | undefined;
  readonly onChange: (hours: CallingWindow) => void;
}) {
  const days = (
    <div className={styles.days}>
      {weekdays.map(({ day, short, long }) => (
        <Button
          key={day}
          size="small"
          on={hours.days.includes(day)}
          title={long}
          onClick={() => onChange({ ...hours, days: toggled(hours.days, day) })}
        >
          {short}
        </Button>
      ))}
    </div>
  );
  return (
    <>
      {legend === undefined ? (
        days
      ) : (
        <fieldset className={styles.group}>
          <legend>{legend}</legend>
          {days}
        </fieldset>
      )}
      <div className={styles.pair}>
        <Select
          label="From"
          data={timesWith(hours.start)}
          value={hours.start}
          allowDeselect={false}
          onChange={(start) => start && onChange({ ...hours, start })}
        />
        <Select
          label="Until"
          data={timesWith(hours.end)}
          value={hours.end}
          allowDeselect={false}
          error={problem !== undefined}
          onChange={(end) => end && onChange({ ...hours, end })}
        />
      </div>
      {problem === undefined ? null : <p className={styles.wrong}>{problem}</p>}
    </>
  );
}
