import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../ui/Button.tsx';
import { count } from '../../ui/format.ts';
import shared from './Insights.module.css';
import { shareWords, type Tone } from './insights-words.ts';
import styles from './RowBars.module.css';

export interface RowBar {
  readonly key: string;
  readonly name: ReactNode;
  /** A second line below the name. */
  readonly under?: string | null;
  readonly value: number;
  readonly tone: Tone | 'voice';
  /** Its calls. */
  readonly href?: string;
}

/** So many rows are shown before somebody asks for the rest. */
const shownAtFirst = 8;

/** Lying bars with their counts, the longest as wide as there is room. @param whole what a row is a share of */
export function RowBars({ rows, whole }: { readonly rows: readonly RowBar[]; readonly whole: number }) {
  const [all, setAll] = useState(false);
  const most = Math.max(1, ...rows.map(({ value }) => value));
  const shown = all ? rows : rows.slice(0, shownAtFirst);
  return (
    <>
      <ul className={styles.rows}>
        {shown.map(({ key, name, under, value, tone, href }) => (
          <li key={key}>
            <span className={styles.name}>
              {href === undefined ? (
                name
              ) : (
                <Link href={href} className={shared.link}>
                  {name}
                </Link>
              )}
              {under ? <span className={styles.under}>{under}</span> : null}
            </span>
            <span className={styles.bar} aria-hidden>
              {value > 0 ? <i className={styles[tone]} style={{ width: `${(value / most) * 100}%` }} /> : null}
            </span>
            <span className={styles.figure}>{count(value)}</span>
            <span className={styles.share}>{shareWords(value, whole)}</span>
          </li>
        ))}
      </ul>
      {rows.length > shownAtFirst ? (
        <Button size="small" kind="quiet" className={styles.more ?? ''} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${rows.length}`}
        </Button>
      ) : null}
    </>
  );
}
