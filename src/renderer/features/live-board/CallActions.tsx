import { Popover, TextInput } from '@mantine/core';
import { IconBookmark, IconPhoneOff, IconPhoneOutgoing } from '@tabler/icons-react';
import { type SubmitEvent, useState } from 'react';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { useEscape, useKeys } from '../../app/keys.ts';
import { useAction } from '../../client/hooks.ts';
import type { CallDetail } from '../../client/live-store.ts';
import { Button } from '../../ui/Button.tsx';
import styles from './CallActions.module.css';
import { TakeOverButton } from './TakeOverButton.tsx';
import { TransferPanel } from './TransferPanel.tsx';
import { isUnderWay } from './transfer-words.ts';

type Asked = 'transfer' | 'mark' | 'hang-up' | null;

/** What a person can do to a call, always in the same places. Hanging up asks, with the focus on the safe answer. */
export function CallActions({ call, detail }: { readonly call: CallSummary; readonly detail: CallDetail | undefined }) {
  const [asked, setAsked] = useState<Asked>(null);
  const [text, setText] = useState('');
  const mark = useAction('calls.mark');
  const hangUp = useAction('calls.hangUp');
  const name = call.leadName ?? 'the lead';
  const isLive = call.state === 'live' || call.state === 'answered' || call.state === 'transferring';
  const isOver = call.state === 'ended';
  const ask = (what: Asked) => {
    setText('');
    setAsked(what);
  };
  const close = () => setAsked(null);
  // Nothing is asked any more about a call that is over, also where it ends while the question stands there.
  const open = isOver ? null : asked;
  useEscape(open !== null, close);
  const noTransfer = isOver
    ? 'The call is over.'
    : !isLive
      ? 'Nobody has answered yet.'
      : call.transfer !== null && isUnderWay(call.transfer)
        ? 'A transfer is under way.'
        : call.holder?.kind === 'colleague'
          ? 'A colleague has it already.'
          : null;
  useKeys('Open call', [
    { keys: 'X', words: 'Transfer', action: noTransfer === null ? () => ask('transfer') : null },
    { keys: 'M', words: 'Mark this moment', action: isLive ? () => ask('mark') : null },
    { keys: 'shift+End', words: 'Hang up', action: isOver ? null : () => ask('hang-up') },
  ]);
  const sendMark = (event: SubmitEvent) => {
    event.preventDefault();
    mark.mutate({ id: call.id, ...(text.trim() === '' ? {} : { note: text.trim() }) }, { onSuccess: close });
  };
  const error = mark.error ?? hangUp.error;
  const notLive = isOver ? 'The call is over.' : 'Nobody has answered yet.';
  return (
    <footer className={styles.actions}>
      {error ? (
        <p className={styles.error} role="alert">
          {error.message}
        </p>
      ) : null}
      <TakeOverButton call={call} />
      <Popover opened={open === 'transfer'} onChange={close} position="top-start" trapFocus returnFocus>
        <Popover.Target>
          <Button hotkey="X" blocked={noTransfer} icon={<IconPhoneOutgoing size={16} aria-hidden />} onClick={() => ask('transfer')}>
            Transfer
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <TransferPanel call={call} detail={detail} onClose={close} />
        </Popover.Dropdown>
      </Popover>
      <Popover opened={open === 'mark'} onChange={close} position="top-start" trapFocus returnFocus>
        <Popover.Target>
          <Button
            hotkey="M"
            busy={mark.isPending}
            blocked={isLive ? null : notLive}
            icon={<IconBookmark size={16} aria-hidden />}
            onClick={() => ask('mark')}
          >
            Mark
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <form className={styles.form} onSubmit={sendMark}>
            <TextInput
              label="Note, if you like"
              value={text}
              maxLength={500}
              onChange={(event) => setText(event.currentTarget.value)}
              data-autofocus
            />
            <Button type="submit" kind="primary" busy={mark.isPending}>
              Mark this moment
            </Button>
          </form>
        </Popover.Dropdown>
      </Popover>
      <span className={styles.gap} />
      <Popover opened={open === 'hang-up'} onChange={close} position="top-end" trapFocus returnFocus>
        <Popover.Target>
          <Button
            kind="danger"
            hotkey="shift+End"
            busy={hangUp.isPending}
            blocked={isOver ? 'The call is over.' : null}
            icon={<IconPhoneOff size={16} aria-hidden />}
            onClick={() => ask('hang-up')}
          >
            Hang up
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <p className={styles.question}>Hang up on {name}?</p>
          <div className={styles.answers}>
            <Button data-autofocus onClick={close}>
              Keep talking
            </Button>
            <Button kind="confirm-danger" busy={hangUp.isPending} onClick={() => hangUp.mutate({ id: call.id }, { onSuccess: close })}>
              Hang up
            </Button>
          </div>
        </Popover.Dropdown>
      </Popover>
    </footer>
  );
}
