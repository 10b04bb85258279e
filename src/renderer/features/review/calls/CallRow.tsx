import { IconTag } from '@tabler/icons-react';
import { memo } from 'react';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { carrierWords, clock, dateTime, money, phone, shortDateTime } from '../../../ui/format.ts';
import { Mark } from '../../../ui/Mark.tsx';
import { RehearsalTag } from '../../../ui/parts.tsx';
import { RungBadge } from '../../../ui/RungBadge.tsx';
import { callAddress } from '../use-review-address.ts';
import { dispositionOf, endWords, markOf, spentOn } from './call-words.ts';
import styles from './calls-table.module.css';
import { columns } from './columns.ts';

interface Props {
  readonly index: number;
  /** Undefined while its page is read. */
  readonly call: CallSummary | undefined;
  readonly address: string;
  /** What stands before addresses of this screen. */
  readonly base: string;
  readonly campaignNames: ReadonlyMap<string, string>;
  /** The keyboard is on this row; Tab comes here. */
  readonly isCursor: boolean;
}

/** One call, 32 high. The name is the link, and the table follows it for a click anywhere in the row. */
export const CallRow = memo(function CallRow({ index, call, address, base, campaignNames, isCursor }: Props) {
  if (!call) return <RowInReading index={index} />;
  const campaign = call.campaignId === null ? null : (campaignNames.get(call.campaignId) ?? '');
  return (
    <tr className={styles.row} aria-rowindex={index + 2} data-row={index}>
      <td className={styles.first}>
        <span className={styles.marked}>
          <Mark name={markOf(call)} size={16} />
          <span title={call.end?.words}>{endWords(call)}</span>
        </span>
      </td>
      <td>
        <span className={styles.marked}>
          {call.world === 'rehearsal' ? <RehearsalTag /> : null}
          <a
            href={`${base}${callAddress(call.id, address)}`}
            className={styles.name}
            tabIndex={isCursor ? 0 : -1}
            title={call.leadName ?? undefined}
          >
            {call.leadName ?? phone(call.to)}
          </a>
          {call.tags ? (
            <IconTag size={13} className={styles.tagged} aria-label={`Tagged ${call.tags.join(', ')}`}>
              <title>{call.tags.join(', ')}</title>
            </IconTag>
          ) : null}
        </span>
      </td>
      <td>{phone(call.to)}</td>
      <td className={styles.quiet} title={campaign ?? undefined}>
        {campaign ?? 'Single call'}
      </td>
      <td title={dateTime(call.startedAt)}>{shortDateTime(call.startedAt)}</td>
      <td className={styles.figure}>{call.talkMs > 0 ? clock(call.talkMs) : ''}</td>
      <td className={styles.after}>{dispositionOf(call)}</td>
      <td className={styles.points}>{call.points}</td>
      <td>{call.rung === null ? null : <RungBadge rung={call.rung} />}</td>
      <td className={styles.quiet}>{carrierWords[call.carrier]}</td>
      <td className={styles.figure}>{money(spentOn(call))}</td>
      <td className={styles.last}>{call.personInvolved ? <Mark name="person" size={16} label="A person was on the call" /> : null}</td>
    </tr>
  );
});

/** Stands for a row whose page is read, or whose turn to be drawn comes on the next frame. */
function RowInReading({ index }: Pick<Props, 'index'>) {
  return (
    <tr className={`${styles.row} ${styles.unread}`} aria-rowindex={index + 2} data-row={index} aria-hidden>
      <td colSpan={columns.length} />
    </tr>
  );
}
