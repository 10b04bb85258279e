import { Link } from 'wouter';
import { useOperation } from '../../client/hooks.ts';
import { Empty } from '../../ui/parts.tsx';
import type { StepProps } from './BasicsStep.tsx';
import styles from './CampaignEditor.module.css';
import { filled } from './filled.ts';

/** Whom these people will hear, in words that they would hear. */
export function AgentStep({ draft, campaignId }: StepProps & { readonly campaignId: string | null }) {
  const { data: agent } = useOperation('agents.get', { id: draft.agentId }, { enabled: draft.agentId !== '' });
  const { data: leads } = useOperation('leads.list', { campaignId: campaignId ?? '', limit: 1 }, { enabled: campaignId !== null });
  const lead = leads?.[0];
  if (draft.agentId === '') {
    return (
      <Empty title="No agent chosen" action={<Link href="~/agents/new">Write one</Link>}>
        An agent is what is said: greeting, disclosure, instructions, voice. Choose one in the basics.
      </Empty>
    );
  }
  if (!agent) return null;
  const values = lead?.fields ?? {};
  const texts = [
    { name: 'Disclosure', text: agent.disclosure ?? '' },
    { name: 'Greeting', text: agent.greeting },
  ].filter(({ text }) => text !== '');
  const missing = [...new Set(texts.flatMap(({ text }) => filled(text, values).missing))];
  return (
    <div className={styles.form}>
      <h2>
        {agent.name}, version {agent.version}
      </h2>
      <p className={styles.quiet}>
        {lead ? 'With the values of the first person in this campaign:' : 'Bring people in step 2 to see real values here.'}
      </p>
      {texts.map(({ name, text }) => (
        <div key={name} className={styles.preview}>
          <b>{name}</b>
          <p>{filled(text, values).text}</p>
        </div>
      ))}
      {lead && missing.length > 0 ? (
        <p className={styles.look}>The first person has no {missing.join(', ')}. Whoever lacks a value is not dialled.</p>
      ) : null}
      <p>
        <Link href={`~/agents/${agent.id}`}>Change what it says</Link>. A campaign that runs takes the newest version for its next calls.
      </p>
    </div>
  );
}
