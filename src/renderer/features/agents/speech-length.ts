/** How fast an unhurried voice on the phone speaks. */
const wordsPerSecond = 2.5;

/** Marks and dashes alone are not spoken. */
export const wordsIn = (text: string): number => text.split(/\s+/u).filter((part) => /[\p{L}\p{N}]/u.test(part)).length;

/** About how long it takes to say it, whole seconds. */
export const secondsFor = (words: number): number => Math.round(words / wordsPerSecond);

/** `28 words, about 11 s` */
export function speechLength(text: string): string {
  const words = wordsIn(text);
  return `${words} ${words === 1 ? 'word' : 'words'}, about ${secondsFor(words)} s`;
}
