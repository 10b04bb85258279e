import { IconPlus } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { useStore } from 'zustand';
import type { Agent } from '#bridge/contract/agents.ts';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import { useKeys } from '../../app/keys.ts';
import { useLive, useNow, useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { dateTime } from '../../ui/format.ts';
import { Empty, Loading, Problem, RehearsalTag, TitleRow } from '../../ui/parts.tsx';
import styles from './AgentList.module.css';
import { keptDrafts, newAgent } from './kept-drafts.ts';
import { labelOf, languages, voiceName } from './voices.ts';

export function AgentList() {
  const [, go] = useLocation();
  const { data: agents, error, refetch } = useOperation('agents.list', {});
  const hasDraft = useStore(keptDrafts.store, ({ drafts }) => newAgent in drafts);
  const make = () => go('/new');
  useKeys('Agents', [{ keys: 'N', words: 'New agent', action: make }]);
  return (
    <div className={styles.screen}>
      <TitleRow
        title="Agents"
        below="What speaks for you: its words, its voice and what it may do. Each save is a version; old ones stay."
        actions={
          <Button kind="primary" icon={<IconPlus size={16} aria-hidden />} hotkey="N" onClick={make}>
            {hasDraft ? 'Go on with the new agent' : 'New agent'}
          </Button>
        }
      />
      <div className={styles.body}>
        {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
        {!agents && !error ? <Loading what="Reading the agents" /> : null}
        {agents?.length === 0 ? (
          <Empty
            title="No agent yet"
            action={
              <Button kind="primary" size="large" onClick={make}>
                Write the first one
              </Button>
            }
          >
            An agent is what a lead talks to: what it says first, what it wants, whom it can transfer to. Start from a recall, a reminder or
            a survey, and hear it in rehearsal before anybody is called.
          </Empty>
        ) : null}
        {agents && agents.length > 0 ? <Table agents={agents} /> : null}
      </div>
    </div>
  );
}

function Table({ agents }: { readonly agents: readonly Agent[] }) {
  const [, go] = useLocation();
  const nowMs = useNow(60_000);
  const campaigns = useLive((state) => [...state.campaigns.values()]);
  const drafts = useStore(keptDrafts.store, (state) => state.drafts);
  const newestFirst = [...agents].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Agent</th>
          <th scope="col">Version</th>
          <th scope="col">Language</th>
          <th scope="col">Voice</th>
          <th scope="col">Used by</th>
          <th scope="col">Changed</th>
        </tr>
      </thead>
      <tbody>
        {newestFirst.map((agent) => (
          <tr key={agent.id} onClick={() => go(`/${agent.id}`)}>
            <th scope="row">
              <Link href={`/${agent.id}`} onClick={(event) => event.stopPropagation()}>
                {agent.name}
              </Link>
              {agent.id in drafts ? <span className={styles.unsaved}>Unsaved changes</span> : null}
            </th>
            <td>{agent.version}</td>
            <td>{labelOf(languages, agent.language ?? 'en-US')}</td>
            <td>{voiceName(agent.voice ?? 'marin')}</td>
            <td>
              <UsedBy campaigns={campaigns.filter(({ agentId }) => agentId === agent.id)} />
            </td>
            <td>{dateTime(agent.updatedAt, nowMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How many campaigns are named before the rest is counted. */
const namedMax = 2;

function UsedBy({ campaigns }: { readonly campaigns: readonly Campaign[] }) {
  if (campaigns.length === 0) return <span className={styles.nobody}>No campaign</span>;
  const rest = campaigns.length - namedMax;
  return (
    <span className={styles.used}>
      {campaigns.slice(0, namedMax).map(({ id, name, world, state }) => (
        <span key={id} className={styles.campaign}>
          {world === 'rehearsal' ? <RehearsalTag /> : null}
          <Link href={`~/campaigns/${id}`} onClick={(event) => event.stopPropagation()}>
            {name}
          </Link>
          {state === 'running' ? <b>running</b> : null}
        </span>
      ))}
      {rest > 0 ? <span title={campaigns.map(({ name }) => name).join(', ')}>and {rest} more</span> : null}
    </span>
  );
}
