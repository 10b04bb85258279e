import type { ReactNode } from 'react';
import type { Insights } from '#bridge/contract/insights.ts';
import { count, dispositionWords, outcomeWords } from '../../ui/format.ts';
import { faultWords } from '../review/call/fault-words.ts';
import styles from './Insights.module.css';
import { reviewHref, type Whose } from './insights-address.ts';
import { dispositionTone, endTone, outcomeTone } from './insights-words.ts';
import { type RowBar, RowBars } from './RowBars.tsx';

/** How calls ended: what they meant for the business, what the carrier says, and why, with whose doing it was. */
export function Endings({ data: { dispositions, outcomes, ends }, whose }: { readonly data: Insights; readonly whose: Whose }) {
  return (
    <div className={styles.thirds}>
      <Column
        name="What came of it"
        rows={dispositions.map(({ disposition, calls }) => ({
          key: disposition,
          name: dispositionWords[disposition],
          value: calls,
          tone: dispositionTone(disposition),
          href: reviewHref(whose, { disposition }),
        }))}
      />
      <Column
        name="How the line ended"
        rows={outcomes.map(({ outcome, calls }) => ({
          key: outcome,
          name: outcomeWords[outcome],
          value: calls,
          tone: outcomeTone(outcome),
          href: reviewHref(whose, { outcome }),
        }))}
      />
      <Column
        name="Why calls ended"
        beside="and whose doing it was"
        rows={ends.map(({ cause, fault, words, calls }) => ({
          key: `${cause} ${fault}`,
          name: words,
          under: fault === null ? null : faultWords(fault),
          value: calls,
          tone: endTone(fault),
          href: reviewHref(whose, { cause }),
        }))}
      />
    </div>
  );
}

function Column({ name, beside, rows }: { readonly name: string; readonly beside?: ReactNode; readonly rows: readonly RowBar[] }) {
  const whole = rows.reduce((sum, { value }) => sum + value, 0);
  return (
    <section className={styles.column} aria-label={name}>
      <div className={styles.head}>
        <h2>
          {name} {beside === undefined ? null : <span className={styles.quiet}>{beside}</span>}
        </h2>
        <span className={styles.quiet}>{count(whole)}</span>
      </div>
      {rows.length === 0 ? <p className={styles.quiet}>No call has ended yet.</p> : <RowBars rows={rows} whole={whole} />}
    </section>
  );
}
