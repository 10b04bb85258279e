/** The speaking rate assumed while an answer is still being made and its length is not known: about 15 characters a second. */
const charactersPerMs = 0.015;

/**
 * Which part of a spoken text reached the ear, by proportion: providers give no word times here.
 *
 * @param text what the voice said, or was about to say; runs ahead of the audio while an answer is being made
 * @param heardMs how much of its audio was heard
 * @param receivedMs how much audio there is
 * @param complete whether that is all of it
 * @returns the beginning of the text, ending at a word
 */
export function heardText(text: string, heardMs: number, receivedMs: number, complete: boolean): string {
  if (heardMs <= 0 || text.length === 0) return '';
  if (complete && heardMs >= receivedMs) return text;
  const byLength = receivedMs > 0 ? text.length * (heardMs / receivedMs) : 0;
  const characters = Math.floor(complete ? byLength : Math.min(byLength, heardMs * charactersPerMs));
  if (characters >= text.length) return text;
  const cut = text.lastIndexOf(' ', characters);
  return text.slice(0, Math.max(0, cut)).trimEnd();
}
