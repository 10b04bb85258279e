import { useState } from 'react';
import type { RejectedRow } from '#bridge/contract/leads.ts';
import { useClient } from '../../client/hooks.ts';
import { saveFile } from '../../client/save-file.ts';
import { Button } from '../../ui/Button.tsx';
import { count, counted } from '../../ui/format.ts';
import { Problem } from '../../ui/parts.tsx';
import { rejectedCsv } from '../settings/sections/suppression-words.ts';
import styles from './steps.module.css';

/** How many are read on screen; the rest are in the file. */
const shownMax = 50;

/** Rows that cannot be used, each with its number in the spreadsheet and the reason. @param all more than `rows` when there are very many */
export function BadRows({ name, rows, all }: { readonly name: string; readonly rows: readonly RejectedRow[]; readonly all: number }) {
  const client = useClient();
  const [problem, setProblem] = useState<string | null>(null);
  if (rows.length === 0) return null;
  const save = async () => {
    setProblem(null);
    const fileName = `${name.replace(/\.[a-z]+$/i, '')} bad rows.csv`;
    try {
      await saveFile(client, { fileName, mediaType: 'text/csv', content: rejectedCsv(rows), encoding: 'utf8' });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'The file could not be written.');
    }
  };
  return (
    <section className={styles.badRows} aria-label="Bad rows">
      <div className={styles.tableBox}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Row</th>
              <th scope="col">Value</th>
              <th scope="col">Why it cannot be used</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shownMax).map(({ row, value, reason }) => (
              <tr key={`${row} ${reason}`}>
                <th scope="row">{count(row)}</th>
                <td title={value}>{value || 'empty'}</td>
                <td title={reason}>{reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className={styles.buttons}>
        <Button size="small" onClick={() => void save()}>
          Download the bad rows
        </Button>
        <span className={styles.hint}>
          {all > shownMax ? `The first ${shownMax} of ${counted(all, 'row')} are shown.` : ''}
          {all > rows.length ? ` The file has the first ${count(rows.length)}.` : ''}
        </span>
      </div>
      {problem === null ? null : <Problem error={{ message: problem }} />}
    </section>
  );
}
