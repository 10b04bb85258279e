/**
 * An instant in any of the forms in which carriers write one, or null. A time without a zone is null too: it may be in whatever zone an
 * account's console was set to, and a guess would be an hour wrong for somebody.
 *
 * @param text RFC 2822 (`Mon, 23 Nov 2026 15:00:00 +0000`) or ISO-like (`2026-11-23 15:00:00.123+05:30`, `2026-11-23T15:00:00Z`)
 */
export function instantMs(text: string | null | undefined): number | null {
  if (!text) return null;
  const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)\d*\s?(Z|[+-]\d{2}:?\d{2})$/.exec(text.trim());
  if (iso) {
    const zone = iso[3] === 'Z' ? 'Z' : `${iso[3]?.slice(0, 3)}:${iso[3]?.slice(-2)}`;
    return finite(Date.parse(`${iso[1]}T${iso[2]}${zone}`));
  }
  if (/^[A-Za-z]{3}, .+ (?:[+-]\d{4}|GMT|UTC)$/.test(text.trim())) return finite(Date.parse(text));
  return null;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** A decimal number of seconds, as text or number, in milliseconds; null when there is none or it is not one. */
export function secondsMs(value: string | number | null | undefined): number | null {
  if (value === null || value === undefined || value === '') return null;
  const seconds = Number(value);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1000) : null;
}

/** Dollars as the carrier writes them (`-0.01400`), as positive micro-dollars; null when it has not priced the call. */
export function dollarsMicros(value: string | number | null | undefined): number | null {
  if (value === null || value === undefined || value === '') return null;
  const dollars = Number(value);
  return Number.isFinite(dollars) ? Math.abs(Math.round(dollars * 1_000_000)) : null;
}
