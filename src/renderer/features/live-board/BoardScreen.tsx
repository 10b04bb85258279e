import { useEffect, useState } from 'react';
import { Route, useLocation } from 'wouter';
import { useKeys } from '../../app/keys.ts';
import { useConnection, useLive } from '../../client/hooks.ts';
import { Loading } from '../../ui/parts.tsx';
import { useDesk, useListening } from '../operator/operator-context.ts';
import styles from './BoardScreen.module.css';
import { CallList } from './CallList.tsx';
import { CampaignStrips } from './CampaignStrips.tsx';
import { EmptyBoard } from './EmptyBoard.tsx';
import { NoOpenCall } from './NoOpenCall.tsx';
import { OpenCall } from './OpenCall.tsx';
import { QuietBoard } from './QuietBoard.tsx';

/** The home of the console: who is on the line, who needs a person, and one call open beside it. */
export function BoardScreen() {
  const listening = useListening();
  useEffect(() => () => listening.leave(), [listening]);
  return <Route path="/:callId?">{({ callId }) => <Board openId={callId ?? null} />}</Route>;
}

function Board({ openId }: { readonly openId: string | null }) {
  const [, go] = useLocation();
  const [selected, setSelected] = useState<string | null>(openId);
  const isReady = useLive(({ isReady: ready }) => ready);
  const hasCalls = useLive(({ calls }) => calls.size > 0);
  const hasCampaigns = useLive(({ campaigns }) => campaigns.size > 0);
  const open = useLive(({ calls }) => (openId !== null && calls.has(openId) ? openId : null));
  useEffect(() => {
    if (openId !== null) setSelected(openId);
  }, [openId]);
  const isLive = useDesk(({ mine }) => mine !== null);
  const listening = useListening();
  const isStale = useConnection().state === 'lost';
  useEffect(() => {
    if (open === null) listening.leave();
  }, [open, listening]);
  useKeys('Board', [{ keys: 'Escape', words: 'Close the open call', action: open === null || isLive ? null : () => go('/') }]);
  if (!isReady) return <Loading what="Reading the board" />;
  if (!hasCalls && !hasCampaigns) return <EmptyBoard />;
  return (
    // What was known last stays, and its figures go grey: nobody may take them for the present.
    <div className={styles.board} data-stale={isStale || undefined}>
      <CampaignStrips />
      <div className={styles.panes}>
        {hasCalls ? <CallList selected={selected} openId={open} onSelect={setSelected} onOpen={(id) => go(`/${id}`)} /> : <QuietBoard />}
        {open === null ? <NoOpenCall /> : <OpenCall key={open} id={open} onClose={() => go('/')} />}
      </div>
    </div>
  );
}
