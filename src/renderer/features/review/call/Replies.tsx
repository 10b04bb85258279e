import type { TurnLatency } from '#bridge/contract/calls.ts';
import { clock, counted, latency } from '../../../ui/format.ts';
import styles from './side.module.css';
import { goodReplyMs, replyTimes, slowestHop, slowReplyMs } from './turns.ts';

const heightPx = 40;
/** Taller bars are cut: one very slow reply shall not flatten the rest. */
const topMs = 3_000;

/** How long the lead waited for each reply: a bar each, and what matters in figures. */
export function Replies({ turns, onGo }: { readonly turns: readonly TurnLatency[]; readonly onGo: (ms: number) => void }) {
  const times = replyTimes(turns);
  if (!times) return null;
  const { medianMs, worst } = times;
  const hop = slowestHop(turns);
  return (
    <>
      <div className={styles.replies} style={{ height: heightPx }}>
        <i className={styles.good} style={{ bottom: (goodReplyMs / topMs) * heightPx }} />
        {turns.map(({ endOfSpeechMs, latencyMs }) => (
          <button
            key={endOfSpeechMs}
            type="button"
            tabIndex={-1}
            title={`${latency(latencyMs)} at ${clock(endOfSpeechMs)}`}
            aria-label={`Reply after ${latency(latencyMs)}, at ${clock(endOfSpeechMs)}`}
            className={latencyMs > slowReplyMs ? styles.slow : ''}
            onClick={() => onGo(endOfSpeechMs)}
          >
            <i style={{ height: Math.max(2, (Math.min(latencyMs, topMs) / topMs) * heightPx) }} />
          </button>
        ))}
      </div>
      <dl className={styles.figures}>
        <div>
          <dt>Median of {counted(turns.length, 'reply', 'replies')}</dt>
          <dd className={medianMs > slowReplyMs ? styles.slowFigure : ''}>{latency(medianMs)}</dd>
        </div>
        <div>
          <dt>Worst</dt>
          <dd>
            <button
              type="button"
              className={`${styles.link} ${worst.latencyMs > slowReplyMs ? styles.slowFigure : ''}`}
              onClick={() => onGo(worst.endOfSpeechMs)}
            >
              {`${latency(worst.latencyMs)} at ${clock(worst.endOfSpeechMs)}`}
            </button>
          </dd>
        </div>
        {hop && (
          <div>
            <dt>Most of it</dt>
            <dd>{`${hop.name}, ${Math.round(hop.share * 100)}%`}</dd>
          </div>
        )}
      </dl>
    </>
  );
}
