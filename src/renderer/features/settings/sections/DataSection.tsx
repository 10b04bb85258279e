import { useClipboard } from '@mantine/hooks';
import { IconCopy } from '@tabler/icons-react';
import { useOperation } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { bytes, count, counted } from '../../../ui/format.ts';
import { Loading, Notice, Problem, TitleRow } from '../../../ui/parts.tsx';
import styles from '../SettingsScreen.module.css';
import { EraseNumber } from './EraseNumber.tsx';
import { Retention } from './Retention.tsx';

/** A day of calls on every line fits into this with room to spare. */
const lowBytes = 2_000_000_000;

export function DataSection() {
  const { data, error, refetch } = useOperation('data.usage', {}, { everyMs: 30_000, keep: true });
  const clipboard = useClipboard({ timeout: 2_000 });
  return (
    <>
      <TitleRow title="Data" below="Everything stays on this computer: calls, transcripts, recordings, leads." />
      <div className={styles.body}>
        {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
        {!data && !error ? <Loading what="Measuring the data folder" /> : null}
        {data ? (
          <>
            {data.freeBytes < lowBytes ? (
              <Notice>{`Only ${bytes(data.freeBytes)} are free. Recordings need about 1 MB a minute of talk; make room before the next campaign.`}</Notice>
            ) : null}
            <dl className={styles.facts}>
              <dt>Folder</dt>
              <dd>
                <code className={styles.path}>{data.dataDir}</code>
                <Button size="small" icon={<IconCopy size={16} aria-hidden />} onClick={() => clipboard.copy(data.dataDir)}>
                  {clipboard.copied ? 'Copied' : 'Copy'}
                </Button>
              </dd>
              <dt>Recordings</dt>
              <dd>
                {bytes(data.recordingsBytes)} <span>{counted(data.recordings, 'recording')}</span>
              </dd>
              <dt>Database</dt>
              <dd>
                {bytes(data.databaseBytes)}
                <span>{`${counted(data.calls, 'call')}, ${counted(data.segments, 'line')} of transcript, ${counted(data.leads, 'lead')}`}</span>
              </dd>
              <dt>Free on this disk</dt>
              <dd>
                {bytes(data.freeBytes)} <span>{roomFor(data)}</span>
              </dd>
            </dl>
          </>
        ) : null}
        <Retention />
        <EraseNumber />
      </div>
    </>
  );
}

/** Two sides of 8,000 bytes a second each. */
const bytesPerMinute = 960_000;

const roomFor = ({ freeBytes }: { readonly freeBytes: number }): string =>
  `room for about ${count(Math.floor(freeBytes / bytesPerMinute / 60))} hours of talk`;
