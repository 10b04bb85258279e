import { TagsInput } from '@mantine/core';
import { type AgentFields, quickNudgeMost, quickNudgesMost } from './agent-fields.ts';

/** Hints that a person beside the call sends the agent with one click. */
export function QuickNudges({
  fields,
  onChange,
}: {
  readonly fields: AgentFields;
  readonly onChange: (change: Partial<AgentFields>) => void;
}) {
  return (
    <section>
      <h2>For the person beside it</h2>
      <TagsInput
        label="Quick hints"
        description={`Sent to the agent with one click while it speaks; the lead hears none of it. Enter adds one, ${quickNudgesMost} at most.`}
        placeholder={fields.quickNudges.length === 0 ? 'Offer Saturday morning' : ''}
        value={[...fields.quickNudges]}
        maxTags={quickNudgesMost}
        splitChars={[]}
        onChange={(hints) => onChange({ quickNudges: hints.map((hint) => hint.slice(0, quickNudgeMost)) })}
      />
    </section>
  );
}
