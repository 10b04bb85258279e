/** The machine's monotonic clock, the same in every process of this machine; milliseconds with fractions. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Call back on an absolute schedule: a late beat is caught up with, never added to the next. @returns stops it */
export function everyMs(periodMs: number, beat: (atMs: number) => void): () => void {
  let nextMs = nowMs() + periodMs;
  let timer: NodeJS.Timeout;
  const run = () => {
    const now = nowMs();
    // A machine that stood still for longer is not flooded with what it missed.
    if (now - nextMs > 1_000) nextMs = now;
    for (; nextMs <= now; nextMs += periodMs) beat(nextMs);
    timer = setTimeout(run, Math.max(0, nextMs - nowMs()));
  };
  timer = setTimeout(run, periodMs);
  return () => clearTimeout(timer);
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function between(from: number, to: number): number {
  return from + Math.random() * (to - from);
}
