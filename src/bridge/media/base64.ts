const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 'latin1');
const pad = '='.charCodeAt(0);
const none = 0xff;
const values = new Uint8Array(256).fill(none);
for (let value = 0; value < alphabet.length; value++) values[alphabet[value] as number] = value;

/** How long the text of so many bytes is, padding included. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

/**
 * Base64 of RFC 4648, padded, into memory that is there already. For frames of audio: Node's own way goes through a text that nobody needs.
 * @returns the place behind it
 */
export function writeBase64(bytes: Uint8Array, out: Uint8Array, at: number): number {
  const { length } = bytes;
  let to = at;
  let from = 0;
  for (; from + 3 <= length; from += 3) {
    const bits = ((bytes[from] as number) << 16) | ((bytes[from + 1] as number) << 8) | (bytes[from + 2] as number);
    out[to++] = alphabet[bits >> 18] as number;
    out[to++] = alphabet[(bits >> 12) & 63] as number;
    out[to++] = alphabet[(bits >> 6) & 63] as number;
    out[to++] = alphabet[bits & 63] as number;
  }
  if (from === length) return to;
  const hasTwo = from + 2 === length;
  const bits = ((bytes[from] as number) << 16) | (hasTwo ? (bytes[from + 1] as number) << 8 : 0);
  out[to++] = alphabet[bits >> 18] as number;
  out[to++] = alphabet[(bits >> 12) & 63] as number;
  out[to++] = hasTwo ? (alphabet[(bits >> 6) & 63] as number) : pad;
  out[to++] = pad;
  return to;
}

/**
 * Reads padded base64 from one place of a text on, as far as it goes.
 * @param out has room for three bytes for every four that are left of the text
 * @returns how many bytes it is; the text of it ends {@link base64Length} of that behind `at`. What follows there is for the caller to judge
 */
export function readBase64(text: Uint8Array, at: number, out: Uint8Array): number {
  let from = at;
  let to = 0;
  for (; from + 4 <= text.length; from += 4) {
    const a = values[text[from] as number] as number;
    const b = values[text[from + 1] as number] as number;
    const c = values[text[from + 2] as number] as number;
    const d = values[text[from + 3] as number] as number;
    if ((a | b | c | d) === none) {
      if ((a | b) === none || text[from + 3] !== pad) return to;
      out[to++] = (a << 2) | (b >> 4);
      if (c !== none) out[to++] = ((b & 15) << 4) | (c >> 2);
      else if (text[from + 2] !== pad) to -= 1;
      return to;
    }
    out[to++] = (a << 2) | (b >> 4);
    out[to++] = ((b & 15) << 4) | (c >> 2);
    out[to++] = ((c & 3) << 6) | d;
  }
  return to;
}
