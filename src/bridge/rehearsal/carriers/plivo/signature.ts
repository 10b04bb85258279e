import { createHmac } from 'node:crypto';
import { parse } from 'node:querystring';

type Fields = Readonly<Record<string, string | readonly string[]>>;

/**
 * What Plivo signs in its third scheme: the address with its decoded query sorted and joined again, then, for a POST with a body, a dot
 * (where there is a query) and each form field as key and value, sorted. The nonce follows behind a dot.
 *
 * @see https://www.plivo.com/docs/voice/concepts/signature-validation
 */
export function plivoV3Base(method: 'GET' | 'POST', url: string, form: Fields = {}): string {
  const [, origin = '', path = '', query = ''] = /^([a-z]+:\/\/[^/?#]*)([^?#]*)(?:\?([^#]*))?/i.exec(url) ?? [];
  const fields = new Map<string, string[]>();
  for (const [key, value] of Object.entries(parse(query))) fields.set(key, [value ?? ''].flat());
  const hasBody = method === 'POST' && Object.keys(form).length > 0;
  if (method === 'GET') {
    for (const [key, value] of Object.entries(form)) fields.set(key, [...(fields.get(key) ?? []), ...[value].flat()]);
  }
  const joined = pairs(fields, '=').join('&');
  let base = origin + path;
  if (joined !== '' || hasBody) base += `?${joined}`;
  if (joined !== '' && hasBody) base += '.';
  if (hasBody) base += pairs(new Map(Object.entries(form).map(([key, value]) => [key, [value].flat()])), '').join('');
  return base;
}

function pairs(fields: ReadonlyMap<string, readonly string[]>, joint: string): string[] {
  return [...fields.keys()].sort().flatMap((key) => [...(fields.get(key) ?? [])].sort().map((value) => key + joint + value));
}

/** `X-Plivo-Signature-V3`. */
export function plivoV3(token: string, nonce: string, base: string): string {
  return createHmac('sha256', token).update(`${base}.${nonce}`).digest('base64');
}

/** `X-Plivo-Signature-V2`: the address without its query, and the nonce. */
export function plivoV2(token: string, nonce: string, url: string): string {
  return createHmac('sha256', token)
    .update(url.replace(/[?#].*$/, '') + nonce)
    .digest('base64');
}
