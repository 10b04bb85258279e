import { type KeyboardEvent, useRef, useState } from 'react';
import type { TurnLatency } from '#bridge/contract/calls.ts';
import { clock, latency } from './format.ts';
import styles from './ReplyBars.module.css';
import { ReplySplit } from './ReplySplit.tsx';
import { goodReplyMs, replyHops, replyHopWords, slowReplyMs } from './replies.ts';

const heightPx = 44;
/** Taller bars are cut: one very slow reply shall not flatten the rest. */
const tallestMs = 3_000;

/**
 * How long the lead waited for each reply, and of one of them where the time went: the one that is pointed at or chosen by keys, else the
 * last. @param shown how many of the newest are drawn @param onGo goes to that moment of the call
 */
export function ReplyBars({
  turns,
  shown = turns.length,
  onGo,
}: {
  readonly turns: readonly TurnLatency[];
  readonly shown?: number;
  readonly onGo?: (ms: number) => void;
}) {
  const [chosenMs, setChosen] = useState<number | null>(null);
  const row = useRef<HTMLDivElement>(null);
  const bars = turns.slice(-shown);
  const topMs = Math.min(tallestMs, Math.max(slowReplyMs, ...bars.map(({ latencyMs }) => latencyMs)));
  const found = bars.findIndex(({ endOfSpeechMs }) => endOfSpeechMs === chosenMs);
  const at = found === -1 ? bars.length - 1 : found;
  const chosen = bars[at];
  if (!chosen) return null;
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    const next = bars[at + step];
    if (step === 0) return;
    // The same keys wind the call.
    event.stopPropagation();
    event.preventDefault();
    if (!next) return;
    setChosen(next.endOfSpeechMs);
    row.current?.querySelectorAll('button')[at + step]?.focus();
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the buttons in it are what has the focus */}
      <div ref={row} className={styles.bars} style={{ height: heightPx }} onKeyDown={move} onPointerLeave={() => setChosen(null)}>
        <i className={styles.good} style={{ bottom: (goodReplyMs / topMs) * heightPx }} />
        {bars.map((turn, index) => (
          <button
            key={turn.endOfSpeechMs}
            type="button"
            tabIndex={index === at ? 0 : -1}
            aria-label={inWords(turn)}
            className={`${turn.latencyMs > slowReplyMs ? styles.slow : ''} ${index === at ? styles.chosen : ''}`}
            onPointerEnter={() => setChosen(turn.endOfSpeechMs)}
            onFocus={() => setChosen(turn.endOfSpeechMs)}
            onClick={() => onGo?.(turn.endOfSpeechMs)}
          >
            <i style={{ height: Math.max(2, (Math.min(turn.latencyMs, topMs) / topMs) * heightPx) }} />
          </button>
        ))}
      </div>
      <p className={styles.which}>
        <b className={chosen.latencyMs > slowReplyMs ? styles.slowFigure : ''}>{latency(chosen.latencyMs)}</b>
        <span>{at === bars.length - 1 ? `last, at ${clock(chosen.endOfSpeechMs)}` : `at ${clock(chosen.endOfSpeechMs)}`}</span>
      </p>
      {chosen.parts ? <ReplySplit parts={chosen.parts} /> : <p className={styles.unknown}>Where the time went was not measured.</p>}
    </>
  );
}

function inWords({ latencyMs, endOfSpeechMs, parts }: TurnLatency): string {
  const split = parts ? `: ${replyHops.map((hop) => `${replyHopWords[hop]} ${latency(parts[hop])}`).join(', ')}` : '';
  return `Reply after ${latency(latencyMs)}, at ${clock(endOfSpeechMs)}${split}`;
}
