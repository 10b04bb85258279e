import type { World } from '#bridge/contract/words.ts';
import type { SpeechProbe } from './line-parts.ts';

/** The providers of speech and of hearing that the cascade uses; whoever makes one for a world names it here. */
export class SpeechProbes {
  readonly #probes: Record<World, readonly SpeechProbe[]> = { real: [], rehearsal: [] };

  /** All of a world at once: with other credentials, others are set up. */
  set(world: World, probes: readonly SpeechProbe[]): void {
    this.#probes[world] = probes;
  }

  of(world: World): readonly SpeechProbe[] {
    return this.#probes[world];
  }
}
