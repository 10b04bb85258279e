import type { Call } from '#bridge/contract/calls.ts';
import { money } from '../../../ui/format.ts';
import { spentOn } from '../calls/call-words.ts';
import { costRows } from './cost-words.ts';
import styles from './side.module.css';

/** What the call cost, by line. In rehearsal nothing is spent, and the lines say what it would be. */
export function Costs({ call }: { readonly call: Call }) {
  const { costs, costMicros, world, endedAt } = call;
  const rows = costRows(costs);
  return (
    <dl className={styles.figures}>
      {rows.map(({ words, micros, details, estimated }) => (
        <div key={words} title={details.join('\n')}>
          <dt>{words}</dt>
          <dd>{`${estimated ? 'about ' : ''}${fine(micros)}`}</dd>
        </div>
      ))}
      <div className={rows.length > 0 ? styles.total : ''}>
        <dt>{endedAt === null ? 'So far' : 'Together'}</dt>
        <dd>{money(spentOn(call))}</dd>
      </div>
      {world === 'rehearsal' ? (
        <div className={styles.unreal}>
          <dt>Rehearsal: nothing was spent</dt>
          <dd>{`${money(costMicros)} if real`}</dd>
        </div>
      ) : null}
    </dl>
  );
}

/** Parts of a cent matter here. */
function fine(micros: number): string {
  return micros >= 100_000 ? money(micros) : `$${(micros / 1_000_000).toFixed(4)}`;
}
