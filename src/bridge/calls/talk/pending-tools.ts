interface ToolAnswer {
  readonly result: string;
  readonly thenAnswer: boolean;
}

/** The tools that a text model has asked for on one call, and whose result it waits for. */
export class PendingTools {
  readonly #waiting = new Map<string, (answer: ToolAnswer) => void>();

  /** @param begin has the tool done; it may be answered at once @returns what came of it */
  ask(id: string, begin: () => void): Promise<ToolAnswer> {
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      begin();
    });
  }

  /** @returns false when nobody here has asked for it */
  answer(id: string, result: string, thenAnswer: boolean): boolean {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.({ result, thenAnswer });
    return resolve !== undefined;
  }

  /** Nothing comes of those that are left. */
  close(): void {
    for (const resolve of this.#waiting.values()) resolve({ result: '{"ok":false}', thenAnswer: false });
    this.#waiting.clear();
  }
}
