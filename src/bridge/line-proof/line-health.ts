import type { LineHealth as HealthView } from '#bridge/contract/line.ts';
import { type BadFinding, type HealthState, healthAfter } from '../domain/line-proof.ts';
import type { LineParts } from './line-parts.ts';
import { httpsStep, tunnelStep } from './steps/way-in.ts';

/** Each probe is a request of the tunnel's monthly 20,000: this makes 4,300 of them. */
const everyMs = 600_000;
/** Whether a failure was one of the moment shows soon. */
const againMs = 15_000;
const firstMs = 5_000;
const withinMs = 12_000;

/** Looks from time to time whether the outside still reaches us. Red needs two failures in a row. */
export class LineHealth {
  readonly #parts: LineParts;
  #state: HealthState = { state: 'unknown', failures: 0 };
  #view: HealthView = { state: 'unknown', summary: 'Nothing leads here from outside yet.', step: null, cause: null, checkedAt: null };
  #cancel: () => void = () => {};
  #probing = false;
  #closed = false;

  constructor(parts: LineParts) {
    this.#parts = parts;
  }

  get view(): HealthView {
    return this.#view;
  }

  run(): void {
    this.#in(firstMs);
  }

  /** The way in has changed, or somebody wants to know. */
  wake(): void {
    if (!this.#closed && !this.#probing) this.#in(1_000);
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #in(ms: number): void {
    this.#cancel();
    if (this.#closed) return;
    this.#cancel = this.#parts.clock.after(ms, () => {
      this.#look().catch((error: unknown) => {
        this.#parts.log.warn({ err: error }, 'the line could not be looked at');
        this.#in(everyMs);
      });
    });
  }

  async #look(): Promise<void> {
    this.#probing = true;
    const aborter = new AbortController();
    const cancel = this.#parts.clock.after(withinMs, () => aborter.abort());
    try {
      await this.#probe(aborter.signal);
    } finally {
      cancel();
      this.#probing = false;
    }
    this.#in(this.#state.state === 'trouble' || this.#state.state === 'broken' ? againMs * Math.min(40, this.#state.failures) : everyMs);
  }

  async #probe(signal: AbortSignal): Promise<void> {
    if (!this.#parts.tunnel()) {
      this.#tell(null, null, null);
      return;
    }
    const world = await this.#parts.ready('real');
    const tunnel = await tunnelStep(world, this.#parts, signal);
    if (tunnel.kind === 'bad') {
      this.#tell(false, 'tunnel', tunnel);
      return;
    }
    const https = await httpsStep(world, this.#parts, signal);
    this.#tell(https.kind !== 'bad', https.kind === 'bad' ? 'public-https' : null, https.kind === 'bad' ? https : null);
  }

  #tell(isGood: boolean | null, step: HealthView['step'], finding: BadFinding | null): void {
    if (this.#closed) return;
    const before = this.#state.state;
    this.#state = healthAfter(this.#state, isGood);
    const { state } = this.#state;
    const summary = {
      good: 'The outside reaches us.',
      trouble: `One probe failed. ${finding?.result ?? ''}`.trim(),
      broken: `The outside does not reach us. ${finding?.result ?? ''}`.trim(),
      unknown: 'Nothing leads here from outside yet.',
    }[state];
    this.#view = { state, summary, step, cause: finding?.cause ?? null, checkedAt: new Date(this.#parts.clock.nowMs()).toISOString() };
    if (state !== before) this.#parts.publish({ type: 'line.health', health: this.#view });
  }
}
