import { TextInput } from '@mantine/core';
import { type Ref, useId } from 'react';
import { Button } from '../../../ui/Button.tsx';
import styles from './clips.module.css';
import { type End, preciseTime, readTime, timeProblem } from './stretch.ts';

interface Props {
  readonly end: End;
  readonly ms: number;
  readonly durationMs: number;
  /** What somebody writes and is not read yet; undefined while the field shows the time as it is. */
  readonly text: string | undefined;
  readonly input: Ref<HTMLInputElement> | undefined;
  readonly onText: (text: string | null) => void;
  readonly onWrite: (ms: number) => void;
  readonly onMove: (ms: number) => void;
}

const stepMs = 1_000;
const names = { fromMs: { label: 'From', place: 'at the start' }, toMs: { label: 'To', place: 'at the end' } } as const;

/** One end of a clip: written as a time, or moved by a second. What is written counts when the field is left, and with Enter. */
export function TimeField({ end, ms, durationMs, text, input, onText, onWrite, onMove }: Props) {
  const id = useId();
  const { label, place } = names[end];
  const problem = text === undefined ? null : timeProblem(text, durationMs);
  const read = () => {
    const written = text === undefined ? null : readTime(text);
    if (written === null || problem !== null) return;
    onWrite(written);
    onText(null);
  };
  const step = (by: number) => {
    onText(null);
    onMove(ms + by);
  };
  return (
    <div className={styles.end}>
      <label htmlFor={id}>{label}</label>
      <TextInput
        id={id}
        {...(input ? { ref: input } : {})}
        className={styles.time ?? ''}
        value={text ?? preciseTime(ms)}
        error={problem !== null}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        onChange={({ currentTarget }) => onText(currentTarget.value)}
        onBlur={read}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          read();
        }}
      />
      <Button size="small" onClick={() => step(-stepMs)}>
        {'\u22121 s'}
        <span className="visually-hidden"> {place}</span>
      </Button>
      <Button size="small" onClick={() => step(stepMs)}>
        +1 s<span className="visually-hidden"> {place}</span>
      </Button>
      {problem === null ? null : (
        <p id={`${id}-problem`} role="status">
          {problem}
        </p>
      )}
    </div>
  );
}
