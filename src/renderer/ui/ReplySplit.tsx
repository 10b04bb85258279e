import type { TurnParts } from '#bridge/contract/calls.ts';
import { latency } from './format.ts';
import styles from './ReplySplit.module.css';
import { replyHopLabels, replyHops, slowestPart } from './replies.ts';

/**
 * Where the time of a reply went: one bar in the order of the hops, and each in figures. The slowest stands out.
 *
 * @param inOneRow where there is more width than height: the figures stand side by side below the bar
 */
export function ReplySplit({ parts, inOneRow = false }: { readonly parts: TurnParts; readonly inOneRow?: boolean }) {
  const total = Math.max(
    1,
    replyHops.reduce((sum, hop) => sum + parts[hop], 0),
  );
  const slowest = slowestPart(parts)?.hop;
  return (
    <div className={`${styles.split} ${inOneRow ? styles.oneRow : ''}`}>
      <div className={styles.bar} aria-hidden>
        {replyHops.map((hop) => (parts[hop] > 0 ? <i key={hop} className={styles[hop]} style={{ flexGrow: parts[hop] / total }} /> : null))}
      </div>
      <dl>
        {replyHops.map((hop) => (
          <div key={hop} className={hop === slowest ? styles.slowest : ''}>
            <dt>
              <i className={styles[hop]} aria-hidden />
              {replyHopLabels[hop]}
            </dt>
            <dd>{latency(parts[hop])}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
