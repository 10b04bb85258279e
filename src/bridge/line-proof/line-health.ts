import type { LineHealth as HealthView, LineProof } from '#bridge/contract/line.ts';
import { type BadFinding, type HealthState, healthAfter } from '../domain/line-proof.ts';
import { type UnmendedStep, unmendedAfter } from '../domain/unmended-steps.ts';
import type { LineParts } from './line-parts.ts';
import { httpsStep, tunnelStep } from './steps/way-in.ts';

/** Each probe is a request of the tunnel's monthly 20,000: this makes 4,300 of them. */
const everyMs = 600_000;
/** Whether a failure was one of the moment shows soon. */
const againMs = 15_000;
const firstMs = 5_000;
const withinMs = 12_000;

/** What these steps find, the probe finds too. */
const probed: readonly string[] = ['tunnel', 'public-https'];

interface ProbeView {
  readonly summary: string;
  readonly step: HealthView['step'];
  readonly cause: string | null;
  readonly checkedAt: string | null;
}

/**
 * Looks from time to time whether the outside still reaches us. Red needs two failures in a row; what the last proof found broken keeps it
 * amber until a proof or a probe of the same step is good.
 */
export class LineHealth {
  readonly #parts: LineParts;
  #state: HealthState = { state: 'unknown', failures: 0 };
  #probeView: ProbeView = { summary: 'Nothing leads here from outside yet.', step: null, cause: null, checkedAt: null };
  #unmended: readonly UnmendedStep[];
  #view: HealthView;
  #cancel: () => void = () => {};
  #probing = false;
  #closed = false;

  constructor(parts: LineParts) {
    this.#parts = parts;
    this.#unmended = parts.shelf.earlier.toReversed().reduce(unmendedAfter, []);
    this.#view = this.#viewed();
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

  /** A proof has ended. */
  proven(proof: LineProof): void {
    this.#unmended = unmendedAfter(this.#unmended, proof);
    this.#tell();
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
      this.#probed(null, null, null);
      return;
    }
    const world = await this.#parts.ready('real');
    // A carrier that is not used any more has nothing to mend.
    this.#unmended = this.#unmended.filter(({ carrier }) => carrier === null || world.carrier(carrier) !== null);
    const tunnel = await tunnelStep(world, this.#parts, signal);
    if (tunnel.kind === 'bad') {
      this.#probed(false, 'tunnel', tunnel);
      return;
    }
    const https = await httpsStep(world, this.#parts, signal);
    if (https.kind === 'bad') {
      this.#probed(false, 'public-https', https);
      return;
    }
    this.#unmended = this.#unmended.filter(({ name }) => !probed.includes(name));
    this.#probed(true, null, null);
  }

  #probed(isGood: boolean | null, step: HealthView['step'], finding: BadFinding | null): void {
    if (this.#closed) return;
    this.#state = healthAfter(this.#state, isGood);
    const summary = {
      good: 'The outside reaches us.',
      trouble: `One probe failed. ${finding?.result ?? ''}`.trim(),
      broken: `The outside does not reach us. ${finding?.result ?? ''}`.trim(),
      unknown: 'Nothing leads here from outside yet.',
    }[this.#state.state];
    const checkedAt = new Date(this.#parts.clock.nowMs()).toISOString();
    this.#probeView = { summary, step, cause: finding?.cause ?? null, checkedAt };
    this.#tell();
  }

  #viewed(): HealthView {
    const { state } = this.#state;
    const [first] = this.#unmended;
    if (!first || state === 'trouble' || state === 'broken') return { state, ...this.#probeView, unmended: null };
    const { name, title, carrier, result, cause, at } = first;
    return {
      state: 'trouble',
      summary: `In the last proof this failed: ${title}. ${result}`,
      step: name,
      cause,
      checkedAt: this.#probeView.checkedAt,
      unmended: { title, carrier, at },
    };
  }

  #tell(): void {
    if (this.#closed) return;
    const { state, summary } = this.#view;
    this.#view = this.#viewed();
    if (this.#view.state !== state || this.#view.summary !== summary) this.#parts.publish({ type: 'line.health', health: this.#view });
  }
}
