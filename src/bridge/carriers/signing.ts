import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { parse } from 'node:querystring';

/** Compare two signatures without telling by time how much of them agrees. */
export function sameSignature(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A header's value as one text, or null; a repeated one is joined with commas, as Node does for most names. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  if (value === undefined) return null;
  return Array.isArray(value) ? value.join(',') : value;
}

export type FormFields = Readonly<Record<string, string | readonly string[]>>;

/**
 * The form in a raw body, decoded from the very bytes that the carrier signed. Whatever the content type claims, every byte of the body
 * takes part: a body that cannot be read as the form that was signed gives other fields, and so no match.
 */
export function signedForm(rawBody: Buffer): FormFields {
  const fields: Record<string, string | readonly string[]> = Object.create(null);
  const decoded = parse(rawBody.toString('utf8'), '&', '=', { maxKeys: 0 });
  for (const [name, value] of Object.entries(decoded)) if (value !== undefined) fields[name] = value;
  return fields;
}

/** Path and query of a request as received; a target in absolute form (which only proxies send) loses its origin. */
export function pathOf(target: string): string {
  return target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
}

/** The public origin with another scheme: `https://h` and `wss` give `wss://h`. */
export function withScheme(origin: string, scheme: string): string {
  return origin.replace(/^[a-z]+(?=:\/\/)/i, scheme);
}
