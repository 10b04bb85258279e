/** What the AI may say at this moment. */
export class VoicePermission {
  /** Only fixed sentences are spoken, and an answer that the AI had begun is not. */
  isRestricted = false;
  /** It answers the lead by itself. */
  autoAnswer = false;
  #isHeld = false;
  #holds = 0;

  /** A person speaks: nothing of the AI may be heard. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** How often a person took the call: what was begun before is not for now. */
  get holds(): number {
    return this.#holds;
  }

  hold(): void {
    this.#isHeld = true;
    this.#holds += 1;
  }

  release(): void {
    this.#isHeld = false;
  }
}
