import { Select } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFileTypeCsv } from '@tabler/icons-react';
import { useState } from 'react';
import type { SuppressionReason } from '#bridge/contract/leads.ts';
import type { World } from '#bridge/contract/words.ts';
import { useAction, useClient, useOperation } from '../../../client/hooks.ts';
import type { OperationOutput } from '../../../client/operations.ts';
import { saveFile } from '../../../client/save-file.ts';
import { useChooseList } from '../../../client/use-choose-list.ts';
import { Button } from '../../../ui/Button.tsx';
import { count, counted } from '../../../ui/format.ts';
import { Problem } from '../../../ui/parts.tsx';
import { toastProblem } from '../../../ui/toast.ts';
import styles from './DoNotCall.module.css';
import { regions } from './defaults.ts';
import { reasonChoices, rejectedCsv } from './suppression-words.ts';

const fileMaxBytes = 104_857_600;
/** How many bad rows are read on the screen; the rest are in the file. */
const shownMax = 5;

type Imported = OperationOutput<'suppressions.import'> & { readonly name: string };

/** A file with a column of numbers, as registries and other dialers give it. */
export function ImportNumbers({
  world,
  onImported,
  onClose,
}: {
  readonly world: World;
  readonly onImported: () => void;
  readonly onClose: () => void;
}) {
  const { data: settings } = useOperation('settings.get', {});
  const [reason, setReason] = useState<SuppressionReason>('registry');
  const [chosenRegion, setRegion] = useState<string | null>(null);
  const [done, setDone] = useState<Imported | null>(null);
  const [unread, setUnread] = useState<string | null>(null);
  const run = useAction('suppressions.import');
  const region = chosenRegion ?? settings?.defaults.region ?? 'US';
  const clear = () => {
    setDone(null);
    setUnread(null);
    run.reset();
  };
  const take = async (file: File) => {
    clear();
    let csv: string;
    try {
      csv = await file.text();
    } catch {
      setUnread(`${file.name} cannot be read. Close it in other programs, and drop it again.`);
      return;
    }
    await bring(file.name, { csv });
  };
  const chooser = useChooseList(
    run.isPending,
    ({ name, path }) => {
      clear();
      void bring(name, { path });
    },
    setUnread,
  );
  const bring = async (name: string, source: { readonly csv: string } | { readonly path: string }) => {
    try {
      const result = await run.mutateAsync({ ...source, reason, world, defaultRegion: region });
      setDone({ ...result, name });
      onImported();
    } catch {
      // The mutation keeps the error, and it is shown.
    }
  };
  return (
    <section className={styles.task} aria-label="Import a file">
      <Dropzone
        {...chooser}
        className={styles.drop}
        accept={['text/csv', 'text/plain', 'application/vnd.ms-excel', '.csv', '.txt']}
        maxSize={fileMaxBytes}
        multiple={false}
        onDrop={([file]) => file && void take(file)}
        onReject={([rejection]) => setUnread(`${rejection?.file.name ?? 'That file'} cannot be taken: a CSV file of at most 100 MB.`)}
      >
        <IconFileTypeCsv size={24} aria-hidden />
        <b>Drop a CSV file here, or press to choose one</b>
        <span>The first row names the columns; the one with the numbers is found by its name.</span>
      </Dropzone>
      <div className={styles.side}>
        <Select
          label="Why"
          data={reasonChoices}
          value={reason}
          allowDeselect={false}
          onChange={(value) => value && setReason(value as SuppressionReason)}
        />
        <Select
          label="Numbers without a country code are from"
          data={[...regions(region)]}
          value={region}
          searchable
          allowDeselect={false}
          onChange={setRegion}
        />
        {run.error ? <Problem error={run.error} next="Nothing was added." /> : null}
        {unread === null ? null : <Problem error={{ message: unread }} />}
        <div className={styles.buttons}>
          <Button kind="quiet" onClick={onClose}>
            Close
          </Button>
          <span className={styles.said} role="status">
            {run.isPending ? 'Reading the file' : ''}
            {done
              ? `${done.name}: ${counted(done.added, 'number')} added${done.alreadyThere > 0 ? `, ${count(done.alreadyThere)} there already` : ''}.`
              : ''}
          </span>
        </div>
        {done && done.rejected.length > 0 ? <Rejected rows={done.rejected} name={done.name} /> : null}
      </div>
    </section>
  );
}

function Rejected({ rows, name }: { readonly rows: Imported['rejected']; readonly name: string }) {
  const client = useClient();
  const save = () => {
    const fileName = `${name.replace(/\.[a-z]+$/i, '')} bad rows.csv`;
    saveFile(client, { fileName, mediaType: 'text/csv', content: rejectedCsv(rows), encoding: 'utf8' }).catch((error: unknown) =>
      toastProblem(error instanceof Error ? error.message : 'The file could not be written.'),
    );
  };
  return (
    <>
      <ul className={styles.bad}>
        {rows.slice(0, shownMax).map(({ row, value, reason }) => (
          <li key={row}>{`Row ${row}, ${value || 'empty'}: ${reason}`}</li>
        ))}
        {rows.length > shownMax ? <li>{`and ${count(rows.length - shownMax)} more`}</li> : null}
      </ul>
      <div className={styles.buttons}>
        <Button size="small" onClick={save}>{`Save ${counted(rows.length, 'bad row')}`}</Button>
      </div>
    </>
  );
}
