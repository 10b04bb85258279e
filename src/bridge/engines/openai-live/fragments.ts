/** Pieces of a text with their places in time. They may come out of order; each brings its own blanks. */
export class Fragments {
  readonly #pieces: { readonly text: string; readonly atMs: number }[] = [];

  add(text: string, atMs: number): void {
    const after = this.#pieces.findLastIndex((piece) => piece.atMs <= atMs);
    this.#pieces.splice(after + 1, 0, { text, atMs });
  }

  get text(): string {
    return this.#pieces
      .map(({ text }) => text)
      .join('')
      .trim();
  }
}
