import type { CampaignHealth } from '#bridge/contract/campaigns.ts';
import { count, counted, latency, percent, rungWords } from '../../ui/format.ts';
import { ReplySplit } from '../../ui/ReplySplit.tsx';
import { RungBadge } from '../../ui/RungBadge.tsx';
import { replyHopWords, slowestPart, slowReplyMs } from '../../ui/replies.ts';
import styles from './CampaignView.module.css';
import { rungRows } from './campaign-words.ts';

/** How quickly the AI answers in this campaign, and by which voice calls were spoken. Nothing before the first call. */
export function Talk({ health, ladder }: { readonly health: CampaignHealth; readonly ladder: readonly string[] }) {
  const rows = rungRows(health.rungs ?? {}, ladder);
  if (!health.replies && rows.length === 0) return null;
  return (
    <div className={styles.pair}>
      <Replies replies={health.replies} />
      <section className={styles.column} aria-label="Voices">
        <h2>
          Which voice spoke last <span className={styles.quiet}>of ended calls</span>
        </h2>
        {rows.length === 0 ? <p className={styles.quiet}>No call has ended yet.</p> : null}
        <dl className={styles.bars}>
          {rows.map(({ rung, value, share, isFirst }) => (
            <div key={rung}>
              <dt>
                <RungBadge rung={rung} word={rungWords[rung]} />
              </dt>
              <dd>
                <i className={isFirst ? styles.voice : styles.bad} style={{ width: percent(share) }} />
              </dd>
              <dd>{count(value)}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}

function Replies({ replies }: { readonly replies: CampaignHealth['replies'] }) {
  if (!replies) {
    return (
      <section className={styles.column} aria-label="Reply time">
        <h2>Reply time</h2>
        <p className={styles.quiet}>No reply has been measured yet.</p>
      </section>
    );
  }
  const { turns, meanMs, parts, slowest } = replies;
  const share = slowestPart(parts)?.share ?? 0;
  return (
    <section className={styles.column} aria-label="Reply time">
      <h2>
        Reply time <span className={styles.quiet}>mean of {counted(turns, 'reply', 'replies')}</span>
      </h2>
      <p className={styles.headline}>
        <b className={`${styles.big} ${meanMs > slowReplyMs ? styles.paused : ''}`}>{latency(meanMs)}</b>
        <span>{`slowest hop: ${replyHopWords[slowest]}, ${percent(share)}`}</span>
      </p>
      <ReplySplit parts={parts} inOneRow />
    </section>
  );
}
