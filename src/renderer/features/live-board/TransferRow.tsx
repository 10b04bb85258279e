import { useState } from 'react';
import type { CallSummary, TransferInfo, TransferRequest } from '#bridge/contract/calls.ts';
import { useAction } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { Mark } from '../../ui/Mark.tsx';
import styles from './CoachBox.module.css';
import { shortName } from './call-words.ts';
import { isUnderWay, transferWord } from './transfer-words.ts';

/** In the place of the coach box while a call is handed over: where it stands, and how to stop it. */
export function TransferRow({
  call,
  transfer,
  onRead,
}: {
  readonly call: CallSummary;
  readonly transfer: TransferInfo;
  readonly onRead: () => void;
}) {
  const cancel = useAction('calls.cancelTransfer');
  const isOn = isUnderWay(transfer);
  // Only the bridge knows whether an operator is on the line with them.
  const word = transfer.state === 'connected' ? transfer.message : transferWord(transfer);
  return (
    <div className={styles.box}>
      <div className={styles.row}>
        <Mark name={isOn ? 'transferring' : transfer.state === 'connected' ? 'person' : 'look'} />
        <p className={styles.state} role="status">
          <b className={isOn || transfer.state === 'connected' ? '' : styles.failed}>{word}</b>
          <span>{cancel.error?.message ?? (transfer.message === word ? '' : transfer.message)}</span>
        </p>
        {isOn ? (
          <Button busy={cancel.isPending} onClick={() => cancel.mutate({ id: call.id })}>
            Cancel
          </Button>
        ) : (
          <Button onClick={onRead}>OK</Button>
        )}
      </div>
    </div>
  );
}

/** The AI would like to put the lead through and waits for a word. */
export function RequestRow({ call, request }: { readonly call: CallSummary; readonly request: TransferRequest }) {
  const answer = useAction('calls.answerTransferRequest');
  const [given, setGiven] = useState<boolean | null>(null);
  const reply = (ok: boolean) => {
    setGiven(ok);
    answer.mutate({ id: call.id, requestId: request.id, ok });
  };
  return (
    <div className={styles.box}>
      <div className={styles.row}>
        <Mark name="transferring" />
        <p className={styles.state} role="status">
          <b>
            {shortName(call.agentName)} asks to transfer to {request.targetName ?? 'a person'}
          </b>
          <span>{answer.error?.message ?? request.reason}</span>
        </p>
        <Button kind="person" busy={answer.isPending && given === true} onClick={() => reply(true)}>
          OK
        </Button>
        <Button busy={answer.isPending && given === false} onClick={() => reply(false)}>
          Not now
        </Button>
      </div>
    </div>
  );
}
