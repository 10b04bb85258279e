import { useLocation } from 'wouter';
import { useOperation } from '../../client/hooks.ts';
import { Loading } from '../../ui/parts.tsx';
import { Unread } from '../../ui/Unread.tsx';
import { AgentEditor } from './AgentEditor.tsx';
import { emptyFields } from './agent-fields.ts';

export function AgentPage({ id }: { readonly id: string }) {
  const [, go] = useLocation();
  const { data, error, refetch } = useOperation('agents.get', { id });
  if (data) return <AgentEditor agent={data} initial={emptyFields} />;
  if (error) {
    return <Unread error={error} what="agent" others="All agents" onOthers={() => go('~/agents')} onRetry={() => void refetch()} />;
  }
  return <Loading what="Reading the agent" />;
}
