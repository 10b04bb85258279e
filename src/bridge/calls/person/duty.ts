/** At which consoles somebody is on duty: their microphone is ready, and they can take a call over at once. */
export class Duty {
  readonly #sessions = new Set<string>();
  readonly #listeners = new Set<(isSomeoneThere: boolean) => void>();

  get isSomeoneThere(): boolean {
    return this.#sessions.size > 0;
  }

  /** @param session id of a console that is connected; who goes is off duty */
  set(session: string, isOnDuty: boolean): void {
    const before = this.isSomeoneThere;
    if (isOnDuty) this.#sessions.add(session);
    else this.#sessions.delete(session);
    if (this.isSomeoneThere !== before) for (const listener of this.#listeners) listener(this.isSomeoneThere);
  }

  /** Told when the first comes and when the last goes. @returns a function that stops it */
  onChange(listener: (isSomeoneThere: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
