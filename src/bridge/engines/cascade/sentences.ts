/** The first words go out at a comma already, once there are this many characters: a voice that begins early sounds quick. */
const firstClauseCharacters = 20;
/** A sentence that does not end goes out at a comma, or at a blank. */
const longClauseCharacters = 160;
const longestCharacters = 240;

/** Behind these a full stop ends nothing. */
const abbreviation = /(?:^|[\s("'])(?:mr|mrs|ms|dr|prof|st|sr|jr|no|vs|etc|e\.g|i\.e|approx|appt|dept|inc|ltd|co|a\.m|p\.m|u\.s|[a-z])\.$/i;

/**
 * Cuts a text that is still being written into pieces that can be spoken: whole sentences, the first one at a comma. Never inside a
 * number, an abbreviation or an address.
 */
export class SentenceCutter {
  #rest = '';
  #isFirst = true;

  /** @returns the pieces that are complete now, with their blanks in between taken off */
  push(delta: string): readonly string[] {
    this.#rest += delta;
    const pieces: string[] = [];
    for (let end = this.#cut(); end > 0; end = this.#cut()) {
      const piece = this.#rest.slice(0, end).trim();
      this.#rest = this.#rest.slice(end);
      if (piece === '') continue;
      pieces.push(piece);
      this.#isFirst = false;
    }
    return pieces;
  }

  /** The text is over. @returns what is left of it */
  end(): string {
    const rest = this.#rest.trim();
    this.#rest = '';
    return rest;
  }

  /** @returns where the first piece ends, 0 when it is not complete; something must follow it to tell "3." from "3.5" */
  #cut(): number {
    const text = this.#rest;
    for (const match of text.matchAll(/([.!?…]+["'”’)\]]*)(?=\s)|\n+/g)) {
      const end = match.index + match[0].length;
      if (match[0].startsWith('\n')) {
        if (text.slice(0, match.index).trim() !== '') return end;
        continue;
      }
      if (match[0].startsWith('.') && abbreviation.test(text.slice(0, match.index + 1))) continue;
      // A list's number: "1. First".
      if (/(?:^|\n)\s*\d{1,2}\.$/.test(text.slice(0, end))) continue;
      return end;
    }
    const clause = this.#isFirst ? firstClauseCharacters : longClauseCharacters;
    for (const match of text.matchAll(/[,;:](?=\s)|\s[—–](?=\s)/g)) {
      if (match.index >= clause) return match.index + match[0].length;
    }
    return text.length > longestCharacters ? text.lastIndexOf(' ', longestCharacters) + 1 : 0;
  }
}
