import { useState } from 'react';
import type { CallSummary } from '#bridge/contract/calls.ts';
import type { CallDetail } from '../../client/live-store.ts';
import { useIsMine } from '../operator/operator-context.ts';
import { CoachBox } from './CoachBox.tsx';
import { GiveBackBox } from './GiveBackBox.tsx';
import { RequestRow, TransferRow } from './TransferRow.tsx';
import { isUnderWay } from './transfer-words.ts';

/** The row above the actions, one thing at a time: what waits for an answer, what is under way, one's own call, else the coach box. */
export function BottomRow({ call, detail }: { readonly call: CallSummary; readonly detail: CallDetail | undefined }) {
  const isMine = useIsMine(call);
  const { transfer, transferRequest } = call;
  // What had ended before the call was opened is no news.
  const [read, setRead] = useState(() => (transfer !== null && !isUnderWay(transfer) ? transfer.id : null));
  if (call.state !== 'ended') {
    if (transferRequest !== null) return <RequestRow call={call} request={transferRequest} />;
    if (transfer !== null && transfer.id !== read)
      return <TransferRow call={call} transfer={transfer} onRead={() => setRead(transfer.id)} />;
    if (isMine) return <GiveBackBox call={call} />;
  }
  return <CoachBox call={call} detail={detail} />;
}
