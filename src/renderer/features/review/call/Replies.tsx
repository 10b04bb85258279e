import type { TurnLatency } from '#bridge/contract/calls.ts';
import { clock, counted, latency } from '../../../ui/format.ts';
import { ReplyBars } from '../../../ui/ReplyBars.tsx';
import { slowReplyMs } from '../../../ui/replies.ts';
import styles from './side.module.css';
import { replyTimes, slowestHop } from './turns.ts';

/** How long the lead waited for each reply and where that time went: a bar each, and what matters in figures. */
export function Replies({ turns, onGo }: { readonly turns: readonly TurnLatency[]; readonly onGo: (ms: number) => void }) {
  const times = replyTimes(turns);
  if (!times) return null;
  const { medianMs, worst } = times;
  const hop = slowestHop(turns);
  return (
    <>
      <ReplyBars turns={turns} shown={24} onGo={onGo} />
      <dl className={`${styles.figures} ${styles.below}`}>
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
            <dt>Slowest hop</dt>
            <dd>{`${hop.name}, ${Math.round(hop.share * 100)}%`}</dd>
          </div>
        )}
      </dl>
    </>
  );
}
