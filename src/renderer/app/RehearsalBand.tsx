import { useLive } from '../client/hooks.ts';
import styles from './RehearsalBand.module.css';
import { isRehearsing } from './TopBar.tsx';

/** The hatched band of the rehearsal world, on every screen while somebody is rehearsed with. */
export function RehearsalBand() {
  const rehearsing = useLive(isRehearsing);
  if (!rehearsing) return null;
  return (
    <div className={styles.band} role="note">
      <b>Rehearsal</b>
      <span>Simulated people, real sound, the same path as real calls. Nobody is called, nothing is spent.</span>
    </div>
  );
}
