import type { LadderStep, Rung } from '#bridge/contract/words.ts';
import { rungWords } from './format.ts';
import styles from './RungBadge.module.css';

const usual: readonly Rung[] = ['realtime', 'live', 'cascade', 'turn-based', 'announcement'];

/**
 * Which step of the voice ladder speaks: falling bars, the one in use filled, the one it fell from outlined.
 *
 * @param rung null while nobody speaks yet @param fellFrom the step before, when it fell @param word another word than the rung's own
 */
export function RungBadge({
  rung,
  ladder = usual,
  fellFrom = null,
  word,
}: {
  readonly rung: Rung | null;
  readonly ladder?: readonly Rung[];
  readonly fellFrom?: LadderStep | null;
  readonly word?: string;
}) {
  const bars = ladder.length >= 2 ? ladder : usual;
  const fell = fellFrom !== null && fellFrom !== rung;
  return (
    <span className={`${styles.badge} ${fell ? styles.fell : ''}`}>
      <svg width={bars.length * 3 + 1} height="12" viewBox={`0 0 ${bars.length * 3 + 1} 12`} aria-hidden>
        {bars.map((step, index) => {
          const height = 11 - (index * 8) / Math.max(1, bars.length - 1);
          return (
            <rect
              key={step}
              x={index * 3 + 0.5}
              y={11.5 - height}
              width="2"
              height={height}
              className={step === rung ? styles.used : step === fellFrom ? styles.left : styles.other}
            />
          );
        })}
      </svg>
      <span>{word ?? (rung === null ? 'No voice yet' : rungWords[rung])}</span>
    </span>
  );
}
