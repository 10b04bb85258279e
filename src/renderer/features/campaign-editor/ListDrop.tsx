import { Textarea } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFileTypeCsv } from '@tabler/icons-react';
import { useState } from 'react';
import { useChooseList } from '../../client/use-choose-list.ts';
import { Button } from '../../ui/Button.tsx';
import { Problem } from '../../ui/parts.tsx';
import styles from './steps.module.css';
import type { List } from './use-lead-import.ts';

const fileMaxBytes = 104_857_600;

/** A place for a file, and one for rows from a spreadsheet. */
export function ListDrop({ onTake }: { readonly onTake: (list: List) => void }) {
  const [unread, setUnread] = useState<string | null>(null);
  const [pasted, setPasted] = useState('');
  const [reading, setReading] = useState(false);
  const take = async (file: File) => {
    setUnread(null);
    setReading(true);
    try {
      onTake({ name: file.name, text: await file.text() });
    } catch {
      setUnread(`${file.name} cannot be read. Close it in other programs, and drop it again.`);
    } finally {
      setReading(false);
    }
  };
  const chooser = useChooseList(
    reading,
    ({ name, path, head }) => {
      setUnread(null);
      onTake({ name, path, text: head });
    },
    setUnread,
  );
  return (
    <>
      <Dropzone
        {...chooser}
        className={styles.drop ?? ''}
        accept={['text/csv', 'text/plain', 'text/tab-separated-values', 'application/vnd.ms-excel', '.csv', '.tsv', '.txt']}
        maxSize={fileMaxBytes}
        multiple={false}
        onDrop={([file]) => file && void take(file)}
        onReject={([rejection]) => setUnread(`${rejection?.file.name ?? 'That file'} cannot be taken: a CSV file of at most 100 MB.`)}
      >
        <IconFileTypeCsv size={24} aria-hidden />
        <b>Drop a CSV file here, or press to choose one</b>
        <span>The first row names the columns. Nothing is stored before you import it.</span>
      </Dropzone>
      {unread === null ? null : <Problem error={{ message: unread }} />}
      <Textarea
        label="Or paste rows from a spreadsheet"
        placeholder={'phone,firstName,city\n(520) 555-0118,Ana,Tucson'}
        minRows={4}
        maxRows={10}
        autosize
        value={pasted}
        onChange={({ currentTarget }) => setPasted(currentTarget.value)}
      />
      <div className={styles.buttons}>
        <Button
          blocked={pasted.trim() === '' ? 'Paste the rows first.' : null}
          onClick={() => onTake({ name: 'Pasted rows', text: pasted })}
        >
          Look at these rows
        </Button>
      </div>
    </>
  );
}
