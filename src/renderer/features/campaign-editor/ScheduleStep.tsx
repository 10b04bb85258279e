import { NumberInput, Select, Switch } from '@mantine/core';
import { TimeInput } from '@mantine/dates';
import { Button } from '../../ui/Button.tsx';
import type { StepProps } from './BasicsStep.tsx';
import styles from './CampaignEditor.module.css';
import { weekdays } from './draft.ts';

/** When, how fast, how often, and how much at most. */
export function ScheduleStep({ draft, change }: StepProps) {
  const { window: hours } = draft;
  const retry = (name: 'no-answer' | 'busy') => draft.retry[name]?.maxAttempts ?? 3;
  const setRetry = (name: 'no-answer' | 'busy', attempts: number) =>
    change({
      retry: {
        ...draft.retry,
        [name]: {
          maxAttempts: attempts,
          delaysMinutes: Array.from({ length: Math.max(0, attempts - 1) }, () => (name === 'busy' ? 30 : 240)),
        },
      },
    });
  const whole = (value: string | number, then: (value: number) => void) => {
    if (typeof value === 'number' && Number.isFinite(value)) then(value);
  };
  return (
    <div className={styles.form}>
      <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
        <legend>
          <b>Days</b>
        </legend>
        <div className={styles.days}>
          {weekdays.map(({ day, words }) => {
            const isOn = hours.days.includes(day);
            const days = isOn
              ? hours.days.filter((one) => one !== day)
              : weekdays.map((one) => one.day).filter((one) => one === day || hours.days.includes(one));
            return (
              <Button
                key={day}
                size="small"
                on={isOn}
                blocked={isOn && hours.days.length === 1 ? 'At least one day is needed.' : null}
                onClick={() => change({ window: { ...hours, days } })}
              >
                {words}
              </Button>
            );
          })}
        </div>
      </fieldset>
      <div className={styles.row}>
        <TimeInput
          label="From, on the lead’s own clock"
          value={hours.start}
          onChange={(event) => event.currentTarget.value && change({ window: { ...hours, start: event.currentTarget.value } })}
        />
        <TimeInput
          label="Until"
          value={hours.end}
          error={hours.start < hours.end ? null : 'Must be later than the start'}
          onChange={(event) => event.currentTarget.value && change({ window: { ...hours, end: event.currentTarget.value } })}
        />
        <NumberInput
          label="Calls at once"
          min={1}
          max={200}
          value={draft.lines}
          onChange={(value) => whole(value, (lines) => change({ lines }))}
        />
        <NumberInput
          label="New calls per second, at most"
          min={0.1}
          max={50}
          step={0.1}
          decimalScale={1}
          value={draft.callsPerSecond}
          onChange={(value) => whole(value, (callsPerSecond) => change({ callsPerSecond }))}
        />
        <NumberInput
          label="Ring for, s"
          min={5}
          max={60}
          value={draft.ringSeconds}
          onChange={(value) => whole(value, (ringSeconds) => change({ ringSeconds }))}
        />
        <NumberInput
          label="Longest call, minutes"
          min={1}
          max={60}
          value={Math.round(draft.maxCallSeconds / 60)}
          onChange={(value) => whole(value, (minutes) => change({ maxCallSeconds: minutes * 60 }))}
        />
        <NumberInput
          label="Budget, dollars"
          description="It stops when this is spent. Empty: no cap."
          min={0}
          prefix="$"
          value={draft.budgetMicros === null ? '' : draft.budgetMicros / 1_000_000}
          onChange={(value) => change({ budgetMicros: typeof value === 'number' ? Math.round(value * 1_000_000) : null })}
        />
        <Select
          label="When a voicemail answers"
          data={[
            { value: 'hang-up', label: 'Hang up' },
            { value: 'leave-message', label: 'Leave the agent’s message' },
            { value: 'off', label: 'Do not look for voicemail' },
          ]}
          allowDeselect={false}
          value={draft.answeringMachine}
          onChange={(value) => value && change({ answeringMachine: value as typeof draft.answeringMachine })}
        />
        <NumberInput
          label="Tries when nobody answers"
          min={1}
          max={10}
          value={retry('no-answer')}
          onChange={(value) => whole(value, (tries) => setRetry('no-answer', tries))}
        />
        <NumberInput
          label="Tries when it is busy"
          min={1}
          max={10}
          value={retry('busy')}
          onChange={(value) => whole(value, (tries) => setRetry('busy', tries))}
        />
      </div>
      <Switch
        label="Keep to the lead’s local calling hours"
        description="Off is your own decision: it is stored with every call and shown wherever the call is shown."
        checked={draft.compliance.hours === 'enforce'}
        onChange={(event) => change({ compliance: { ...draft.compliance, hours: event.currentTarget.checked ? 'enforce' : 'off' } })}
      />
      <Switch
        label="Call only people with a consent basis on file"
        description="Off is your own decision as well. Numbers on the do-not-call list are never called."
        checked={draft.compliance.consent === 'enforce'}
        onChange={(event) => change({ compliance: { ...draft.compliance, consent: event.currentTarget.checked ? 'enforce' : 'off' } })}
      />
    </div>
  );
}
