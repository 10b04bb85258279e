import type { CallSummary, RungChange, TurnLatency } from '#bridge/contract/calls.ts';
import { useKnownUntil, useOperation } from '../../client/hooks.ts';
import type { CallDetail } from '../../client/live-store.ts';
import { clock, hopWords, latency, stepWords } from '../../ui/format.ts';
import { ReplyBars } from '../../ui/ReplyBars.tsx';
import { slowReplyMs } from '../../ui/replies.ts';
import { isFall } from '../../ui/rung-change.ts';
import { PickedUp } from '../picked-up/PickedUp.tsx';
import styles from './HopColumn.module.css';
import { answerToFirstWordMs, awaitedHops, besideLastGood, lateHop } from './hops.ts';

/** The path that this call has come, how it compares with the last good one, and how quickly the AI answers. */
export function HopColumn({ call, detail }: { readonly call: CallSummary; readonly detail: CallDetail }) {
  const untilMs = useKnownUntil();
  const reached = [...detail.hops].sort((a, b) => a.sinceDialMs - b.sinceDialMs);
  const late = lateHop(call, detail.hops, untilMs);
  const missing = awaitedHops(call.rung).filter((name) => !detail.hops.some((hop) => hop.name === name));
  const own = answerToFirstWordMs(detail.hops);
  const good = useLastGood(call);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys
    <section className={styles.side} aria-label="Path and reply times" tabIndex={0}>
      <Voices call={call} changes={detail.rungChanges} />
      <h3>
        Hops <span>s after dialling</span>
      </h3>
      <ol>
        {reached.map((hop) => (
          <li key={hop.name} className={styles.reached} title={hop.detail}>
            {hopWords[hop.name]}
            <span>{(hop.sinceDialMs / 1000).toFixed(2)}</span>
          </li>
        ))}
        {call.state === 'ended' && late === null
          ? null
          : missing.map((name) => (
              <li key={name} className={name === late ? styles.late : styles.missing}>
                {hopWords[name]}
                <span>{name === late ? 'absent' : ''}</span>
              </li>
            ))}
      </ol>
      {own === null ? null : (
        <p className={styles.block}>
          Answer to first word <b>{latency(own)}</b>
          {good === null ? null : <BesideLastGood own={own} good={good} />}
        </p>
      )}
      <Replies turns={detail.turns} />
      <div className={`${styles.block} ${styles.pickedUp}`}>
        <PickedUp call={call} keysOf="Open call" heading={<h3>Who picked up</h3>} />
      </div>
    </section>
  );
}

/** When another voice took over, and why; the newest first. */
function Voices({ call, changes }: { readonly call: CallSummary; readonly changes: readonly RungChange[] }) {
  if (changes.length === 0) return null;
  const answeredMs = call.answeredAt === null ? null : Date.parse(call.answeredAt);
  return (
    <div className={styles.first}>
      <h3>Voice changed</h3>
      <ul className={styles.changes}>
        {changes.toReversed().map((change) => (
          <li key={`${change.at} ${change.to}`}>
            <b className={isFall(change) ? styles.slowest : ''}>
              {answeredMs === null ? '' : clock(Date.parse(change.at) - answeredMs)} {stepWords[change.to]}
            </b>
            <span>{change.because}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Whoever looks at a call that goes on looks at its newest replies. */
const repliesShown = 12;

function Replies({ turns }: { readonly turns: readonly TurnLatency[] }) {
  if (turns.length === 0) return null;
  const worst = Math.max(...turns.map(({ latencyMs }) => latencyMs));
  return (
    <div className={styles.block}>
      <h3>
        Reply times <span className={worst > slowReplyMs ? styles.slowest : ''}>{latency(worst)} worst</span>
      </h3>
      <ReplyBars turns={turns} shown={repliesShown} />
    </div>
  );
}

/** Answer to first word of the last call over the same carrier that ended well. */
function useLastGood(call: CallSummary): number | null {
  const { data: ended } = useOperation('calls.list', { world: call.world, live: false, outcome: 'completed', limit: 10 }, { keep: true });
  const before = ended?.find((other) => other.id !== call.id && other.carrier === call.carrier && other.rung === 'realtime');
  const { data } = useOperation('calls.get', { id: before?.id ?? '' }, { enabled: before !== undefined, keep: true });
  return data ? answerToFirstWordMs(data.hops) : null;
}

const tones = { faster: styles.better, slower: styles.worse, 'as soon': styles.same } as const;

function BesideLastGood({ own, good }: { readonly own: number; readonly good: number }) {
  const verdict = besideLastGood(own, good);
  return (
    <span className={tones[verdict]}>
      {verdict === 'as soon' ? 'As soon as on the last good call' : `${latency(Math.abs(own - good))} ${verdict} than the last good call`}
    </span>
  );
}
