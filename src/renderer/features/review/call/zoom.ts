import { useMemo, useState } from 'react';

/** A second is never wider than this: more shows nothing new. */
const widestSecondPx = 160;
/** A window of about this width is assumed for how far one can zoom. */
const windowPx = 1_100;

export interface Zoom {
  /** How many windows wide the whole call is; 1 fits. */
  readonly factor: number;
  /** Null when it cannot be drawn larger. */
  readonly closer: (() => void) | null;
  readonly wider: (() => void) | null;
}

/** Doubling steps until a second is as wide as is of use. Short calls fit well enough and do not zoom. */
export function zoomLimit(durationMs: number): number {
  const fits = windowPx / (durationMs / 1_000);
  return 2 ** Math.max(0, Math.floor(Math.log2(widestSecondPx / fits)));
}

export function useZoom(durationMs: number): Zoom {
  const [factor, setFactor] = useState(1);
  return useMemo(
    () => ({
      factor,
      closer: factor < zoomLimit(durationMs) ? () => setFactor(factor * 2) : null,
      wider: factor > 1 ? () => setFactor(factor / 2) : null,
    }),
    [factor, durationMs],
  );
}
