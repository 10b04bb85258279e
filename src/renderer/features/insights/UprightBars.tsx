import { type FocusEvent, type KeyboardEvent, useRef, useState } from 'react';
import { Link } from 'wouter';
import { nameEvery } from './columns.ts';
import styles from './UprightBars.module.css';

export interface UprightBar {
  readonly key: string;
  /** Below the axis, where there is room. */
  readonly name: string;
  /** What the bar is of, in full. */
  readonly of: string;
  /** What it tells, in words. */
  readonly words: string;
  /** From its foot up. */
  readonly layers: readonly { readonly tone: 'green' | 'accent' | 'grey' | 'hollow'; readonly value: number }[];
  /** Where a press leads. */
  readonly href?: string;
}

const heightPx = 148;

/**
 * Upright bars on one axis, and one of them in words: the one that is pointed at or chosen by arrow keys, else the
 * first. @param fits how many names have room below the axis
 */
export function UprightBars({
  label,
  bars,
  ticks,
  tickWords,
  fits,
  first = bars.length - 1,
  idle,
}: {
  readonly label: string;
  readonly bars: readonly UprightBar[];
  readonly ticks: readonly number[];
  readonly tickWords: (tick: number) => string;
  readonly fits: number;
  readonly first?: number;
  /** Said while no bar is chosen, in place of the first. */
  readonly idle?: string;
}) {
  const [chosenKey, setChosen] = useState<string | null>(null);
  const row = useRef<HTMLDivElement>(null);
  const top = ticks.at(-1) ?? 1;
  const found = bars.findIndex(({ key }) => key === chosenKey);
  const at = found === -1 ? first : found;
  const told = bars[at];
  const every = nameEvery(bars.length, fits);
  const up = (value: number) => (value / top) * (heightPx - 8);
  const move = (event: KeyboardEvent) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = bars[to];
    if (!next) return;
    setChosen(next.key);
    row.current?.querySelectorAll<HTMLElement>('[data-bar]')[to]?.focus();
  };
  const left = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget as Node | null)) setChosen(null);
  };
  return (
    <>
      <div className={styles.chart}>
        <div className={styles.scale} aria-hidden>
          {ticks.map((tick) => (
            <span key={tick} style={{ bottom: up(tick) }}>
              {tickWords(tick)}
            </span>
          ))}
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields */}
        <div
          ref={row}
          role="group"
          aria-label={label}
          className={styles.bars}
          onKeyDown={move}
          onPointerLeave={() => setChosen(null)}
          onBlur={left}
        >
          {ticks.slice(1).map((tick) => (
            <i key={tick} className={styles.line} style={{ bottom: up(tick) }} />
          ))}
          {bars.map((bar, index) => (
            <Bar
              key={bar.key}
              bar={bar}
              up={up}
              isStop={index === at}
              isTold={index === at && (found !== -1 || idle === undefined)}
              choose={() => setChosen(bar.key)}
            />
          ))}
        </div>
        <div className={styles.names} aria-hidden>
          {bars.map(({ key, name }, index) => (
            <span key={key}>{index % every === 0 ? name : ''}</span>
          ))}
        </div>
      </div>
      <p className={styles.readout}>
        {found === -1 && idle !== undefined ? (
          idle
        ) : told ? (
          <>
            <b>{told.of}</b> {told.words}
          </>
        ) : null}
      </p>
    </>
  );
}

/** @param isStop where the tab key goes; the others are reached by arrow keys */
function Bar({
  bar: { of, words, layers, href },
  up,
  isStop,
  isTold,
  choose,
}: {
  readonly bar: UprightBar;
  readonly up: (value: number) => number;
  readonly isStop: boolean;
  readonly isTold: boolean;
  readonly choose: () => void;
}) {
  const shared = {
    'data-bar': true,
    tabIndex: isStop ? 0 : -1,
    'aria-label': `${of}: ${words}`,
    className: isTold ? styles.chosen : '',
    onPointerEnter: choose,
    onFocus: choose,
  };
  const stack = (
    <span className={styles.stack}>
      {layers
        .filter(({ value }) => value > 0)
        .map(({ tone, value }) => (
          <i key={tone} className={styles[tone]} style={{ height: up(value) }} />
        ))}
    </span>
  );
  if (href === undefined) {
    return (
      <button type="button" {...shared}>
        {stack}
      </button>
    );
  }
  return (
    <Link href={href} {...shared}>
      {stack}
    </Link>
  );
}
