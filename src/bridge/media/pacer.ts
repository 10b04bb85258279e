import type { Clock } from '#bridge/contract/clock.ts';
import { FRAME_MS } from './g711.ts';
import type { Playout } from './playout.ts';

/** The calls take turns within the 20 ms, so that 80 of them do not keep an arriving frame waiting for 80 sends in a row. */
const SLOTS = 4;
const SLOT_MS = FRAME_MS / SLOTS;

/**
 * The one 20 ms schedule for the outgoing audio of all calls. Absolute: a late beat is caught up with, never added to the next, so
 * nothing drifts. It stands still while no playout has anything to do.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #onTrouble: (playout: Playout, error: unknown) => void;
  /** Every playout, and the slot in which it has its turn. */
  readonly #members = new Map<Playout, Set<Playout>>();
  /** Those that have something to do. */
  readonly #slots: readonly Set<Playout>[] = Array.from({ length: SLOTS }, () => new Set<Playout>());
  #added = 0;
  #active = 0;
  #slot = 0;
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
    this.#members.set(playout, this.#slots[this.#added++ % SLOTS] as Set<Playout>);
    playout.drivenBy({
      wake: () => this.#wake(playout),
      trouble: (error) => {
        this.remove(playout);
        this.#onTrouble(playout, error);
      },
    });
  }

  remove(playout: Playout): void {
    const slot = this.#members.get(playout);
    if (!slot) return;
    this.#members.delete(playout);
    this.#sleep(playout, slot);
    playout.drivenBy(null);
    if (this.#active === 0) this.#rest();
  }

  /** How many playouts are driven. */
  get size(): number {
    return this.#members.size;
  }

  /** Stop for good; no timer is left. The playouts stay as they are. */
  close(): void {
    this.#closed = true;
    for (const playout of [...this.#members.keys()]) this.remove(playout);
  }

  #wake(playout: Playout): void {
    const slot = this.#members.get(playout);
    if (!slot || slot.has(playout)) return;
    slot.add(playout);
    this.#active += 1;
    if (this.#cancel !== null || this.#beating) return;
    this.#nextAtMs = this.#clock.monotonicMs() + SLOT_MS;
    this.#schedule();
  }

  #sleep(playout: Playout, slot: Set<Playout>): void {
    if (slot.delete(playout)) this.#active -= 1;
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
    // Each playout sends everything that is due, so that beats which were missed need not be repeated more than once round.
    let turns = Math.floor((nowMs - this.#nextAtMs) / SLOT_MS) + 1;
    this.#nextAtMs += turns * SLOT_MS;
    for (turns = Math.min(turns, SLOTS); turns > 0; turns--) {
      const slot = this.#slots[this.#slot] as Set<Playout>;
      this.#slot = (this.#slot + 1) % SLOTS;
      for (const playout of slot) if (!playout.tick(nowMs)) this.#sleep(playout, slot);
    }
    this.#beating = false;
    if (this.#active > 0) this.#schedule();
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
