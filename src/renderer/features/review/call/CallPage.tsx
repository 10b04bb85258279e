import { useLocation } from 'wouter';
import { useOperation } from '../../../client/hooks.ts';
import { Loading } from '../../../ui/parts.tsx';
import { Unread } from '../../../ui/Unread.tsx';
import styles from './call-page.module.css';
import { LiveCallView } from './LiveCallView.tsx';
import { PastCallView } from './PastCallView.tsx';

/** One call by itself: while it goes on it follows, and when it has ended it can be heard. */
export function CallPage({ id }: { readonly id: string }) {
  const [, go] = useLocation();
  const { data: call, error, refetch } = useOperation('calls.get', { id });
  if (call) return call.endedAt === null ? <LiveCallView call={call} /> : <PastCallView call={call} />;
  if (error) {
    return (
      <div className={styles.failed}>
        <Unread
          error={error}
          what="call"
          others="All calls"
          next="Calls go on."
          onOthers={() => go('~/review')}
          onRetry={() => void refetch()}
        />
      </div>
    );
  }
  return <Loading what="Reading the call" rows={14} />;
}
