import { IconHeadphones, IconX } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useKeys } from '../../app/keys.ts';
import { useCall, useCallDetail, useKnownUntil, useNow } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { carrierWords, clock, localTime, money, phone } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import { Loading, RehearsalTag } from '../../ui/parts.tsx';
import { RungBadge } from '../../ui/RungBadge.tsx';
import { fallOf } from '../../ui/rung-change.ts';
import { useDesk, useIsMine, useListening } from '../operator/operator-context.ts';
import { BottomRow } from './BottomRow.tsx';
import { CallActions } from './CallActions.tsx';
import { lengthOf, needsWords, shortName, viewOf } from './call-words.ts';
import { HopColumn } from './HopColumn.tsx';
import { LevelsRow } from './LevelsRow.tsx';
import styles from './OpenCall.module.css';
import { Transcript } from './Transcript.tsx';
import { wouldGoBack } from './take-over.ts';
import { useNotNeeded } from './use-not-needed.ts';

const noCall = { id: '', holder: null } as const;

/** One call with everything that is known of it, as it happens. */
export function OpenCall({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const call = useCall(id);
  const detail = useCallDetail(id);
  const nowMs = useNow(1_000);
  const untilMs = useKnownUntil();
  const listening = useListening();
  const hears = call?.state === 'live' || call?.state === 'answered' || call?.state === 'transferring';
  // Another call may take its place at once: the board lets go when none is open.
  useEffect(() => {
    listening.watch(hears ? id : null);
  }, [listening, id, hears]);
  const isMine = useIsMine(call ?? noCall);
  const notNeeded = useNotNeeded(call);
  useKeys('Open call', [{ keys: '0', words: 'No person is needed', action: notNeeded }]);
  const mine = useDesk(({ mine: held }) => held?.callId ?? null);
  const other = useCall(mine ?? '');
  if (!call) return null;
  const { mark, word } = viewOf(call, isMine);
  const effect = mine === null || mine === id || !hears || call.heldBy !== null ? null : wouldGoBack(other);
  const lengthMs = lengthOf(call, untilMs);
  const rehearsal = call.world === 'rehearsal';
  const isUnguarded = call.compliance.hours === 'off' || call.compliance.consent === 'off';
  const where = `${phone(call.to)}, ${localTime(nowMs, call.leadZone, call.leadPlace)}`;
  return (
    <aside className={`${styles.pane} ${isMine ? styles.mine : ''}`} aria-label={`Open call: ${call.leadName ?? phone(call.to)}`}>
      <header className={styles.head}>
        <Mark name={mark} size={24} />
        <div className={styles.text}>
          <div className={styles.line}>
            <h2 title={call.leadName ?? undefined}>{call.leadName ?? phone(call.to)}</h2>
            {call.attention && needsWords(call) ? (
              <b className={styles[call.attention.level]} title={call.attention.reason}>
                {call.attention.reason}
              </b>
            ) : null}
            {notNeeded === null ? null : (
              <Button size="small" kind="quiet" className={styles.notNeeded ?? ''} hotkey="0" onClick={notNeeded}>
                Not needed
              </Button>
            )}
          </div>
          <div className={styles.sub}>
            <span className={styles.where} title={where}>
              {where}
            </span>
            {/* Nobody real is called in a rehearsal, so it has nothing to guard against. */}
            {rehearsal ? <RehearsalTag long /> : isUnguarded ? <span className={styles.look}>Guards off</span> : null}
          </div>
          <div className={styles.sub}>
            <b>{word}</b>
            <RungBadge
              rung={call.heldBy === null ? call.rung : null}
              fellFrom={call.heldBy === null ? (fallOf(call)?.from ?? null) : null}
              {...(call.heldBy === null ? {} : { word: isMine ? 'You hold it' : `${shortName(call.heldBy)} holds it` })}
            />
            {isMine ? (
              <span className={styles.agent}>{shortName(call.agentName)} is silent and listens</span>
            ) : effect !== null ? (
              <span className={styles.agent} title={effect}>
                {effect}
              </span>
            ) : (
              <span className={styles.agent} title={call.agentName}>
                {shortName(call.agentName)}, version {call.agentVersion}
              </span>
            )}
            {isMine || effect !== null ? null : <span>{carrierWords[call.carrier]}</span>}
            {call.listeners.length > 0 ? (
              <span className={styles.hears} title={`${call.listeners.join(', ')} ${call.listeners.length === 1 ? 'listens' : 'listen'}`}>
                <IconHeadphones size={14} aria-hidden /> {call.listeners.length === 1 ? call.listeners[0] : call.listeners.length}
                <span className="visually-hidden"> listening</span>
              </span>
            ) : null}
          </div>
        </div>
        <div className={styles.end}>
          <b>{lengthMs === null ? '–' : clock(lengthMs)}</b>
          <span>{money(rehearsal ? 0 : call.costMicros)}</span>
          {rehearsal ? <span className={styles.real}>{money(call.costMicros)} if real</span> : null}
        </div>
        <button type="button" className={styles.close} onClick={onClose} aria-label="Close the open call">
          <IconX size={16} aria-hidden />
        </button>
      </header>
      <LevelsRow call={call} isAnswered={hears} />
      <div className={styles.body}>
        {detail ? <Transcript call={call} detail={detail} /> : <Loading what="Reading the call" rows={4} />}
        {detail ? <HopColumn call={call} detail={detail} /> : <div className={styles.side} />}
      </div>
      <BottomRow call={call} detail={detail} />
      <CallActions call={call} detail={detail} />
    </aside>
  );
}
