import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import type { WebhookRequest } from '../carrier.ts';
import { type FormFields, headerOf, pathOf, sameSignature, signedForm, withScheme } from '../signing.ts';

/**
 * What Plivo signs in version 3, before the nonce: the address without its query; then the decoded query, sorted and joined again; then,
 * for a POST, the decoded form fields, sorted, name and value with nothing between. A dot stands between query and form.
 *
 * @see https://www.plivo.com/docs/voice/concepts/signature-validation
 */
export function plivoBase(method: 'GET' | 'POST', url: string, fields: FormFields = {}): string {
  const parts = /^([a-z]+:\/\/[^/?#]*)([^?#]*)(?:\?([^#]*))?/i.exec(url);
  if (!parts) return url;
  const query: Record<string, string | readonly string[]> = Object.create(null);
  for (const [name, value] of Object.entries(parse(parts[3] ?? '', '&', '=', { maxKeys: 0 }))) if (value !== undefined) query[name] = value;
  const hasForm = method === 'POST' && Object.keys(fields).length > 0;
  const joined = pairs(query, '=').join('&');
  let base = `${parts[1]}${parts[2]}`;
  if (joined || hasForm) base += `?${joined}`;
  if (joined && hasForm) base += '.';
  return hasForm ? base + pairs(fields, '').join('') : base;
}

function pairs(fields: FormFields, between: string): string[] {
  return Object.keys(fields)
    .sort()
    .flatMap((name) => {
      const value = fields[name] ?? '';
      const values = typeof value === 'string' ? [value] : [...value].sort();
      return values.map((one) => name + between + one);
    });
}

/** Base64 of HMAC-SHA256 over the base, a dot and the nonce. */
export function plivoSignature(authToken: string, nonce: string, base: string): string {
  return createHmac('sha256', authToken).update(`${base}.${nonce}`, 'utf8').digest('base64');
}

/** The nonce and every signature in a request: headers hold comma-separated lists, and with subaccounts there are two of them. */
function given(headers: IncomingMessage['headers']): { nonce: string; signatures: readonly string[] } | null {
  const nonce = headerOf(headers, 'x-plivo-signature-v3-nonce');
  if (!nonce) return null;
  const lists = [headerOf(headers, 'x-plivo-signature-v3'), headerOf(headers, 'x-plivo-signature-ma-v3')];
  const signatures = lists.flatMap((list) => list?.split(',').map((one) => one.trim()) ?? []).filter((one) => one !== '');
  return signatures.length > 0 ? { nonce, signatures } : null;
}

function matches(authToken: string, of: { nonce: string; signatures: readonly string[] }, base: string): boolean {
  const expected = plivoSignature(authToken, of.nonce, base);
  let matched = false;
  for (const signature of of.signatures) if (sameSignature(signature, expected)) matched = true;
  return matched;
}

/** Whether a webhook was signed by Plivo for the public address under which it was called; the local one never counts. */
export function isSignedByPlivo(authToken: string, publicOrigin: string, request: WebhookRequest): boolean {
  const of = given(request.headers);
  if (of === null) return false;
  const fields = request.method === 'POST' ? signedForm(request.rawBody) : {};
  return matches(authToken, of, plivoBase(request.method, publicOrigin + pathOf(request.target), fields));
}

/**
 * Whether the upgrade of a media socket was signed by Plivo. Which address Plivo signs there is told differently by its own libraries (one
 * takes `http(s)`, one appends `/websocket`), so every form that any of them uses counts; the unguessable token in the path and the call's
 * name in `start` stand beside it.
 *
 * @returns the form that matched, for the log, or null
 */
export function plivoUpgradeForm(authToken: string, publicOrigin: string, request: IncomingMessage): string | null {
  const of = given(request.headers);
  if (of === null) return null;
  const target = pathOf(request.url ?? '/');
  const queryAt = target.indexOf('?');
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  const query = queryAt < 0 ? '' : target.slice(queryAt);
  for (const scheme of ['https', 'http', 'wss', 'ws']) {
    const origin = withScheme(publicOrigin, scheme);
    if (matches(authToken, of, plivoBase('GET', origin + target))) return scheme;
    if (matches(authToken, of, plivoBase('GET', `${origin}${path}/websocket${query}`))) return `${scheme} with /websocket`;
  }
  return null;
}
