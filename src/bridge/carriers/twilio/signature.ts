import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { WebhookRequest } from '../carrier.ts';
import { type FormFields, headerOf, pathOf, sameSignature, signedForm, withScheme } from '../signing.ts';

/**
 * Twilio's signature: base64 of HMAC-SHA1 over the address exactly as Twilio called it, followed by every form field, sorted, name and value
 * with nothing between. Signed with the account's auth token, never with the secret of an API key.
 *
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
export function twilioSignature(authToken: string, url: string, fields: FormFields = {}): string {
  let signed = url;
  for (const name of Object.keys(fields).sort()) {
    const value = fields[name] ?? '';
    const values = typeof value === 'string' ? [value] : [...new Set(value)].sort();
    for (const one of values) signed += name + one;
  }
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
}

/** Whether a webhook was signed by Twilio for the public address under which it was called; the local one never counts. */
export function isSignedByTwilio(authToken: string, publicOrigin: string, request: WebhookRequest): boolean {
  const given = headerOf(request.headers, 'x-twilio-signature');
  if (given === null) return false;
  const target = pathOf(request.target);
  let fields: FormFields = {};
  if (request.method === 'POST' && request.rawBody.length > 0) {
    // A JSON body is not in the signature itself; its hash is, as part of the address.
    const bodyHash = new URLSearchParams(target.split('?', 2)[1] ?? '').get('bodySHA256');
    if (bodyHash === null) fields = signedForm(request.rawBody);
    else if (!sameSignature(bodyHash.toLowerCase(), createHash('sha256').update(request.rawBody).digest('hex'))) return false;
  }
  return matches(authToken, given, publicOrigin, target, fields);
}

/**
 * Whether the upgrade of a media socket was signed by Twilio: as a GET of the `wss` address. Twilio drops a query from a stream's address,
 * so the address without one counts too.
 *
 * @returns the form that matched, or null
 */
export function twilioUpgradeForm(authToken: string, publicOrigin: string, request: IncomingMessage): string | null {
  const given = headerOf(request.headers, 'x-twilio-signature');
  if (given === null) return null;
  const target = pathOf(request.url ?? '/');
  const bare = target.split('?', 1)[0] ?? target;
  const schemes = publicOrigin.startsWith('http:') ? ['wss', 'ws'] : ['wss'];
  for (const scheme of schemes) {
    const origin = withScheme(publicOrigin, scheme);
    if (matches(authToken, given, origin, target, {})) return scheme;
    if (bare !== target && matches(authToken, given, origin, bare, {})) return `${scheme} without query`;
  }
  return null;
}

/** Twilio may or may not write the default port into the address that it signs. */
function matches(authToken: string, given: string, origin: string, target: string, fields: FormFields): boolean {
  let matched = false;
  for (const form of portForms(origin)) {
    if (sameSignature(given, twilioSignature(authToken, form + target, fields))) matched = true;
  }
  return matched;
}

function portForms(origin: string): readonly string[] {
  const explicit = /:\d+$/.test(origin);
  if (explicit) return /^(https|wss):.*:443$|^(http|ws):.*:80$/.test(origin) ? [origin, origin.replace(/:\d+$/, '')] : [origin];
  return [origin, `${origin}:${/^(https|wss):/.test(origin) ? 443 : 80}`];
}
