import type { RetryPolicy } from '#bridge/contract/campaigns.ts';
import { Button } from '../../ui/Button.tsx';
import { sentence } from '../../ui/format.ts';
import { WholeInput } from '../../ui/WholeInput.tsx';
import { type RetryKind, retryOf, waitsInWords, withoutRetry, withRetry } from './schedule-fields.ts';
import styles from './steps.module.css';

const kinds: readonly { readonly kind: RetryKind; readonly name: string }[] = [
  { kind: 'no-answer', name: 'Nobody answered' },
  { kind: 'busy', name: 'The line was busy' },
];
const monthMinutes = 60 * 24 * 30;

/** How often somebody is tried, and how long it waits between two tries. */
export function RetryFields({ retry, onChange }: { readonly retry: RetryPolicy; readonly onChange: (retry: RetryPolicy) => void }) {
  return (
    <>
      {kinds.map(({ kind, name }) => {
        const rule = retryOf(retry, kind);
        const minutes = rule.delaysMinutes[0] ?? 60;
        return (
          <fieldset key={kind} className={styles.group}>
            <legend>{name}</legend>
            <div className={styles.trio}>
              <WholeInput
                label="Tries in all"
                value={rule.maxAttempts}
                min={1}
                max={10}
                onChange={(attempts) => attempts !== rule.maxAttempts && onChange(withRetry(retry, kind, attempts, minutes))}
              />
              <WholeInput
                label="Wait between two"
                suffix=" min"
                value={minutes}
                min={0}
                max={monthMinutes}
                onChange={(wait) => wait !== minutes && onChange(withRetry(retry, kind, rule.maxAttempts, wait))}
              />
              <Button
                kind="quiet"
                blocked={rule.isUsual ? 'These are the usual waits.' : null}
                onClick={() => onChange(withoutRetry(retry, kind))}
              >
                Use the usual waits
              </Button>
            </div>
            <p className={styles.hint}>{sentence(`${rule.isUsual ? 'the usual: ' : ''}${waitsInWords(rule)}`)}</p>
          </fieldset>
        );
      })}
    </>
  );
}
