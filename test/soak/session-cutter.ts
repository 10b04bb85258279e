/** The sessions of a service, as whoever cuts them sees them. */
export interface CuttableService {
  /** Of calls only, in the order in which they were opened. @property heardMs how much of its call it was given */
  sessions(): readonly { readonly number: number; readonly isOpen: boolean; readonly heardMs: number }[];
  cut(number: number): void;
}

/** A session that has heard so much is in the middle of its call; one that has heard anything was ready. */
const middleMs = 2_000;
const readyMs = 100;
/** A service is left alone after so many faults without a session between them that was ready. */
const faultsMax = 2;

/**
 * Cuts each session of a service once, in the middle of its call. The breaker of a service counts faults with no success between them, and
 * would spare calls the service at the third: so a cut waits for a session that was ready since the two before it.
 */
export class SessionCutter {
  readonly #service: CuttableService;
  /** The earliest moment at which each can have been opened. */
  readonly #openedMs = new Map<number, number>();
  readonly #cut = new Set<number>();
  #lookedAtMs = 0;
  #readyAtMs = 0;
  #cutAtMs: number[] = [];

  constructor(service: CuttableService) {
    this.#service = service;
  }

  /** How many sessions there were, and how many of them were cut. */
  get figures(): { readonly seen: number; readonly cut: number } {
    return { seen: this.#openedMs.size, cut: this.#cut.size };
  }

  /** To be called again and again. @param nowMs monotonic */
  look(nowMs: number): void {
    const sessions = this.#service.sessions();
    for (const { number, heardMs } of sessions) {
      const openedMs = this.#openedMs.get(number) ?? this.#lookedAtMs;
      this.#openedMs.set(number, openedMs);
      if (heardMs >= readyMs) this.#readyAtMs = Math.max(this.#readyAtMs, openedMs);
    }
    this.#lookedAtMs = nowMs;
    for (const { number, isOpen, heardMs } of sessions)
      if (isOpen && heardMs >= middleMs && !this.#cut.has(number)) this.#strike(number, nowMs);
  }

  #strike(number: number, nowMs: number): void {
    this.#cutAtMs = this.#cutAtMs.filter((atMs) => atMs >= this.#readyAtMs);
    if (this.#cutAtMs.length >= faultsMax) return;
    this.#cutAtMs.push(nowMs);
    this.#cut.add(number);
    this.#service.cut(number);
  }
}
