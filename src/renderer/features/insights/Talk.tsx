import { Link } from 'wouter';
import type { Insights } from '#bridge/contract/insights.ts';
import { counted, latency, rungWords } from '../../ui/format.ts';
import { RungBadge } from '../../ui/RungBadge.tsx';
import { goodReplyMs, slowReplyMs } from '../../ui/replies.ts';
import styles from './Insights.module.css';
import { reviewHref, type Whose } from './insights-address.ts';
import { shareWords } from './insights-words.ts';
import { RowBars } from './RowBars.tsx';
import { replyScale, replyVerdict } from './reply-scale.ts';
import own from './Talk.module.css';

/** How quickly replies came, which voices spoke, and how often another voice or a person had to. */
export function Talk({ data: { replies, rungs, totals }, whose }: { readonly data: Insights; readonly whose: Whose }) {
  const { answered, voiceChanged, personInvolved } = totals;
  return (
    <div className={styles.halves}>
      <section className={styles.column} aria-label="Reply time">
        <div className={styles.head}>
          <h2>Reply time {replies ? <span className={styles.quiet}>of {counted(replies.turns, 'reply', 'replies')}</span> : null}</h2>
        </div>
        {replies ? <Replies replies={replies} /> : <p className={styles.quiet}>No reply was measured.</p>}
      </section>
      <section className={styles.column} aria-label="Voices">
        <div className={styles.head}>
          <h2>
            Which voice spoke last <span className={styles.quiet}>of calls with a voice</span>
          </h2>
        </div>
        {rungs.length === 0 ? <p className={styles.quiet}>No voice has spoken.</p> : null}
        <RowBars
          whole={rungs.reduce((sum, { calls }) => sum + calls, 0)}
          rows={rungs.map(({ rung, calls }) => ({
            key: rung,
            name: <RungBadge rung={rung} word={rungWords[rung]} />,
            value: calls,
            tone: 'voice',
            href: reviewHref(whose, { rung }),
          }))}
        />
        <p className={own.said}>
          {voiceChanged === 0
            ? 'The voice changed in no call.'
            : `The voice changed in ${counted(voiceChanged, 'call')}, ${shareWords(voiceChanged, answered)} of answered.`}{' '}
          {personInvolved === 0 ? (
            'A person had none.'
          ) : (
            <>
              A person had{' '}
              <Link href={reviewHref(whose, { person: 'with' })} className={styles.link}>
                {counted(personInvolved, 'call')}
              </Link>
              , {shareWords(personInvolved, answered)} of answered.
            </>
          )}
        </p>
      </section>
    </div>
  );
}

function Replies({ replies }: { readonly replies: NonNullable<Insights['replies']> }) {
  const { medianMs, p95Ms } = replies;
  const at = replyScale(replies);
  const percent = (place: number) => `${place * 100}%`;
  return (
    <>
      <dl className={own.figures}>
        <div>
          <dd className={`${styles.big} ${medianMs > slowReplyMs ? own.slow : ''}`}>{latency(medianMs)}</dd>
          <dt>or less for half of them</dt>
        </div>
        <div>
          <dd className={`${styles.big} ${p95Ms > slowReplyMs ? own.slow : ''}`}>{latency(p95Ms)}</dd>
          <dt>or less for 19 of 20</dt>
        </div>
      </dl>
      <div className={own.scale} aria-hidden>
        <i className={own.rest} style={{ width: percent(at.p95) }} />
        <i className={medianMs > slowReplyMs ? own.late : own.half} style={{ width: percent(at.median) }} />
        <i className={own.mark} style={{ left: percent(at.good) }} />
        <i className={own.mark} style={{ left: percent(at.slow) }} />
      </div>
      <div className={own.marks} aria-hidden>
        <span style={{ left: percent(at.good) }}>{latency(goodReplyMs)}</span>
        <span style={{ left: percent(at.slow) }}>{latency(slowReplyMs)}</span>
      </div>
      <p>{replyVerdict(replies)}</p>
    </>
  );
}
