import { useOperation } from '../../client/hooks.ts';
import { Loading, Problem } from '../../ui/parts.tsx';
import { AgentEditor } from './AgentEditor.tsx';
import { emptyFields } from './agent-fields.ts';

export function AgentPage({ id }: { readonly id: string }) {
  const { data, error, refetch } = useOperation('agents.get', { id });
  if (data) return <AgentEditor agent={data} initial={emptyFields} />;
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  return <Loading what="Reading the agent" />;
}
