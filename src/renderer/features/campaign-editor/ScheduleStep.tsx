import { NumberInput, Switch } from '@mantine/core';
import { clockTime } from '../../ui/format.ts';
import { HoursFields } from '../../ui/HoursFields.tsx';
import { MoneyInput } from '../../ui/MoneyInput.tsx';
import { Notice } from '../../ui/parts.tsx';
import { WholeInput } from '../../ui/WholeInput.tsx';
import { Options } from './Options.tsx';
import { RetryFields } from './RetryFields.tsx';
import styles from './steps.module.css';
import type { CampaignEditing } from './use-campaign-editor.ts';

/** When, how fast, for how much, and what happens when nobody is there. */
export function ScheduleStep({ editing }: { readonly editing: CampaignEditing }) {
  const { fields, change } = editing;
  return (
    <div className={styles.step}>
      <HoursFields
        legend="Days and hours on each person's own clock"
        hours={fields.window}
        problem={editing.problems.get('window')}
        onChange={(window) => change({ window })}
      />
      <div className={styles.pair}>
        <WholeInput
          label="Calls at once"
          description="Lines that it may use."
          value={fields.lines}
          min={1}
          max={200}
          onChange={(lines) => change({ lines })}
        />
        <NumberInput
          label="New calls per second"
          description="Kept under the carrier's own limit."
          value={fields.callsPerSecond}
          min={0.1}
          max={50}
          step={0.1}
          decimalScale={2}
          clampBehavior="blur"
          error={editing.problems.get('callsPerSecond')}
          onChange={(value) => typeof value === 'number' && value > 0 && value <= 50 && change({ callsPerSecond: value })}
        />
        <WholeInput
          label="Let it ring for"
          suffix=" s"
          value={fields.ringSeconds}
          min={5}
          max={60}
          onChange={(ringSeconds) => change({ ringSeconds })}
        />
        <WholeInput
          label="Longest call"
          suffix=" s"
          value={fields.maxCallSeconds}
          min={10}
          max={3600}
          onChange={(maxCallSeconds) => change({ maxCallSeconds })}
        />
      </div>
      <div className={styles.pair}>
        <MoneyInput
          label="Budget"
          description="It stops dialling before it spends more."
          thousandSeparator=","
          max={1_000_000}
          step={10}
          micros={fields.budgetMicros}
          error={editing.problems.get('budgetMicros')}
          onChange={(budgetMicros) => change({ budgetMicros })}
        />
        <MoneyInput
          label="Budget of a call"
          description="Beyond it a cheaper voice goes on."
          max={1_000}
          step={0.1}
          micros={fields.callBudgetMicros}
          error={editing.problems.get('callBudgetMicros')}
          onChange={(micros) => change({ callBudgetMicros: micros === 0 ? null : micros })}
        />
      </div>
      <Options
        label="When an answering machine picks up"
        value={fields.answeringMachine}
        options={[
          { value: 'hang-up', name: 'Hang up', below: 'Nothing is said. The person is tried again later.' },
          { value: 'leave-message', name: 'Leave a message', below: "The agent's voicemail message is said after the beep." },
          { value: 'off', name: 'Do not look for one', below: 'Every answer is taken for a person; the AI talks to machines too.' },
        ]}
        onChange={(answeringMachine) => change({ answeringMachine })}
      />
      <RetryFields retry={fields.retry} onChange={(retry) => change({ retry })} />
      <Rules editing={editing} />
    </div>
  );
}

function Rules({ editing: { fields, change } }: { readonly editing: CampaignEditing }) {
  const { compliance, needsDesk, world } = fields;
  return (
    <fieldset className={styles.group}>
      <legend>Rules</legend>
      <div className={styles.rule}>
        <Switch
          label="Keep to the legal hours"
          description={`On: nobody is called outside ${clockTime('08:00')} to ${clockTime('21:00')}, or the shorter hours of their state, on their own clock. Off: only the hours above count.`}
          checked={compliance.hours === 'enforce'}
          onChange={({ currentTarget }) => change({ compliance: { ...compliance, hours: currentTarget.checked ? 'enforce' : 'off' } })}
        />
        <Switch
          label="Call only people with consent on file"
          description="On: who has no reason on record is not called. Off: everybody in the list is, whether they agreed or not."
          checked={compliance.consent === 'enforce'}
          onChange={({ currentTarget }) => change({ compliance: { ...compliance, consent: currentTarget.checked ? 'enforce' : 'off' } })}
        />
        <Switch
          label="Only while somebody is on duty"
          description="On: nobody new is called unless a person with a microphone could take the call over. Off: it dials with nobody here."
          checked={needsDesk}
          onChange={({ currentTarget }) => change({ needsDesk: currentTarget.checked })}
        />
        {world === 'real' && (compliance.hours === 'off' || compliance.consent === 'off') ? (
          <Notice>With a rule off you answer for the law yourself: fines are counted per call. The do-not-call list always holds.</Notice>
        ) : null}
      </div>
    </fieldset>
  );
}
