import { IconHeadphones } from '@tabler/icons-react';
import { memo } from 'react';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { useCall, useKnownUntil, useLive, useNow } from '../../client/hooks.ts';
import { clock, localTime, money, phone } from '../../ui/format.ts';
import { levelOf, Mark } from '../../ui/Mark.tsx';
import { RehearsalTag } from '../../ui/parts.tsx';
import { RungBadge } from '../../ui/RungBadge.tsx';
import { changeWords, fallOf } from '../../ui/rung-change.ts';
import { useIsMine } from '../operator/operator-context.ts';
import styles from './CallCard.module.css';
import { CardButtons } from './CardButtons.tsx';
import { lengthOf, needsWords, shortName, speakerWord, viewOf } from './call-words.ts';
import { groupOf } from './order.ts';
import { isUnderWay } from './transfer-words.ts';
import { type Nearby, useIsNear } from './use-nearby.ts';

const noCall = { id: '', holder: null } as const;

function badgeOf(call: CallSummary, isMine: boolean): Parameters<typeof RungBadge>[0] {
  if (call.transfer !== null && isUnderWay(call.transfer))
    return { rung: null, word: `${call.transfer.kind === 'warm' ? 'Warm' : 'Cold'}, ${shortName(call.transfer.toName)}` };
  if (call.heldBy !== null) return { rung: null, word: isMine ? 'You hold it' : 'Holds it' };
  return { rung: call.rung, fellFrom: fallOf(call)?.from ?? null };
}

/**
 * A call on the list: who, what is happening, the last words, what it costs; red ones say why they need a person. A row that is out of
 * sight is only a name in its place, so that a board of hundreds costs what the rows in sight cost.
 */
export const CallCard = memo(function CallCard({
  id,
  near,
  isSelected,
  isOpen,
  hasKeys,
  onSelect,
  onOpen,
}: {
  readonly id: string;
  readonly near: Nearby;
  readonly isSelected: boolean;
  readonly isOpen: boolean;
  /** What the keys do is done to this call. */
  readonly hasKeys: boolean;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
}) {
  const { row, isNear } = useIsNear<HTMLDivElement>(near);
  const shell = useLive(({ calls }) => {
    const call = calls.get(id);
    return call ? { group: groupOf(call), name: call.leadName ?? phone(call.to) } : null;
  });
  if (!shell) return null;
  return (
    <div
      ref={row}
      role="option"
      id={`card-${id}`}
      aria-selected={isSelected}
      tabIndex={isSelected ? 0 : -1}
      data-call={id}
      className={`${styles.card} ${styles[shell.group]} ${isOpen ? styles.open : ''}`}
      onFocus={() => onSelect(id)}
      onClick={() => onOpen(id)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onOpen(id);
      }}
    >
      {isNear ? <Columns id={id} hasKeys={hasKeys} onOpen={onOpen} /> : <b className={styles.far}>{shell.name}</b>}
    </div>
  );
});

function Columns({ id, hasKeys, onOpen }: { readonly id: string; readonly hasKeys: boolean; readonly onOpen: (id: string) => void }) {
  const call = useCall(id);
  const nowMs = useNow(1_000);
  const untilMs = useKnownUntil();
  const isMine = useIsMine(call ?? noCall);
  if (!call) return null;
  const { mark, word, sinceMs } = viewOf(call, isMine);
  const ended = call.state === 'ended';
  const lengthMs = lengthOf(call, untilMs);
  const name = call.leadName ?? phone(call.to);
  const reason = needsWords(call) ? call.attention : null;
  const fall = ended || call.heldBy !== null ? null : fallOf(call);
  return (
    <>
      <Mark name={mark} />
      <div className={styles.who}>
        <b>{name}</b>
        <span>
          {call.world === 'rehearsal' ? <RehearsalTag /> : null} {localTime(nowMs, call.leadZone, call.leadPlace)}
        </span>
      </div>
      <div className={styles.doing}>
        <span className={`${styles.word} ${levelOf(mark) === 'grey' ? styles.waiting : ''}`}>
          {word} <i>{ended ? '' : clock(untilMs - sinceMs)}</i>
        </span>
        {ended && call.rung === null ? null : <RungBadge {...badgeOf(call, isMine)} />}
      </div>
      <p className={`${styles.last} ${fall ? styles.fell : ''}`}>
        {fall ? (
          <span className={styles.why} title={changeWords(fall)}>
            {changeWords(fall)}
          </span>
        ) : null}
        {call.lastLine === null ? (
          <span className={styles.quiet}>
            {call.attemptNumber > 1
              ? `Attempt ${call.attemptNumber}`
              : ended
                ? (call.end?.words ?? call.endedReason ?? '')
                : 'No words yet'}
          </span>
        ) : (
          <>
            <b className={styles[call.lastSpeaker ?? 'lead']}>{isMine && call.lastSpeaker === 'operator' ? 'You' : speakerWord(call)}</b>{' '}
            {call.lastLine}
          </>
        )}
      </p>
      <div className={styles.end}>
        <b>{lengthMs === null ? '–' : clock(lengthMs)}</b>
        <span>
          {call.listeners.length > 0 ? (
            <span className={styles.hears} title={`${call.listeners.join(', ')} ${call.listeners.length === 1 ? 'listens' : 'listen'}`}>
              <IconHeadphones size={14} aria-hidden />
              <span className="visually-hidden">{call.listeners.join(', ')} listening</span>
            </span>
          ) : null}
          {money(call.world === 'rehearsal' ? 0 : call.costMicros)}
        </span>
      </div>
      {reason ? (
        <div className={styles.reason}>
          <b>{reason.reason}</b>
          <CardButtons call={call} hasKeys={hasKeys} onOpen={onOpen} />
        </div>
      ) : null}
    </>
  );
}
