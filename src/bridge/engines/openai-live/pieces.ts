/** The service takes 500 tokens at a time. A token is four characters of English, and little more than one in other writing. */
const mostLatin = 1_600;
const mostOther = 550;

/** A text in pieces that the service takes, cut between sentences where there are any, else between words. */
export function piecesOf(text: string): readonly string[] {
  const plain = text.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything up to the Latin letters with accents
  const most = /^[\u0000-\u024f\u2000-\u206f]*$/u.test(plain) ? mostLatin : mostOther;
  const pieces: string[] = [];
  let rest = plain;
  while (rest.length > most) {
    const window = rest.slice(0, most);
    const sentence = Math.max(window.lastIndexOf('. '), window.lastIndexOf('? '), window.lastIndexOf('! '), window.lastIndexOf('। '));
    const cut = sentence > most / 3 ? sentence + 1 : window.lastIndexOf(' ') > 0 ? window.lastIndexOf(' ') : most;
    pieces.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  if (rest !== '') pieces.push(rest);
  return pieces;
}
