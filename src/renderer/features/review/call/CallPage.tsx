import { useOperation } from '../../../client/hooks.ts';
import { Loading, Problem } from '../../../ui/parts.tsx';
import styles from './call-page.module.css';
import { LiveCallView } from './LiveCallView.tsx';
import { PastCallView } from './PastCallView.tsx';

/** One call by itself: while it goes on it follows, and when it has ended it can be heard. */
export function CallPage({ id }: { readonly id: string }) {
  const { data: call, error, refetch } = useOperation('calls.get', { id });
  if (call) return call.endedAt === null ? <LiveCallView call={call} /> : <PastCallView call={call} />;
  if (error) {
    return (
      <div className={styles.failed}>
        <Problem error={error} next="Calls go on." onRetry={() => void refetch()} />
      </div>
    );
  }
  return <Loading what="Reading the call" rows={14} />;
}
