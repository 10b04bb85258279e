/**
 * Hide the middle of every phone number in a text, so that it may be shown in an error or written to a log: `+15550100001` becomes
 * `+1555***0001`. Shorter runs of digits (error codes, seconds) stay.
 */
export function maskNumbers(text: string): string {
  return text.replace(/\+?\d{8,}/g, (number) => {
    const plus = number.startsWith('+') ? '+' : '';
    const digits = number.slice(plus.length);
    return `${plus}${digits.slice(0, 4)}***${digits.slice(-4)}`;
  });
}

/** A carrier's own words, made fit for a log line or an error: numbers masked, one line, not endless. */
export function tamed(text: string, maxLength = 200): string {
  const line = maskNumbers(text).replace(/\s+/g, ' ').trim();
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
