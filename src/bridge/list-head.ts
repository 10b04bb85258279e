/** Enough for the names of the columns. */
const headCharacters = 20_000;

/** How a list begins, decoded; the rest is read by whoever imports it. @throws {BridgeError} `input/invalid`, in words, when it is no list */
export async function listHead(path: string): Promise<string> {
  // What reads lists is not needed to be ready for calls.
  const { openText } = await import('./campaigns/import/read-text.ts');
  const { pieces } = await openText({ path });
  for await (const { text } of pieces) return text.slice(0, headCharacters);
  return '';
}
