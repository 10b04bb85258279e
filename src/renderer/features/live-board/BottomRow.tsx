import { useState } from 'react';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { useKeys } from '../../app/keys.ts';
import type { CallDetail } from '../../client/live-store.ts';
import { useIsMine } from '../operator/operator-context.ts';
import { CoachBox } from './CoachBox.tsx';
import { DigitsRow } from './DigitsRow.tsx';
import { GiveBackBox } from './GiveBackBox.tsx';
import { RequestRow, TransferRow } from './TransferRow.tsx';
import { isUnderWay } from './transfer-words.ts';

/** The row above the actions, one thing at a time: what waits for an answer, what is under way, one's own call, else the coach box. */
export function BottomRow({ call, detail }: { readonly call: CallSummary; readonly detail: CallDetail | undefined }) {
  const isMine = useIsMine(call);
  const { transfer, transferRequest } = call;
  // What had ended before the call was opened is no news.
  const [read, setRead] = useState(() => (transfer !== null && !isUnderWay(transfer) ? transfer.id : null));
  const [isDialling, setDialling] = useState(false);
  const isLive = call.state === 'live' || call.state === 'answered';
  const dial = () => setDialling(true);
  useKeys('Open call', [{ keys: 'D', words: 'Press digits', action: isLive ? dial : null }]);
  if (call.state !== 'ended') {
    if (isDialling && isLive) return <DigitsRow call={call} onClose={() => setDialling(false)} />;
    if (transferRequest !== null && !isMine) return <RequestRow call={call} request={transferRequest} />;
    if (transfer !== null && transfer.id !== read)
      return <TransferRow call={call} transfer={transfer} onRead={() => setRead(transfer.id)} />;
    if (isMine) return <GiveBackBox call={call} />;
  }
  return <CoachBox call={call} detail={detail} onDigits={isLive ? dial : null} />;
}
