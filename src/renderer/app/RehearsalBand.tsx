import { useLive } from '../client/hooks.ts';
import { isRehearsing } from '../client/live-store.ts';
import { HatchedBand } from '../ui/HatchedBand.tsx';

/** The hatched band of the rehearsal world, on every screen while somebody is rehearsed with. */
export function RehearsalBand() {
  const rehearsing = useLive(isRehearsing);
  if (!rehearsing) return null;
  return <HatchedBand>Simulated people, real sound, the same path as real calls. Nobody is called, nothing is spent.</HatchedBand>;
}
