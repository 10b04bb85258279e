import { Select, Textarea, TextInput } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconDownload, IconUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { LeadImportResult } from '#bridge/contract/leads.ts';
import { useAction, useClient, useLive, useOperation } from '../../client/hooks.ts';
import { saveFile } from '../../client/save-file.ts';
import { Button } from '../../ui/Button.tsx';
import { count, counted } from '../../ui/format.ts';
import { Problem } from '../../ui/parts.tsx';
import { toast } from '../../ui/toast.ts';
import styles from './CampaignEditor.module.css';
import { badRowsCsv, headersOf, mappable } from './lead-file.ts';

const bases = ['Existing customer', 'Asked to be called', 'Written consent', 'Inquiry'];
const shownRows = 8;

interface File {
  readonly name: string;
  readonly csv: string;
}

/** Who is called: a list is dropped, looked at without being stored, and then taken in. */
export function PeopleStep({ campaignId }: { readonly campaignId: string }) {
  const client = useClient();
  const queries = useQueryClient();
  const { data: health } = useOperation('campaigns.health', { id: campaignId });
  const progress = useLive(({ imports }) => imports.get(campaignId));
  const look = useAction('leads.import');
  const take = useAction('leads.import');
  const [file, setFile] = useState<File | null>(null);
  const [pasted, setPasted] = useState('');
  const [mapping, setMapping] = useState<Readonly<Record<string, string>>>({});
  const [region, setRegion] = useState('US');
  const [basis, setBasis] = useState<string | null>(null);
  const [source, setSource] = useState('');
  const [seen, setSeen] = useState<LeadImportResult | null>(null);
  const inside = Object.values(health?.leads ?? {}).reduce((sum, value) => sum + (value ?? 0), 0);

  const input = (csv: string, map: Readonly<Record<string, string>>, country: string) => ({
    campaignId,
    csv,
    mapping: map,
    defaultRegion: country,
    ...(basis === null ? {} : { consent: { basis, ...(source.trim() === '' ? {} : { source: source.trim() }) } }),
  });
  const inspect = (next: File, map: Readonly<Record<string, string>>, country = region) => {
    setFile(next);
    setMapping(map);
    look.mutate({ ...input(next.csv, map, country), dryRun: true }, { onSuccess: setSeen, onError: () => setSeen(null) });
  };
  const importAll = () => {
    if (!file) return;
    take.mutate(input(file.csv, mapping, region), {
      onSuccess: (result) => {
        toast(`${counted(result.imported, 'person', 'people')} imported from ${file.name}.`);
        setFile(null);
        setSeen(null);
        setPasted('');
        void queries.invalidateQueries();
      },
    });
  };
  const headers = file ? headersOf(file.csv, seen?.delimiter ?? ',') : [];
  return (
    <div className={styles.form}>
      <p>
        <b>{inside === 0 ? 'Nobody is in this campaign yet.' : `${counted(inside, 'person', 'people')} in this campaign.`}</b>
      </p>
      <Dropzone
        className={styles.drop ?? ''}
        maxFiles={1}
        multiple={false}
        maxSize={100 * 1024 * 1024}
        loading={look.isPending || take.isPending}
        inputProps={{ 'aria-label': 'Lead list' }}
        onDrop={(files) => {
          const [dropped] = files;
          if (dropped) void readText(dropped).then((csv) => inspect({ name: dropped.name, csv }, {}));
        }}
      >
        <IconUpload size={20} aria-hidden />
        <p>Drop a lead list here, or click to choose one</p>
        <p className={styles.quiet}>CSV from any spreadsheet, up to 100 MB. Nothing is stored before you press Import.</p>
      </Dropzone>
      {file ? null : (
        <div>
          <Textarea
            label="Or paste rows"
            placeholder={'name,phone\nHelen Nakagawa,(559) 555-0112'}
            autosize
            minRows={3}
            maxRows={8}
            value={pasted}
            onChange={(event) => setPasted(event.currentTarget.value)}
          />
          <Button
            size="small"
            blocked={pasted.trim() === '' ? 'Paste something first.' : null}
            onClick={() => inspect({ name: 'pasted rows', csv: pasted }, {})}
          >
            Look at them
          </Button>
        </div>
      )}
      {look.error ? <Problem error={look.error} next="Nothing was stored." /> : null}
      {take.error ? <Problem error={take.error} /> : null}
      {file && seen ? (
        <>
          <div className={styles.figures} role="status">
            <p>
              <b>{count(seen.imported)}</b> good
            </p>
            <p>
              <b>{count(seen.duplicates)}</b> twice in the list, or here already
            </p>
            <p className={seen.rejectedCount > 0 ? styles.look : ''}>
              <b>{count(seen.rejectedCount)}</b> cannot be used
            </p>
          </div>
          <p className={styles.quiet}>
            {file.name}: {counted(seen.rows, 'row')}, {seen.encoding}, parted by “{seen.delimiter === '\t' ? 'tab' : seen.delimiter}”.
            Change what holds what:
          </p>
          <div className={styles.mapping}>
            {mappable.map(({ field, words }) => (
              <Select
                key={field}
                label={words}
                placeholder="not in the list"
                clearable={field !== 'phone'}
                data={headers}
                value={mapping[field] ?? seen.mapping[field] ?? null}
                onChange={(column) => {
                  const { [field]: _before, ...others } = { ...seen.mapping, ...mapping } as Record<string, string>;
                  inspect(file, column === null ? others : { ...others, [field]: column });
                }}
              />
            ))}
            <TextInput
              label="Country of short numbers"
              value={region}
              maxLength={2}
              onChange={(event) => {
                const country = event.currentTarget.value.toUpperCase();
                setRegion(country);
                if (/^[A-Z]{2}$/.test(country)) inspect(file, mapping, country);
              }}
            />
          </div>
          {seen.rejected.length > 0 ? (
            <div>
              <table className={styles.rows}>
                <thead>
                  <tr>
                    <th>Row</th>
                    <th>Value</th>
                    <th>Why it cannot be used</th>
                  </tr>
                </thead>
                <tbody>
                  {seen.rejected.slice(0, shownRows).map(({ row, value, reason }) => (
                    <tr key={`${row} ${value}`}>
                      <td>{row}</td>
                      <td>{value}</td>
                      <td>{reason}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <p className={styles.quiet}>
                {seen.rejectedCount > shownRows ? `and ${count(seen.rejectedCount - shownRows)} more. ` : ''}
                <Button
                  size="small"
                  icon={<IconDownload size={14} aria-hidden />}
                  onClick={() =>
                    void saveFile(client, {
                      fileName: 'bad-rows.csv',
                      mediaType: 'text/csv',
                      encoding: 'utf8',
                      content: badRowsCsv(seen.rejected),
                    }).catch(() => {})
                  }
                >
                  Download the bad rows
                </Button>
              </p>
            </div>
          ) : null}
          <div className={styles.row}>
            <Select
              label="Why may they be called?"
              placeholder="Choose the basis"
              data={bases}
              value={basis}
              clearable
              onChange={setBasis}
            />
            <TextInput
              label="Where that is on file"
              placeholder="Patient form, March 2026"
              value={source}
              onChange={(event) => setSource(event.currentTarget.value)}
            />
          </div>
          {basis === null ? <p className={styles.quiet}>Without a basis these people are held by the gate until one is on file.</p> : null}
          <div>
            <Button
              kind="primary"
              busy={take.isPending}
              blocked={seen.imported === 0 ? 'There is nobody good in this list.' : null}
              onClick={importAll}
            >
              {take.isPending
                ? `Importing${progress ? ` ${count(progress.rows)}` : ''}`
                : `Import ${counted(seen.imported, 'person', 'people')}`}
            </Button>{' '}
            <Button
              onClick={() => {
                setFile(null);
                setSeen(null);
              }}
            >
              Choose another list
            </Button>
          </div>
        </>
      ) : null}
    </div>
  );
}

/** The text of a file; one that is no UTF-8 is read as Windows-1252, as spreadsheets write it. */
async function readText(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
