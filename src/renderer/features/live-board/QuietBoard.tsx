import { useLocation } from 'wouter';
import { useKeys } from '../../app/keys.ts';
import { useAction, useLive, useNow, useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { counted, dateTime } from '../../ui/format.ts';
import { Problem } from '../../ui/parts.tsx';
import { useOperator } from '../operator/operator-context.ts';
import styles from './QuietBoard.module.css';

/** Nobody is on the line: why, and what comes next. */
export function QuietBoard() {
  const [, go] = useLocation();
  const nowMs = useNow(5_000);
  const campaigns = useLive(({ campaigns: all }) => [...all.values()]);
  const start = useAction('rehearsal.startSample');
  const { data } = useOperation('calls.count', { live: false });
  const running = campaigns.find(({ state }) => state === 'running');
  const { data: health } = useOperation('campaigns.health', { id: running?.id ?? '' }, { enabled: running !== undefined, keep: true });
  const reason = health?.reasons[0];
  const calls = data?.count ?? 0;
  const { showDuty } = useOperator();
  const isWaitingForDesk = reason?.name === 'nobody-at-desk';
  const rehearse = () => start.mutate({});
  useKeys('Board', [{ keys: 'R', words: 'Start the rehearsal', action: running || start.isPending ? null : rehearse }]);
  return (
    <section className={styles.pane} aria-label="Live calls">
      <div className={styles.box}>
        <h1>{running ? 'Nobody is on the line' : 'All quiet'}</h1>
        {running ? (
          <p>
            {running.name} runs. {reason ? `${reason.message}.`.replace('..', '.') : 'The next call appears here.'}
            {reason?.clearsAt ? ` Clears ${dateTime(reason.clearsAt, nowMs)}.` : ''}
          </p>
        ) : (
          <p>No campaign runs. {calls > 0 ? `${counted(calls, 'call')} can be read and heard under Review.` : 'Start one, or rehearse.'}</p>
        )}
        <div className={styles.actions}>
          {isWaitingForDesk ? (
            <Button kind="primary" hotkey="O" onClick={showDuty}>
              Go on duty
            </Button>
          ) : null}
          {calls > 0 ? (
            <Button kind={isWaitingForDesk ? 'default' : 'primary'} onClick={() => go('~/review')}>
              Open the review
            </Button>
          ) : null}
          <Button onClick={() => go('~/campaigns')}>Campaigns</Button>
          {running ? null : (
            <Button hotkey="R" busy={start.isPending} onClick={rehearse}>
              Start the rehearsal
            </Button>
          )}
        </div>
        {start.error ? <Problem error={start.error} /> : null}
      </div>
    </section>
  );
}
