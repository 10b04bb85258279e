/** A number that can be shown to a callee; short codes and the names of senders cannot. */
export function isE164(number: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(number);
}

/** What somebody has called a number; carriers put the number itself there when nobody has. */
export function nameOf(friendly: string | null | undefined): string | null {
  const name = friendly?.trim() ?? '';
  return /\p{L}/u.test(name) ? name.slice(0, 120) : null;
}
