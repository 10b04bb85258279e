interface Pad {
  /** Where it begins in what the service counts. */
  readonly fromMs: number;
  readonly lengthMs: number;
}

/** Silence that we put between what a person said, which the service counts and nobody else does. */
export class Padding {
  readonly #pads: Pad[] = [];
  #totalMs = 0;

  /** @param givenMs all real audio before it */
  add(givenMs: number, lengthMs: number): void {
    this.#pads.push({ fromMs: givenMs + this.#totalMs, lengthMs });
    this.#totalMs += lengthMs;
  }

  /** A place in the real audio. @param serviceMs the place as the service counts; within our silence it is where that begins */
  realMs(serviceMs: number): number {
    let paddedMs = 0;
    for (const { fromMs, lengthMs } of this.#pads) {
      if (serviceMs <= fromMs) break;
      paddedMs += Math.min(lengthMs, serviceMs - fromMs);
    }
    return serviceMs - paddedMs;
  }
}
