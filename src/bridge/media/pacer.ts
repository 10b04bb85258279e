import type { Clock } from '#bridge/contract/clock.ts';
import { FRAME_MS } from './g711.ts';
import type { Playout } from './playout.ts';

/**
 * The one 20 ms beat for the outgoing audio of all calls. Absolute: a late beat is caught up with, never added to the next, so nothing
 * drifts. It stands still while no playout has anything to do.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #onTrouble: (playout: Playout, error: unknown) => void;
  readonly #members = new Set<Playout>();
  readonly #active = new Set<Playout>();
  #nextAtMs = 0;
  #cancel: (() => void) | null = null;
  #beating = false;
  #closed = false;

  /** @param onTrouble a playout's sink threw: it is closed and removed, the others go on */
  constructor({ clock, onTrouble }: { readonly clock: Clock; readonly onTrouble: (playout: Playout, error: unknown) => void }) {
    this.#clock = clock;
    this.#onTrouble = onTrouble;
  }

  /** Drive this playout from now on. A playout has one pacer at most. */
  add(playout: Playout): void {
    if (this.#closed || this.#members.has(playout)) return;
    this.#members.add(playout);
    playout.drivenBy({
      wake: () => this.#wake(playout),
      trouble: (error) => {
        this.remove(playout);
        this.#onTrouble(playout, error);
      },
    });
  }

  remove(playout: Playout): void {
    if (!this.#members.delete(playout)) return;
    this.#active.delete(playout);
    playout.drivenBy(null);
    if (this.#active.size === 0) this.#rest();
  }

  /** How many playouts are driven. */
  get size(): number {
    return this.#members.size;
  }

  /** Stop for good; no timer is left. The playouts stay as they are. */
  close(): void {
    this.#closed = true;
    for (const playout of this.#members) playout.drivenBy(null);
    this.#members.clear();
    this.#active.clear();
    this.#rest();
  }

  #wake(playout: Playout): void {
    if (this.#closed || !this.#members.has(playout)) return;
    this.#active.add(playout);
    if (this.#cancel !== null || this.#beating) return;
    this.#nextAtMs = this.#clock.monotonicMs() + FRAME_MS;
    this.#schedule();
  }

  #schedule(): void {
    // Rounded up: a timer that fires a fraction early would find the frame not yet due.
    const delayMs = Math.ceil(this.#nextAtMs - this.#clock.monotonicMs());
    this.#cancel = this.#clock.after(delayMs, () => this.#beat());
  }

  #beat(): void {
    this.#cancel = null;
    this.#beating = true;
    const nowMs = this.#clock.monotonicMs();
    for (const playout of this.#active) {
      if (!playout.tick(nowMs)) this.#active.delete(playout);
    }
    this.#beating = false;
    if (this.#active.size === 0) return;
    // Each playout has sent everything that was due, so beats that were missed need not be repeated.
    while (this.#nextAtMs <= nowMs) this.#nextAtMs += FRAME_MS;
    this.#schedule();
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
