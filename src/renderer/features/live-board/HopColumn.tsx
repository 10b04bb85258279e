import type { CallSummary } from '#bridge/contract/calls.ts';
import type { HopName } from '#bridge/contract/words.ts';
import { useNow, useOperation } from '../../client/hooks.ts';
import type { CallDetail } from '../../client/live-store.ts';
import { latency } from '../../ui/format.ts';
import styles from './HopColumn.module.css';
import { answerToFirstWordMs, lateHop, path } from './hops.ts';

const hopWords: Readonly<Record<HopName, string>> = {
  dialled: 'Dialled',
  accepted: 'Accepted',
  ringing: 'Ringing',
  answered: 'Answered',
  'document-served': 'Answer served',
  'media-open': 'Media socket',
  'first-frame-in': 'First frame in',
  'ai-open': 'AI socket open',
  'ai-ready': 'AI session ready',
  'first-ai-audio': 'Greeting ready',
  'first-audio-sent': 'First AI audio',
  'first-audio-played': 'First audio heard',
  'disclosure-played': 'Disclosure heard',
  ended: 'Ended',
};

const goodMs = 800;
const slowMs = 1_500;

/** The path that this call has come, how it compares with the last good one, and how quickly the AI answers. */
export function HopColumn({ call, detail }: { readonly call: CallSummary; readonly detail: CallDetail }) {
  const nowMs = useNow(1_000);
  const reached = [...detail.hops].sort((a, b) => a.sinceDialMs - b.sinceDialMs);
  const late = lateHop(call, detail.hops, nowMs);
  const missing = path(call.rung).filter((name) => !detail.hops.some((hop) => hop.name === name));
  const own = answerToFirstWordMs(detail.hops);
  const good = useLastGood(call);
  return (
    <section className={styles.side} aria-label="Path and reply times">
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
          {good === null ? null : (
            <span className={own <= good ? styles.better : styles.worse}>
              {latency(Math.abs(own - good))} {own <= good ? 'faster' : 'slower'} than the last good call
            </span>
          )}
        </p>
      )}
      <Replies turns={detail.turns.map(({ latencyMs }) => latencyMs)} />
    </section>
  );
}

function Replies({ turns }: { readonly turns: readonly number[] }) {
  const last = turns.at(-1);
  if (last === undefined) return null;
  const shown = turns.slice(-12);
  const worst = Math.max(...turns);
  const top = Math.max(worst, slowMs);
  return (
    <div className={styles.block}>
      <h3>Reply time, each turn</h3>
      <svg
        viewBox="0 0 168 48"
        className={styles.bars}
        role="img"
        aria-label={`Reply times: last ${latency(last)}, worst ${latency(worst)}`}
      >
        {shown.map((ms, index) => {
          const height = Math.max(2, (ms / top) * 46);
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a turn has its place
              key={index}
              x={index * 14}
              y={48 - height}
              width="11"
              height={height}
              rx="1"
              className={ms > slowMs ? styles.slow : styles.quick}
            />
          );
        })}
        <line x1="0" x2="168" y1={48 - (goodMs / top) * 46} y2={48 - (goodMs / top) * 46} className={styles.line} />
      </svg>
      <div className={styles.figures}>
        <span>
          <b>{latency(last)}</b> last
        </span>
        <span className={worst > slowMs ? styles.worse : ''}>{latency(worst)} worst</span>
      </div>
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
