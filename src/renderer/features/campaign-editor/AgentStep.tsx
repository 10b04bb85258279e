import { Select } from '@mantine/core';
import { Link } from 'wouter';
import type { Agent } from '#bridge/contract/agents.ts';
import { useOperation } from '../../client/hooks.ts';
import { phone } from '../../ui/format.ts';
import { Empty, Loading, Notice, Problem } from '../../ui/parts.tsx';
import { exampleLead, valuesOf } from '../agents/columns.ts';
import { fill, missingNames } from '../agents/template.ts';
import { listed } from './editor-fields.ts';
import styles from './steps.module.css';
import type { CampaignEditing } from './use-campaign-editor.ts';

/** Who speaks, and what the first person of the list hears. */
export function AgentStep({ editing }: { readonly editing: CampaignEditing }) {
  const { fields, change, problems, campaign } = editing;
  const { data: agents, error, refetch } = useOperation('agents.list', {});
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  if (!agents) return <Loading what="Reading the agents" />;
  if (agents.length === 0) {
    return (
      <Empty title="There is no agent yet" action={<Link href="~/agents/new">Write an agent</Link>}>
        An agent is what the AI voice says and may do. What you chose here stays while you write one.
      </Empty>
    );
  }
  const agent = agents.find(({ id }) => id === fields.agentId);
  return (
    <div className={styles.step}>
      <div className={styles.buttons}>
        <Select
          label="Agent"
          className={styles.short}
          placeholder="Choose who speaks"
          data={agents.map(({ id, name }) => ({ value: id, label: name }))}
          value={fields.agentId}
          searchable
          allowDeselect={false}
          error={campaign === null ? null : problems.get('agentId')}
          onChange={(agentId) => agentId && change({ agentId })}
        />
      </div>
      <div className={styles.buttons}>
        {agent ? <Link href={`~/agents/${agent.id}`}>Edit {agent.name}</Link> : null}
        <Link href="~/agents/new">Write another one</Link>
      </div>
      {agent ? <Heard agent={agent} campaignId={campaign?.id ?? null} announces={!fields.ladder.includes('realtime')} /> : null}
    </div>
  );
}

function Heard({
  agent,
  campaignId,
  announces,
}: {
  readonly agent: Agent;
  readonly campaignId: string | null;
  readonly announces: boolean;
}) {
  const { data: leads, error } = useOperation('leads.list', { campaignId: campaignId ?? '', limit: 1 }, { enabled: campaignId !== null });
  const lead = leads?.[0] ?? null;
  const values = valuesOf(lead ?? exampleLead);
  const opening = announces
    ? [{ name: 'Announcement', text: agent.announcement ?? agent.greeting }]
    : [
        { name: 'Disclosure, word for word', text: agent.disclosure ?? '' },
        { name: 'Greeting', text: agent.greeting },
      ];
  const texts = opening.filter(({ text }) => text !== '');
  const missing = missingNames([...texts.map(({ text }) => text), agent.instructions], values);
  return (
    <>
      <p className={styles.hint}>
        {lead
          ? `As the first person of the list hears it: ${phone(lead.phone)}.`
          : 'With the values of an example; import people to read it with theirs.'}
      </p>
      {error ? <Problem error={error} /> : null}
      {texts.map(({ name, text }) => (
        <section key={name}>
          <h2>{name}</h2>
          <p className={styles.spoken}>
            {fill(text, values).map((piece, index) =>
              piece.kind === 'missing' ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
                <mark key={index} className={styles.missing}>{`no ${piece.name ?? 'value'}`}</mark>
              ) : (
                piece.text
              ),
            )}
          </p>
        </section>
      ))}
      {missing.length > 0 && lead ? (
        <Notice>{`This person has no value for ${listed(missing)}, and is not called without it. Map the column, or give a default in the agent.`}</Notice>
      ) : null}
    </>
  );
}
