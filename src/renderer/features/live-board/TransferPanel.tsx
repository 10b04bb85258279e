import { Checkbox, Radio, Textarea, TextInput } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { Link } from 'wouter';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { useAction, useNow, useOperation } from '../../client/hooks.ts';
import type { CallDetail } from '../../client/live-store.ts';
import { Button } from '../../ui/Button.tsx';
import { phone } from '../../ui/format.ts';
import { Choice } from '../../ui/parts.tsx';
import { readPhone } from '../../ui/phone-number.ts';
import { briefingOf } from './briefing.ts';
import styles from './TransferPanel.module.css';
import { availability } from './transfer-words.ts';

const aNumber = 'number';

/** To whom the call goes, how, and what they hear first. A cold transfer asks once more. */
export function TransferPanel({
  call,
  detail,
  onClose,
}: {
  readonly call: CallSummary;
  readonly detail: CallDetail | undefined;
  readonly onClose: () => void;
}) {
  const nowMs = useNow(10_000);
  const { data: all } = useOperation('colleagues.list', {});
  const colleagues = (all ?? []).filter(({ canTakeTransfers }) => canTakeTransfers);
  const transfer = useAction('calls.transfer');
  const [chosen, setChosen] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  const [kind, setKind] = useState<'warm' | 'cold'>('warm');
  const [briefing, setBriefing] = useState(() => briefingOf(call, detail ?? { transcript: [] }));
  const [holdSound, setHoldSound] = useState(true);
  const [isAsking, setAsking] = useState(false);
  const target = chosen ?? colleagues.find(({ availableNow }) => availableNow)?.id ?? (colleagues.length === 0 ? aNumber : null);
  const read = readPhone(typed);
  const to = target === aNumber ? read.number : target;
  const name =
    target === aNumber
      ? read.number === null
        ? 'them'
        : phone(read.number)
      : (colleagues.find(({ id }) => id === target)?.name ?? 'them');
  const blocked =
    to === null || to === undefined ? (target === aNumber && typed !== '' ? read.problem : 'Choose who takes the call.') : null;
  const send = () => {
    if (to === null || to === undefined) return;
    const told = briefing.trim() === '' ? {} : { briefing: briefing.trim() };
    transfer.mutate({ id: call.id, to, kind, ...(kind === 'warm' ? { ...told, holdSound } : {}) }, { onSuccess: onClose });
  };
  if (isAsking) {
    return (
      <div className={styles.panel}>
        <p className={styles.question}>
          Put {call.leadName ?? 'the lead'} through to {name} now? Nobody is asked first.
        </p>
        {transfer.error ? (
          <p className={styles.error} role="alert">
            {transfer.error.message}
          </p>
        ) : null}
        <div className={styles.answers}>
          <Button autoFocus onClick={() => setAsking(false)}>
            Not yet
          </Button>
          <Button kind="person" busy={transfer.isPending} onClick={send}>
            Put through
          </Button>
        </div>
      </div>
    );
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (blocked !== null) return;
    if (kind === 'cold') setAsking(true);
    else send();
  };
  return (
    <form className={styles.panel} onSubmit={submit}>
      <Radio.Group label="To" value={target} onChange={setChosen}>
        <div className={styles.people}>
          {colleagues.map((colleague, index) => (
            <Radio
              key={colleague.id}
              value={colleague.id}
              size="xs"
              {...(index === 0 ? { 'data-autofocus': true } : {})}
              label={
                <span className={styles.person}>
                  {colleague.name}
                  <i className={colleague.availableNow ? styles.free : ''}>{availability(colleague, nowMs)}</i>
                </span>
              }
            />
          ))}
          <div className={styles.number}>
            <Radio value={aNumber} size="xs" label="A number" />
            <TextInput
              aria-label="Number to transfer to"
              type="tel"
              placeholder="(520) 555-0118"
              value={typed}
              {...(colleagues.length === 0 ? { 'data-autofocus': true } : {})}
              onFocus={() => setChosen(aNumber)}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          </div>
        </div>
      </Radio.Group>
      {all !== undefined && colleagues.length === 0 ? (
        <p className={styles.hint}>
          Nobody is on the list. <Link href="~/settings/colleagues">Add colleagues</Link>
        </p>
      ) : null}
      <div className={styles.kind}>
        <Choice
          label="How"
          value={kind}
          options={[
            { value: 'warm', words: 'Warm' },
            { value: 'cold', words: 'Cold' },
          ]}
          onChange={setKind}
        />
        <span className={styles.hint}>
          {kind === 'warm' ? 'They hear what it is about and take it with a key.' : 'Their phone rings and takes the line.'}
        </span>
      </div>
      <div className={kind === 'warm' ? styles.warm : styles.gone} aria-hidden={kind !== 'warm'}>
        <Textarea
          label="What they hear first"
          rows={3}
          maxLength={1_000}
          disabled={kind !== 'warm'}
          value={briefing}
          onChange={(event) => setBriefing(event.currentTarget.value)}
        />
        <Checkbox
          label="Hold sound for the lead while the phone rings"
          disabled={kind !== 'warm'}
          checked={holdSound}
          onChange={(event) => setHoldSound(event.currentTarget.checked)}
        />
      </div>
      {transfer.error ? (
        <p className={styles.error} role="alert">
          {transfer.error.message}
        </p>
      ) : null}
      <div className={styles.answers}>
        <Button type="submit" kind="primary" busy={transfer.isPending} blocked={blocked}>
          {kind === 'warm' ? 'Call them' : 'Put through'}
        </Button>
        <Button onClick={onClose}>Close</Button>
      </div>
    </form>
  );
}
