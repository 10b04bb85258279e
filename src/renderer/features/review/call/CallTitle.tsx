import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { Call } from '#bridge/contract/calls.ts';
import { useKeys } from '../../../app/keys.ts';
import { Button } from '../../../ui/Button.tsx';
import { carrierWords, clock, money, phone } from '../../../ui/format.ts';
import { RehearsalTag, TitleRow } from '../../../ui/parts.tsx';
import { RungBadge } from '../../../ui/RungBadge.tsx';
import { fallOf } from '../../../ui/rung-change.ts';
import { spentOn } from '../calls/call-words.ts';
import styles from './call-page.module.css';
import { ExportMenu } from './ExportMenu.tsx';
import { theirTime } from './their-time.ts';
import { useNeighbours } from './use-neighbours.ts';

/** Who was called, when, and where this call stands in the list it was opened from. @param actions what stands before Export */
export function CallTitle({ call, actions }: { readonly call: Call; readonly actions?: ReactNode }) {
  const [, go] = useLocation();
  const lastChange = call.rungChanges?.at(-1);
  const fellFrom = fallOf({ rung: call.rung, ...(lastChange ? { rungChange: lastChange } : {}) })?.from ?? null;
  const { back, words, previous, next } = useNeighbours(call.id);
  const goPrevious = previous === null ? null : () => go(previous, { replace: true });
  const goNext = next === null ? null : () => go(next, { replace: true });
  useKeys('Call', [
    { keys: 'Escape', words: 'Back to the list', action: () => go(back) },
    { keys: '[', words: 'Call before in the list', action: goPrevious },
    { keys: ']', words: 'Next call in the list', action: goNext },
  ]);
  return (
    <TitleRow
      mark={
        <Button
          kind="quiet"
          className={styles.square ?? ''}
          aria-label="Back to the list"
          title="Back to the list (Esc)"
          icon={<IconChevronLeft size={18} />}
          onClick={() => go(back)}
        />
      }
      title={call.leadName ?? phone(call.to)}
      beside={
        <span className={styles.number}>
          {call.leadName === null ? null : phone(call.to)}
          {call.world === 'rehearsal' ? <RehearsalTag long /> : null}
        </span>
      }
      below={
        <span className={styles.facts}>
          <span>{theirTime(call.startedAt, call.leadZone, call.leadPlace)}</span>
          <span>{call.talkMs > 0 ? `${clock(call.talkMs)} talked` : 'Not talked'}</span>
          <span>{money(spentOn(call))}</span>
          {call.rung === null ? null : <RungBadge rung={call.rung} fellFrom={fellFrom} />}
          <span>{`${call.agentName}, version ${call.agentVersion}`}</span>
          <span>{carrierWords[call.carrier]}</span>
        </span>
      }
      actions={
        <>
          <span className={styles.place}>{words}</span>
          <Button
            className={styles.square ?? ''}
            aria-label="Call before in the list"
            title="Call before in the list ( [ )"
            icon={<IconChevronLeft size={16} />}
            blocked={goPrevious ? null : words === null ? 'Not in this list' : 'This is the first one'}
            onClick={() => goPrevious?.()}
          />
          <Button
            className={styles.square ?? ''}
            aria-label="Next call in the list"
            title="Next call in the list ( ] )"
            icon={<IconChevronRight size={16} />}
            blocked={goNext ? null : words === null ? 'Not in this list' : 'This is the last one'}
            onClick={() => goNext?.()}
          />
          {actions}
          <ExportMenu call={call} />
        </>
      }
    />
  );
}
