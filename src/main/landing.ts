/** What a quit needs of the bridge and of the window. */
export interface LandingParts {
  /** Calls that are live now. */
  readonly calls: () => number;
  readonly stopDialling: () => void;
  /** See `Bridge.land`. */
  readonly land: (limitMs: number) => Promise<void>;
  readonly tell: (secondsLeft: number, calls: number) => void;
  readonly told: () => void;
  readonly limitMs: number;
  readonly nowMs: () => number;
  readonly every: (ms: number, action: () => void) => () => void;
}

/**
 * Quitting with people on the line: nobody is dialled any more, every call gets its goodbye, the window counts down, and a person may
 * hang up at once, or stay after all.
 */
export class Landing {
  readonly #parts: LandingParts;
  #running: { readonly done: Promise<'landed' | 'stay'>; readonly stay: () => void } | null = null;

  constructor(parts: LandingParts) {
    this.#parts = parts;
  }

  get isUnderWay(): boolean {
    return this.#running !== null;
  }

  /** Resolves when nobody is on the line any more, or when somebody chose to stay. A second call waits for the first. */
  begin(): Promise<'landed' | 'stay'> {
    if (this.#running) return this.#running.done;
    const { calls, stopDialling, land, tell, limitMs, nowMs, every } = this.#parts;
    stopDialling();
    if (calls() === 0) return Promise.resolve('landed');
    const endsAtMs = nowMs() + limitMs;
    const show = () => tell(Math.max(0, Math.ceil((endsAtMs - nowMs()) / 1000)), calls());
    show();
    const stop = every(1_000, show);
    const { promise, resolve } = Promise.withResolvers<'landed' | 'stay'>();
    void land(limitMs).then(
      () => resolve('landed'),
      () => resolve('landed'),
    );
    const done = promise.then((how) => {
      stop();
      this.#running = null;
      if (how === 'stay') this.#parts.told();
      return how;
    });
    this.#running = { done, stay: () => resolve('stay') };
    return done;
  }

  /** Hang up what is left. */
  now(): void {
    if (this.#running) void this.#parts.land(0).catch(() => {});
  }

  /** The app stays open; calls that were told goodbye still end. */
  stay(): void {
    this.#running?.stay();
  }
}
