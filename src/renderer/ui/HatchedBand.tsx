import type { ReactNode } from 'react';
import styles from './HatchedBand.module.css';

/** Across the top of what belongs to the rehearsal world. */
export function HatchedBand({ children }: { readonly children: ReactNode }) {
  return (
    <div className={styles.band} role="note">
      <b>Rehearsal</b>
      <span>{children}</span>
    </div>
  );
}
