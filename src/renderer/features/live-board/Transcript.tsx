import { IconBookmark, IconCheck, IconMicrophone, IconTool } from '@tabler/icons-react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { useOperation } from '../../client/hooks.ts';
import type { CallDetail } from '../../client/live-store.ts';
import { Button } from '../../ui/Button.tsx';
import { clock, counted, sentence } from '../../ui/format.ts';
import { useIsMine, useOperator } from '../operator/operator-context.ts';
import { shortName, speakerWord } from './call-words.ts';
import { handWords } from './hand-words.ts';
import { NudgeLine } from './NudgeLine.tsx';
import styles from './Transcript.module.css';
import { type Line, linesOf, toolWord } from './transcript-lines.ts';

/** Within so many pixels of the end it stays at the newest line. */
const nearEnd = 40;

/** What both say, as it is said. It stays at the newest line until somebody scrolls up. */
export function Transcript({ call, detail }: { readonly call: CallSummary; readonly detail: CallDetail }) {
  const lines = useMemo(() => linesOf(detail, call.answeredAt), [detail, call.answeredAt]);
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
  const who = useWho(call);
  const isMine = useIsMine(call);
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
        {lines.length > 0 ? null : call.lastLine !== null ? (
          // Somebody speaks their first words at this moment: what was read of the call holds only what has been said to the end.
          <div className={styles.line}>
            <time />
            <p className={styles.partial}>
              <b className={styles[call.lastSpeaker ?? 'lead']}>{speakerWord(call)}</b> {call.lastLine}
            </p>
          </div>
        ) : (
          <p className={styles.none}>
            {call.answeredAt === null ? 'Words appear here when somebody answers.' : 'Nothing has been said yet.'}
          </p>
        )}
        {lines.map((line) => (
          <LineView
            key={line.key}
            call={call}
            line={line}
            agentName={shortName(call.agentName)}
            who={who}
            raised={call.attention?.segmentId ?? null}
          >
            {disclosed && line.key === firstByAi ? (
              <span className={styles.heard}>
                <IconCheck size={14} stroke={2.2} aria-hidden /> disclosure heard in full
              </span>
            ) : null}
          </LineView>
        ))}
        {isMine && call.state !== 'ended' ? <WillKnow agentName={shortName(call.agentName)} detail={detail} /> : null}
        {call.state === 'ended' ? (
          <p className={styles.over}>{sentence(call.end?.words ?? call.endedReason ?? 'The call is over.')}</p>
        ) : null}
      </div>
      {newer > 0 && !isHeld ? (
        <Button size="small" className={styles.newer ?? ''} onClick={() => setHeld(true)}>
          {counted(newer, 'new line')}
        </Button>
      ) : null}
    </div>
  );
}

/** On one's own call: what the AI has when it gets the call back. */
function WillKnow({ agentName, detail }: { readonly agentName: string; readonly detail: CallDetail }) {
  const since = detail.involvements.findLast(({ action }) => action === 'took-over')?.startMs ?? 0;
  const said = detail.transcript.filter(({ startMs, final, speaker }) => final && startMs >= since && speaker !== 'ai').length;
  return (
    <div className={styles.know}>
      <b>When you give back, {agentName} will know</b>
      <p>
        {said === 0 ? 'What you both say from here on' : `What you both said (${counted(said, 'line')})`}, and your note. {agentName} goes
        on without greeting again.
      </p>
    </div>
  );
}

/** `You`, where this window had a hand in the call and the name is that of its operator. */
function useWho(call: CallSummary): (name: string | null) => string {
  const { desk } = useOperator();
  const { data } = useOperation('settings.get', {});
  const own = data?.operatorName.trim() || 'Operator';
  return (name) => (desk.acted.has(call.id) && (name === null || name === own) ? 'You' : (name ?? call.heldBy ?? 'Person'));
}

function LineView({
  call,
  line,
  agentName,
  who,
  raised,
  children,
}: {
  readonly call: CallSummary;
  readonly line: Line;
  readonly agentName: string;
  /** What this person calls themselves, or another one. */
  readonly who: (name: string | null) => string;
  readonly raised: string | null;
  readonly children: React.ReactNode;
}) {
  return (
    <div className={styles.line}>
      <time>{clock(Math.max(0, line.atMs))}</time>
      {line.kind === 'words' ? (
        <p className={`${line.segment.final ? '' : styles.partial} ${line.segment.id === raised ? styles.raised : ''}`}>
          <b className={styles[line.segment.speaker]}>
            {{ lead: 'Lead', ai: agentName, operator: who(null), system: 'Line' }[line.segment.speaker]}
          </b>{' '}
          {line.heard}
          {line.unheard === '' ? null : (
            <>
              <span className="visually-hidden">{line.segment.heardEstimated ? ' not heard, from about here: ' : ' not heard: '}</span>
              <s title={line.segment.heardEstimated ? 'Cut off about here' : undefined}>{line.unheard}</s>
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
      {line.kind === 'nudge' ? (
        <NudgeLine call={call} nudge={line.nudge} usedIn={line.usedIn} agentName={agentName} by={who(line.nudge.by)} />
      ) : null}
      {line.kind === 'hand' ? (
        <p className={styles.hand}>
          <IconMicrophone size={14} aria-hidden /> {handWords(line.involvement, who(line.involvement.who), agentName)}
          {/* The words themselves stand struck above; where the seconds are told, they need not be said again. */}
          {line.cut === null || line.involvement.detail !== undefined ? null : ` ${agentName}’s “${line.cut}” was cleared.`}
        </p>
      ) : null}
      {line.kind === 'mark' ? (
        <p className={styles.mark}>
          <IconBookmark size={14} aria-hidden /> {line.mark.note ?? 'Marked'}
        </p>
      ) : null}
    </div>
  );
}
