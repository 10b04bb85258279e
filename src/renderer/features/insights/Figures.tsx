import { Link } from 'wouter';
import type { Insights } from '#bridge/contract/insights.ts';
import { count, money } from '../../ui/format.ts';
import styles from './Insights.module.css';
import { reviewHref, type Whose } from './insights-address.ts';
import { costWords, shareWords, talkWords, whatIsWon } from './insights-words.ts';

/** What an owner asks first, in a row. */
export function Figures({ totals, whose }: { readonly totals: Insights['totals']; readonly whose: Whose }) {
  const { dialled, answered, people, won, optOuts, costMicros, talkMs } = totals;
  const cost = costWords(costMicros, whose.world);
  const perWon = won === 0 ? null : costWords(costMicros / won, whose.world);
  const rows = [
    {
      name: 'Dialled',
      value: (
        <Link href={reviewHref(whose)} className={styles.link}>
          {count(dialled)}
        </Link>
      ),
      under: talkWords(talkMs),
    },
    { name: 'Answered', value: count(answered), under: `${shareWords(answered, dialled)} of dialled` },
    { name: 'People reached', value: count(people), under: `${shareWords(people, dialled)} of dialled` },
    { name: 'Won', value: count(won), under: `${shareWords(won, people)} of people: ${whatIsWon()}` },
    { name: 'Asked to stop', value: count(optOuts), under: `${shareWords(optOuts, people)} of people` },
    { name: 'Cost', value: cost.spent, under: cost.ifReal ?? `${money(costMicros / dialled)} a call` },
    {
      name: 'Cost of a won call',
      value: perWon?.spent ?? '–',
      under: perWon ? (perWon.ifReal ?? 'of all that was spent') : 'none is won yet',
    },
  ];
  return (
    <dl className={styles.figures}>
      {rows.map(({ name, value, under }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={styles.big}>{value}</dd>
          <dd className={styles.under}>{under}</dd>
        </div>
      ))}
    </dl>
  );
}
