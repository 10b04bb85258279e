import { type ReactNode, useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import styles from './Insights.module.css';

/** A picture and the same as a table: one of them is shown. */
export function ChartSection({
  name,
  beside,
  chart,
  table,
}: {
  readonly name: string;
  readonly beside?: ReactNode;
  readonly chart: ReactNode;
  readonly table: ReactNode;
}) {
  const [asTable, setAsTable] = useState(false);
  return (
    <section className={styles.column} aria-label={name}>
      <div className={styles.head}>
        <h2>
          {name} {beside}
        </h2>
        <Button
          size="small"
          kind="quiet"
          aria-label={`Show ${name.toLowerCase()} as ${asTable ? 'bars' : 'a table'}`}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? 'As bars' : 'As a table'}
        </Button>
      </div>
      {asTable ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and there is nothing in it to focus
        <section className={styles.scroll} tabIndex={0} aria-label={`${name}, as a table`}>
          {table}
        </section>
      ) : (
        chart
      )}
    </section>
  );
}
