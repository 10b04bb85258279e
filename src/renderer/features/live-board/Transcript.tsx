import { IconBookmark, IconTool } from '@tabler/icons-react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { CallSummary } from '#bridge/contract/calls.ts';
import type { CallDetail } from '../../client/live-store.ts';
import { Button } from '../../ui/Button.tsx';
import { clock, counted } from '../../ui/format.ts';
import { Mark as Sign } from '../../ui/Mark.tsx';
import { shortName } from './call-words.ts';
import styles from './Transcript.module.css';
import { type Line, linesOf, toolWord } from './transcript-lines.ts';

/** Within so many pixels of the end it stays at the newest line. */
const nearEnd = 40;

/** What both say, as it is said. It stays at the newest line until somebody scrolls up. */
export function Transcript({ call, detail }: { readonly call: CallSummary; readonly detail: CallDetail }) {
  const lines = useMemo(() => linesOf(detail), [detail]);
  const box = useRef<HTMLDivElement>(null);
  const [isHeld, setHeld] = useState(true);
  const [seen, setSeen] = useState(lines.length);
  const disclosed = detail.hops.some(({ name }) => name === 'disclosure-played');
  const firstByAi = lines.find((line) => line.kind === 'words' && line.segment.speaker === 'ai')?.key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a line that grows moves the end too
  useLayoutEffect(() => {
    const element = box.current;
    if (element && isHeld) element.scrollTop = element.scrollHeight;
  }, [lines, isHeld]);
  useEffect(() => {
    if (isHeld) setSeen(lines.length);
  }, [isHeld, lines.length]);
  const newer = Math.max(0, lines.length - seen);
  return (
    <div className={styles.pane}>
      <div
        ref={box}
        className={styles.lines}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard
        tabIndex={0}
        role="log"
        aria-label="Transcript"
        aria-live="off"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setHeld(scrollHeight - scrollTop - clientHeight < nearEnd)
        }
      >
        {lines.length === 0 ? (
          <p className={styles.none}>
            {call.answeredAt === null ? 'Words appear here when somebody answers.' : 'Nothing has been said yet.'}
          </p>
        ) : null}
        {lines.map((line) => (
          <LineView
            key={line.key}
            line={line}
            agentName={shortName(call.agentName)}
            heldBy={call.heldBy}
            raised={call.attention?.segmentId ?? null}
          >
            {disclosed && line.key === firstByAi ? (
              <span className={styles.heard}>
                <Sign name="passed" size={12} /> disclosure heard in full
              </span>
            ) : null}
          </LineView>
        ))}
        {call.state === 'ended' ? <p className={styles.over}>{call.endedReason ?? 'The call is over.'}</p> : null}
      </div>
      {newer > 0 && !isHeld ? (
        <Button size="small" className={styles.newer ?? ''} onClick={() => setHeld(true)}>
          {counted(newer, 'new line')}
        </Button>
      ) : null}
    </div>
  );
}

function LineView({
  line,
  agentName,
  heldBy,
  raised,
  children,
}: {
  readonly line: Line;
  readonly agentName: string;
  readonly heldBy: string | null;
  readonly raised: string | null;
  readonly children: React.ReactNode;
}) {
  return (
    <div className={styles.line}>
      <time>{clock(Math.max(0, line.atMs))}</time>
      {line.kind === 'words' ? (
        <p className={`${line.segment.final ? '' : styles.partial} ${line.segment.id === raised ? styles.raised : ''}`}>
          <b className={styles[line.segment.speaker]}>
            {{ lead: 'Lead', ai: agentName, operator: heldBy ?? 'Person', system: 'Line' }[line.segment.speaker]}
          </b>{' '}
          {line.heard}
          {line.unheard === '' ? null : (
            <>
              <span className="visually-hidden"> not heard: </span>
              <s>{line.unheard}</s>
            </>
          )}
          {line.segment.interrupted ? <i className={styles.cut} aria-hidden /> : null}
          {children}
        </p>
      ) : null}
      {line.kind === 'tool' ? (
        <details className={styles.tool}>
          <summary>
            <IconTool size={14} aria-hidden />
            <b>{toolWord(line.toolCall.name)}</b>
            <span className={styles.result}>{line.toolCall.result}</span>
            {line.toolCall.ms === undefined ? null : <span>{line.toolCall.ms} ms</span>}
          </summary>
          <pre>{line.toolCall.arguments}</pre>
          <pre>{line.toolCall.result}</pre>
        </details>
      ) : null}
      {line.kind === 'mark' ? (
        <p className={styles.mark}>
          <IconBookmark size={14} aria-hidden /> {line.mark.note ?? 'Marked'}
        </p>
      ) : null}
    </div>
  );
}
