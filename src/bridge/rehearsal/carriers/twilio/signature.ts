import { createHmac } from 'node:crypto';

/**
 * `X-Twilio-Signature`: the address exactly as requested, then each decoded form field as key and value, keys sorted, repeated values
 * once each and sorted; HMAC-SHA1 with the account's auth token, base64.
 *
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export function twilioSignature(authToken: string, url: string, params: Readonly<Record<string, string | readonly string[]>> = {}): string {
  let signed = url;
  for (const key of Object.keys(params).sort()) {
    const values = [params[key] ?? []].flat();
    for (const value of [...new Set(values)].sort()) signed += key + value;
  }
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
}
