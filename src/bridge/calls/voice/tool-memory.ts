import type { CarriedTool } from '../../domain/carried.ts';

interface Wish {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
  result: string | null;
  /** A voice that is gone asked for it, and the lead has said nothing new since. */
  isInherited: boolean;
  /** The lead is to be told what came of it, and has heard no word of the AI since. */
  isUntold: boolean;
}

/** What comes of a wish that was one already, and of which nobody knows more yet. */
const stillOpen = JSON.stringify({ ok: false, reason: 'this was asked for already; what came of it is not known yet' });

/** For a voice that did not ask for it itself. */
export const lateResult = (name: string | null, result: string): string =>
  `What came of ${name ?? 'what was asked for'} meanwhile: ${result}`;

/** What the voices of one call had done, so that the next one knows of it and does not do it again. */
export class ToolMemory {
  readonly #wishes: Wish[] = [];

  /**
   * The AI wants something done.
   * @returns what came of it, when the voice before had it done for the same words, or the lead was not told yet that this very thing is
   * done; null when it is to be done
   */
  called(call: { readonly id: string; readonly name: string; readonly arguments: string }): string | null {
    const before = this.#wishes.findLast(({ name, isInherited }) => isInherited && name === call.name);
    if (before) return before.result ?? stillOpen;
    // Whoever was not heard is asked again, and asks again for what is done.
    const last = this.#wishes.findLast(({ name }) => name === call.name);
    if (last?.isUntold && last.arguments === call.arguments) return last.result;
    this.#wishes.push({
      id: call.id,
      name: call.name,
      arguments: call.arguments,
      result: null,
      isInherited: false,
      isUntold: false,
    });
    return null;
  }

  /** @param isToBeTold the AI is to speak about it */
  answered(id: string, result: string, isToBeTold: boolean): void {
    const wish = this.#wishes.find((candidate) => candidate.id === id);
    if (!wish) return;
    wish.result = result;
    wish.isUntold = isToBeTold;
  }

  /** The lead hears the AI, or a person: who asks for the same from here on does so knowingly. */
  told(): void {
    for (const wish of this.#wishes) wish.isUntold = false;
  }

  nameOf(id: string): string | null {
    return this.#wishes.find((candidate) => candidate.id === id)?.name ?? null;
  }

  /** Another voice has the call: what was asked for is settled, or will be without it. */
  voiceChanged(): void {
    for (const wish of this.#wishes) wish.isInherited = true;
  }

  /** The lead says something new, or a person has the call: what is wanted from here on is wanted anew. */
  newWords(): void {
    for (const wish of this.#wishes) wish.isInherited = false;
  }

  get carried(): readonly CarriedTool[] {
    return this.#wishes.map(({ name, arguments: given, result }) => ({ name, arguments: given, result }));
  }
}
