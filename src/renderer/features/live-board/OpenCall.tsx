import { IconX } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useCall, useCallDetail, useNow } from '../../client/hooks.ts';
import { clock, localTime, money, phone } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import { Loading, RehearsalTag } from '../../ui/parts.tsx';
import { RungBadge } from '../../ui/RungBadge.tsx';
import { useListening } from '../operator/operator-context.ts';
import { CallActions } from './CallActions.tsx';
import { viewOf } from './call-words.ts';
import { HopColumn } from './HopColumn.tsx';
import { LevelsRow } from './LevelsRow.tsx';
import styles from './OpenCall.module.css';
import { Transcript } from './Transcript.tsx';

/** One call with everything that is known of it, as it happens. */
export function OpenCall({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const call = useCall(id);
  const detail = useCallDetail(id);
  const nowMs = useNow(1_000);
  const listening = useListening();
  const hears = call?.state === 'live' || call?.state === 'answered' || call?.state === 'transferring';
  // Another call may take its place at once: the board lets go when none is open.
  useEffect(() => {
    listening.watch(hears ? id : null);
  }, [listening, id, hears]);
  if (!call) return null;
  const { mark, word } = viewOf(call);
  const lengthMs =
    call.answeredAt === null ? null : (call.endedAt === null ? nowMs : Date.parse(call.endedAt)) - Date.parse(call.answeredAt);
  const rehearsal = call.world === 'rehearsal';
  return (
    <aside className={styles.pane} aria-label={`Open call: ${call.leadName ?? phone(call.to)}`}>
      <header className={styles.head}>
        <Mark name={mark} size={24} />
        <div className={styles.text}>
          <div className={styles.line}>
            <h2>{call.leadName ?? phone(call.to)}</h2>
            {call.attention && call.state !== 'ended' ? <b className={styles[call.attention.level]}>{call.attention.reason}</b> : null}
          </div>
          <div className={styles.sub}>
            {phone(call.to)}, {localTime(nowMs, call.leadZone, call.leadPlace)}
            {call.compliance.hours === 'off' || call.compliance.consent === 'off' ? <span className={styles.look}>Guards off</span> : null}
            {rehearsal ? <RehearsalTag long /> : null}
          </div>
          <div className={styles.sub}>
            <b>{word}</b>
            <RungBadge rung={call.rung} fellFrom={call.rung === 'announcement' ? 'realtime' : null} />
            <span>
              {call.agentName}, version {call.agentVersion}
            </span>
            <span>{call.carrier === 'twilio' ? 'Twilio' : 'Plivo'}</span>
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
      <LevelsRow callId={id} canListen={hears} isEnded={call.state === 'ended'} />
      <div className={styles.body}>
        {detail ? <Transcript call={call} detail={detail} /> : <Loading what="Reading the call" rows={4} />}
        {detail ? <HopColumn call={call} detail={detail} /> : <div className={styles.side} />}
      </div>
      <CallActions call={call} />
    </aside>
  );
}
