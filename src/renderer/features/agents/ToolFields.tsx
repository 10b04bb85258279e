import { Checkbox, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { Button } from '../../ui/Button.tsx';
import { Choice } from '../../ui/parts.tsx';
import styles from './AgentForm.module.css';
import type { AgentFields } from './agent-fields.ts';

type Tools = AgentFields['tools'];
type Target = Tools['transferTo'][number];

const switches = [
  { key: 'endCall', label: 'End the call', description: 'Says goodbye and hangs up when the purpose is met or the lead wants to go.' },
  {
    key: 'optOut',
    label: 'Remove from the list',
    description: 'Puts the number on the do-not-call list when the lead asks. Plain words like "stop calling me" do that in any case.',
  },
  { key: 'callback', label: 'Note a callback', description: 'Asks when to call again, reads it back, and dials at that time.' },
] as const;

const targetsMax = 20;

/** What the agent may do besides speaking. */
export function ToolFields({
  fields,
  problems,
  onChange,
}: {
  readonly fields: AgentFields;
  readonly problems: ReadonlyMap<string, string>;
  readonly onChange: (change: Partial<AgentFields>) => void;
}) {
  const { tools } = fields;
  const set = (part: Partial<Tools>) => onChange({ tools: { ...tools, ...part } });
  const setTarget = (index: number, part: Partial<Target>) =>
    set({ transferTo: tools.transferTo.map((target, at) => (at === index ? { ...target, ...part } : target)) });
  return (
    <section>
      <h2>What it may do</h2>
      <div className={styles.checks}>
        {switches.map(({ key, label, description }) => (
          <Checkbox
            key={key}
            label={label}
            description={description}
            checked={tools[key]}
            onChange={(event) => set({ [key]: event.currentTarget.checked })}
          />
        ))}
      </div>
      <div className={styles.targets}>
        <h3>Transfer to a person</h3>
        <p className={styles.hint}>
          {tools.transferTo.length === 0
            ? 'Nobody yet. With somebody here, the agent connects a lead who asks for a person.'
            : 'The agent chooses by name; it never sees a number.'}
        </p>
        {tools.transferTo.map((target, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a target is its place in the list until it is saved
          <div key={index} className={styles.target}>
            <TextInput
              aria-label={`Name of transfer target ${index + 1}`}
              placeholder="Dana, front desk"
              value={target.name}
              error={problems.get(`transferTo.${index}.name`)}
              onChange={(event) => setTarget(index, { name: event.currentTarget.value })}
            />
            <TextInput
              aria-label={`Number of transfer target ${index + 1}`}
              placeholder="(520) 555-0118"
              type="tel"
              value={target.number}
              error={problems.get(`transferTo.${index}.number`)}
              onChange={(event) => setTarget(index, { number: event.currentTarget.value })}
            />
            <Button
              kind="quiet"
              icon={<IconX size={16} aria-hidden />}
              aria-label={`Take ${target.name || `transfer target ${index + 1}`} away`}
              onClick={() => set({ transferTo: tools.transferTo.filter((_, at) => at !== index) })}
            />
          </div>
        ))}
        <Button
          size="small"
          className={styles.add}
          icon={<IconPlus size={16} aria-hidden />}
          blocked={tools.transferTo.length >= targetsMax ? `${targetsMax} is the most.` : null}
          onClick={() => set({ transferTo: [...tools.transferTo, { name: '', number: '' }] })}
        >
          Add a person
        </Button>
        <div className={styles.policy}>
          <span>When the agent wants to transfer</span>
          <Choice
            label="When the agent wants to transfer"
            value={fields.transferPolicy}
            options={[
              { value: 'at-once', words: 'It does, at once' },
              { value: 'ask', words: 'It asks you first' },
              { value: 'never', words: 'It never does' },
            ]}
            onChange={(transferPolicy) => onChange({ transferPolicy })}
          />
        </div>
      </div>
    </section>
  );
}
