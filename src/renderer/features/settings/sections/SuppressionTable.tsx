import { Popover, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Suppression } from '#bridge/contract/leads.ts';
import { useNow } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { dateTime, phone } from '../../../ui/format.ts';
import styles from './DoNotCall.module.css';
import { callOf, reasonWords } from './suppression-words.ts';

export function SuppressionTable({
  list,
  more,
  readingMore,
  busy,
  onRemove,
}: {
  readonly list: readonly Suppression[];
  readonly more: (() => void) | null;
  readonly readingMore: boolean;
  readonly busy: boolean;
  readonly onRemove: (one: Suppression, reason: string) => void;
}) {
  const nowMs = useNow(60_000);
  return (
    <>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Number</th>
            <th scope="col">Why</th>
            <th scope="col">Where from</th>
            <th scope="col">Since</th>
            <th scope="col">
              <span className="visually-hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map((one) => (
            <tr key={one.id}>
              <th scope="row">{phone(one.number)}</th>
              <td>{reasonWords[one.reason]}</td>
              <td className={styles.source}>
                <Source source={one.source} />
              </td>
              <td>{dateTime(one.createdAt, nowMs)}</td>
              <td className={styles.end}>
                <Remove one={one} busy={busy} onRemove={(reason) => onRemove(one, reason)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more ? (
        <div className={styles.more}>
          <Button busy={readingMore} onClick={more}>
            Show more
          </Button>
        </div>
      ) : null}
    </>
  );
}

function Source({ source }: { readonly source: string | null }) {
  const call = callOf(source);
  if (call !== null) return <Link href={`~/review/${call}`}>The call</Link>;
  return <>{source ?? ''}</>;
}

/** Taking a number off is written down with its reason, so it asks for one. */
function Remove({
  one,
  busy,
  onRemove,
}: {
  readonly one: Suppression;
  readonly busy: boolean;
  readonly onRemove: (reason: string) => void;
}) {
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState('');
  const wanted = reason.trim();
  return (
    <Popover
      opened={asked}
      onChange={setAsked}
      position="bottom-end"
      width={336}
      trapFocus
      returnFocus
      shadow="none"
      radius="lg"
      offset={4}
    >
      <Popover.Target>
        <Button
          kind="quiet"
          size="small"
          aria-label={`Remove ${phone(one.number)}`}
          aria-haspopup="dialog"
          aria-expanded={asked}
          onClick={() => setAsked(!asked)}
        >
          Remove
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={styles.ask}
          onSubmit={(event) => {
            event.preventDefault();
            if (wanted === '') return;
            setAsked(false);
            onRemove(wanted);
          }}
        >
          <TextInput
            label={`Why may ${phone(one.number)} be called again?`}
            description="It is kept with the number."
            placeholder="Gave consent in the office, 14 Nov"
            maxLength={300}
            value={reason}
            data-autofocus
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <div className={styles.buttons}>
            <Button onClick={() => setAsked(false)}>Keep it here</Button>
            <Button kind="confirm-danger" type="submit" busy={busy} blocked={wanted === '' ? 'Write the reason first.' : null}>
              Remove
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
