import { Drawer } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { Call } from '#bridge/contract/calls.ts';
import { useAction, useClient, useOperation } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { carrierWords } from '../../../ui/format.ts';
import { Loading, Problem } from '../../../ui/parts.tsx';
import { keepFile } from '../keep-file.ts';
import styles from './exchange.module.css';

const kinds = { webhook: 'Webhook', document: 'Document', media: 'Media socket', ai: 'AI', rest: 'Carrier API' } as const;

/** What passed between Ringside and the services on one call, beside the carrier's own records. */
export function Exchange({ call, opened, onClose }: { readonly call: Call; readonly opened: boolean; readonly onClose: () => void }) {
  const client = useClient();
  const bundle = useAction('support.bundle');
  const save = () =>
    bundle.mutate({ callId: call.id }, { onSuccess: (file) => void keepFile(client, file, 'The support bundle was not saved.') });
  return (
    <Drawer
      closeButtonProps={{ 'aria-label': 'Close' }}
      opened={opened}
      onClose={onClose}
      position="right"
      size={720}
      title="What passed on the wire"
      keepMounted={false}
    >
      <div className={styles.body}>
        <p className={styles.hint}>Without secrets, spoken words, sound and full numbers. Kept of the last 200 calls.</p>
        <CarrierRecords call={call} />
        <Messages call={call} />
        <footer className={styles.footer}>
          {bundle.error ? <Problem error={bundle.error} /> : null}
          <Button icon={<IconDownload size={16} aria-hidden />} busy={bundle.isPending} onClick={save}>
            {bundle.isPending ? 'Packing' : 'Save a support bundle'}
          </Button>
        </footer>
      </div>
    </Drawer>
  );
}

function CarrierRecords({ call }: { readonly call: Call }) {
  const view = useAction('calls.carrierView');
  const name = carrierWords[call.carrier];
  return (
    <section className={styles.section}>
      <header>
        <h3>{name}’s own records</h3>
        <Button busy={view.isPending} onClick={() => view.mutate({ id: call.id })}>
          {view.isPending ? `Asking ${name}` : view.data ? 'Ask again' : `Ask ${name}`}
        </Button>
      </header>
      {view.error ? <Problem error={view.error} /> : null}
      {view.data && !view.data.found ? <p>{name} knows no such call.</p> : null}
      {view.data?.found ? (
        <table className={styles.facts}>
          <thead>
            <tr>
              <th scope="col">Fact</th>
              <th scope="col">{name}</th>
              <th scope="col">Ringside</th>
            </tr>
          </thead>
          <tbody>
            {view.data.facts.map(({ name: fact, theirs, ours, differs }) => (
              <tr key={fact} className={differs ? styles.differs : undefined}>
                <th scope="row">{fact}</th>
                <td>{shown(theirs) ?? 'Not told'}</td>
                <td>
                  {shown(ours) ?? 'Not known'}
                  {differs ? ' (differs)' : ''}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {view.data && view.data.notes.length > 0 ? (
        <>
          <h4 className={styles.notesHead}>{name}’s notes on this call</h4>
          <ul className={styles.notes}>
            {view.data.notes.map(({ at, title, detail }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list is replaced as a whole
              <li key={index}>
                <span className={styles.at}>{shown(at)}</span>
                <b>{title}</b>
                <span>{detail}</span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}

function Messages({ call }: { readonly call: Call }) {
  const { data, error } = useOperation('calls.exchanges', { id: call.id });
  const [open, setOpen] = useState<number | null>(null);
  const began = Date.parse(call.startedAt);
  return (
    <section className={styles.section}>
      <header>
        <h3>Messages</h3>
      </header>
      {error ? <Problem error={error} /> : null}
      {data === undefined && !error ? <Loading what="Reading the messages" /> : null}
      {data?.length === 0 ? <p>Nothing is kept of this call any more.</p> : null}
      <ol className={styles.messages}>
        {data?.map(({ at, way, kind, name, detail }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows at its end
          <li key={index}>
            <button
              type="button"
              aria-expanded={open === index}
              disabled={detail === ''}
              onClick={() => setOpen(open === index ? null : index)}
            >
              <span className={styles.at}>{((Date.parse(at) - began) / 1000).toFixed(2)} s</span>
              <span className={styles.way}>{way === 'in' ? 'received' : 'sent'}</span>
              <span className={styles.kind}>{kinds[kind]}</span>
              <span className={styles.name}>{name}</span>
            </button>
            {open === index ? <pre>{pretty(detail)}</pre> : null}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Times on this machine's clock, to the second: the carriers give no more. Anything else as a sentence begins. */
function shown(value: string | null): string | null {
  if (value === null) return null;
  const isTime = /^\d{4}-\d{2}-\d{2}T/.test(value) || /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} /.test(value);
  const atMs = isTime ? Date.parse(value) : Number.NaN;
  return Number.isNaN(atMs) ? `${value.charAt(0).toUpperCase()}${value.slice(1)}` : new Date(atMs).toLocaleTimeString();
}

function pretty(detail: string): string {
  try {
    return JSON.stringify(JSON.parse(detail), null, 2);
  } catch {
    return detail;
  }
}
