/** Why there is no AI voice for a call, as long as there is none. */
export class VoiceProblem {
  #problem: { readonly cause: string; readonly fatal: boolean } | null = null;

  /** Null when there is a voice, or none is needed yet. */
  get cause(): string | null {
    return this.#problem?.cause ?? null;
  }

  /** Why no call can use the AI voice until somebody mends it; null when that is not so. */
  get fatalCause(): string | null {
    return this.#problem?.fatal ? this.#problem.cause : null;
  }

  /** @param fatal nobody can use it until somebody mends it */
  failed(cause: string, fatal: boolean): void {
    this.#problem = { cause, fatal };
  }

  /** A session that failed while the phone rang has been opened again. */
  mended(): void {
    this.#problem = null;
  }
}
