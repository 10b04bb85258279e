import type { Call } from '#bridge/contract/calls.ts';
import { clock } from '../../../ui/format.ts';
import { isFall, stepsWords } from '../../../ui/rung-change.ts';
import styles from './side.module.css';

/** When another voice took over in the middle of the call, and why. */
export function Voices({ call, onGo }: { readonly call: Pick<Call, 'rungChanges' | 'answeredAt'>; readonly onGo: (ms: number) => void }) {
  const answeredMs = call.answeredAt === null ? null : Date.parse(call.answeredAt);
  return (
    <ul>
      {(call.rungChanges ?? []).map((change) => {
        const atMs = answeredMs === null ? 0 : Math.max(0, Date.parse(change.at) - answeredMs);
        return (
          <li key={`${change.at} ${change.to}`}>
            <button type="button" className={styles.jump} onClick={() => onGo(atMs)}>
              <span className={styles.at}>{clock(atMs)}</span>
              <span>
                <b className={isFall(change) ? styles.slowFigure : ''}>{stepsWords(change)}</b>
                <br />
                {change.because}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
