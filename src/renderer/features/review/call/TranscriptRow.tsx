import { IconPlayerPlayFilled, IconTool } from '@tabler/icons-react';
import { memo, useState } from 'react';
import { clock, latency } from '../../../ui/format.ts';
import styles from './transcript.module.css';
import type { Row, SpokenRow, ToolRow } from './transcript-rows.ts';

/** A tool that takes longer than this is felt in the conversation. */
const slowToolMs = 1_500;

/** One line. It is drawn once; which one is current, and the word in it, are set on the page directly. */
export const TranscriptRow = memo(function TranscriptRow({
  row,
  onPlayFrom,
}: {
  readonly row: Row;
  readonly onPlayFrom: ((ms: number) => void) | null;
}) {
  return (
    <li
      className={`${styles.line} ${row.kind === 'spoken' && onPlayFrom ? styles.playable : ''}`}
      data-row={row.id}
      data-at={row.kind === 'spoken' ? row.atMs : undefined}
    >
      {onPlayFrom && row.kind === 'spoken' ? (
        <button type="button" className={styles.time} aria-label={`Play from ${clock(row.atMs)}`} onClick={() => onPlayFrom(row.atMs)}>
          <IconPlayerPlayFilled size={9} aria-hidden />
          {clock(row.atMs)}
        </button>
      ) : (
        <span className={styles.time}>{clock(row.atMs)}</span>
      )}
      {row.kind === 'spoken' ? (
        <Spoken row={row} />
      ) : row.kind === 'tool' ? (
        <Tool row={row} />
      ) : (
        <p className={styles.event} data-text>
          {row.text}
        </p>
      )}
    </li>
  );
});

function Spoken({ row: { name, speaker, heard, unheard, isEstimate, isFinal } }: { readonly row: SpokenRow }) {
  return (
    <p className={`${styles.words} ${isFinal ? '' : styles.partial}`}>
      <b className={styles[speaker]}>{name}</b>{' '}
      <span className={styles.heard} data-text>
        {heard}
      </span>
      {unheard === '' ? null : (
        <>
          {' '}
          <span className="visually-hidden">{isEstimate ? 'not heard, from about here:' : 'not heard:'}</span>
          <s title={isEstimate ? 'Cut off about here' : undefined}>{unheard}</s>
          <i className={styles.cut} aria-hidden />
        </>
      )}
    </p>
  );
}

function Tool({ row: { title, detail, ms, failed, input, output } }: { readonly row: ToolRow }) {
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.tool}>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconTool size={14} className={styles.wrench} aria-hidden />
        <b data-text>{title}</b>
        {detail === null ? null : <span className={failed ? styles.slow : ''}>{detail}</span>}
        {ms === null || ms < 1 ? null : <span className={ms > slowToolMs ? styles.slow : styles.took}>{latency(ms)}</span>}
      </button>
      {open ? (
        <dl>
          <dt>Asked</dt>
          <dd>{input || 'nothing'}</dd>
          <dt>Answered</dt>
          <dd>{output || 'nothing'}</dd>
        </dl>
      ) : null}
    </div>
  );
}
