import { powerSaveBlocker } from 'electron';

/** Holds off the sleep of this computer while there is a reason to: calls that live, a campaign that runs. */
export class SleepGuard {
  #blocker: number | null = null;

  /** @param isNeeded true holds sleep off; the screen may still go dark */
  set(isNeeded: boolean): void {
    if (isNeeded && this.#blocker === null) this.#blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!isNeeded && this.#blocker !== null) {
      powerSaveBlocker.stop(this.#blocker);
      this.#blocker = null;
    }
  }

  get isHeld(): boolean {
    return this.#blocker !== null;
  }
}
