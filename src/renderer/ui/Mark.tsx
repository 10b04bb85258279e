import type { ReactNode } from 'react';
import styles from './Mark.module.css';

/** What a mark says: its shape and colour tell how urgent, the sign inside what is happening. */
export type MarkName =
  | 'ai-speaking'
  | 'lead-speaking'
  | 'thinking'
  | 'voicemail'
  | 'landing'
  | 'passed'
  | 'look'
  | 'paused'
  | 'act'
  | 'failed'
  | 'you-speak'
  | 'person'
  | 'transferring'
  | 'completed'
  | 'ringing'
  | 'waiting'
  | 'held'
  | 'never';

type Shape = 'circle' | 'triangle' | 'octagon' | 'square' | 'ring' | 'dashed';
export type Level = 'green' | 'amber' | 'red' | 'blue' | 'grey';

const shapes: Readonly<Record<MarkName, readonly [Shape, Level]>> = {
  'ai-speaking': ['circle', 'green'],
  'lead-speaking': ['circle', 'green'],
  thinking: ['circle', 'green'],
  voicemail: ['circle', 'green'],
  landing: ['circle', 'green'],
  passed: ['circle', 'green'],
  look: ['triangle', 'amber'],
  paused: ['triangle', 'amber'],
  act: ['octagon', 'red'],
  failed: ['octagon', 'red'],
  'you-speak': ['square', 'blue'],
  person: ['square', 'blue'],
  transferring: ['square', 'blue'],
  completed: ['square', 'blue'],
  ringing: ['ring', 'grey'],
  waiting: ['dashed', 'grey'],
  held: ['dashed', 'grey'],
  never: ['dashed', 'grey'],
};

const bodies: Readonly<Record<Shape, ReactNode>> = {
  circle: <circle cx="10" cy="10" r="9.5" />,
  triangle: <path d="M8.6 1.8a1.6 1.6 0 0 1 2.8 0l7.9 14.3a1.6 1.6 0 0 1-1.4 2.4H2.1a1.6 1.6 0 0 1-1.4-2.4z" />,
  octagon: <path d="M6.1.6h7.8l5.5 5.5v7.8l-5.5 5.5H6.1L.6 13.9V6.1z" />,
  square: <rect x=".8" y=".8" width="18.4" height="18.4" rx="2.6" />,
  ring: <circle cx="10" cy="10" r="8.9" className={styles.hollow} />,
  dashed: <circle cx="10" cy="10" r="8.7" className={styles.hollow} strokeDasharray="2.7 2.75" />,
};

const signs: Readonly<Record<MarkName, ReactNode>> = {
  'ai-speaking': <path d="M6.4 8.4v3.2M10 6v8M13.6 8.4v3.2" />,
  'lead-speaking': (
    <>
      <circle cx="10" cy="7.6" r="2.2" />
      <path d="M6.2 14.6c.4-2.3 1.9-3.3 3.8-3.3s3.4 1 3.8 3.3" />
    </>
  ),
  thinking: <path d="M6 10h.02M10 10h.02M14 10h.02" strokeWidth="2.4" />,
  voicemail: (
    <>
      <circle cx="6.8" cy="9.6" r="2" />
      <circle cx="13.2" cy="9.6" r="2" />
      <path d="M6.8 11.6h6.4" />
    </>
  ),
  landing: <path d="M10 5.800v8M6.7 10.800l3.3 3.3 3.3-3.3" />,
  passed: <path d="m6.2 10.3 2.7 2.6 5-5.3" />,
  look: <path d="M10 7v4.600M10 14.600v.02" strokeWidth="2" />,
  paused: <path d="M8.2 8.200v6M11.8 8.200v6" />,
  act: <path d="M10 5v6.200M10 14.700v.02" strokeWidth="2.2" />,
  failed: <path d="m7 7 6 6M13 7l-6 6" />,
  'you-speak': (
    <>
      <rect x="8.2" y="4.2" width="3.6" height="7" rx="1.8" />
      <path d="M5.8 9.800c.3 2.4 2 3.6 4.2 3.600s3.9-1.2 4.2-3.600M10 13.600v2.3" />
    </>
  ),
  person: (
    <>
      <circle cx="10" cy="7.4" r="2.2" />
      <path d="M6.2 14.800c.4-2.4 1.9-3.5 3.8-3.500s3.4 1.1 3.8 3.5" />
    </>
  ),
  transferring: <path d="M5.6 10h8.600M11 6.800l3.3 3.2-3.3 3.2" />,
  completed: <path d="m5.900 10.200 2.800 2.700 5.400-5.600" />,
  ringing: <path d="M5.7 9.200a6.1 6.1 0 0 1 8.6 0M7.6 11.300a3.4 3.4 0 0 1 4.8 0M10 13.600v.02" />,
  waiting: null,
  held: <path d="M8.3 7.300v5.400M11.7 7.300v5.4" />,
  never: <path d="m7.4 7.4 5.2 5.200M12.6 7.400l-5.2 5.2" />,
};

/** A mark; the word stands beside it, so it is hidden from screen readers unless `label` is given. @param size 20 in strips, 24 in titles */
export function Mark({ name, size = 20, label }: { readonly name: MarkName; readonly size?: number; readonly label?: string }) {
  const [shape, level] = shapes[name];
  const hollow = shape === 'ring' || shape === 'dashed';
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: it has a label, or it is hidden
    <svg
      className={`${styles.mark} ${styles[level]} ${hollow ? styles.open : ''} ${name === 'ringing' ? styles.ringing : ''}`}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      {bodies[shape]}
      <g className={styles.sign}>{size >= 14 ? signs[name] : null}</g>
    </svg>
  );
}

export const levelOf = (name: MarkName): Level => shapes[name][1];
