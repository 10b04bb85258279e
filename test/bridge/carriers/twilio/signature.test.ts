import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
// Twilio's own library, loaded by file: its entry takes half a second.
import * as sdk from 'twilio/lib/webhooks/webhooks.js';
import { describe, expect, it } from 'vitest';
import { isSignedByTwilio, twilioSignature, twilioUpgradeForm } from '#bridge/carriers/twilio/signature.ts';
import { webhookRequest } from '#test/support/carrier-stage.ts';

const token = 'test_token_1';
const form = { CallSid: 'CA1', From: '+15550100001', To: '+15550100002' };

describe("Twilio's signature", () => {
  it.each([
    ['https://c.example.com/tw/voice?k=9', form, 'pCYJhHKLgSd2OXP1I4KcDpOsiBY='],
    ['https://c.example.com/tw/voice?k=9', {}, 'BKWiMlPXrmrpxPxQD2v/MJ8D0Sg='],
    ['wss://c.example.com/tw/ws/abc', {}, 'erwrn54cE10iXoFMjbJncWBpM1E='],
  ])('of %s is known', (url, params, expected) => {
    expect(twilioSignature(token, url, params)).toBe(expected);
  });

  const field = fc.oneof(fc.string({ unit: 'grapheme' }), fc.array(fc.string(), { minLength: 1, maxLength: 4 }));
  const fields = fc.dictionary(fc.string({ minLength: 1 }), field, { maxKeys: 8 });

  it("equals that of Twilio's own library for any address and fields", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), fields, (url, params) => {
        expect(twilioSignature(token, url, params)).toBe(sdk.getExpectedTwilioSignature(token, url, params));
      }),
    );
  });

  it('is accepted where the library accepts it, for any form of any webhook', () => {
    const part = fc.string({ unit: fc.constantFrom(...'abcXYZ019-._~%2B'.split('')), maxLength: 12 });
    fc.assert(
      fc.property(
        part,
        part,
        fc.dictionary(fc.stringMatching(/^[A-Za-z]{1,8}$/), fc.string({ unit: 'grapheme' })),
        (path, query, params) => {
          const target = `/carrier/twilio/answer/${path}${query ? `?${query}` : ''}`;
          const url = `https://c.example.com${target}`;
          const signature = twilioSignature(token, url, params);
          expect(sdk.validateRequest(token, signature, url, params)).toBe(true);
          const request = { ...webhookRequest('/', params), target, headers: { 'x-twilio-signature': signature } };
          expect(isSignedByTwilio(token, 'https://c.example.com', request)).toBe(true);
          expect(isSignedByTwilio('other_token', 'https://c.example.com', request)).toBe(false);
        },
      ),
    );
  });

  it.each([
    ['https://c.example.com', 'https://c.example.com:443'],
    ['https://c.example.com:443', 'https://c.example.com'],
    ['http://c.example.com', 'http://c.example.com:80'],
    ['http://127.0.0.1:4701', 'http://127.0.0.1:4701'],
  ])('for the public address %s may be over %s', (publicOrigin, signedOrigin) => {
    const headers = { 'x-twilio-signature': twilioSignature(token, `${signedOrigin}/a`, form) };
    expect(isSignedByTwilio(token, publicOrigin, webhookRequest('/a', form, { headers }))).toBe(true);
  });

  it('is not taken over another port', () => {
    const headers = { 'x-twilio-signature': twilioSignature(token, 'http://127.0.0.1/a', form) };
    expect(isSignedByTwilio(token, 'http://127.0.0.1:4701', webhookRequest('/a', form, { headers }))).toBe(false);
  });

  it('of a JSON body counts by the hash of the body in the address', () => {
    const rawBody = '{"a": 1}';
    const target = `/a?bodySHA256=${createHash('sha256').update(rawBody).digest('hex')}`;
    const headers = { 'x-twilio-signature': twilioSignature(token, `https://c.example.com${target}`), 'content-type': 'application/json' };
    const request = { ...webhookRequest('/a', {}, { headers, rawBody }), target };
    expect(isSignedByTwilio(token, 'https://c.example.com', request)).toBe(true);
    expect(isSignedByTwilio(token, 'https://c.example.com', { ...request, rawBody: Buffer.from('{"a": 2}') })).toBe(false);
    expect(isSignedByTwilio(token, 'https://c.example.com', { ...request, target: target.slice(0, -1) })).toBe(false);
  });

  const upgrade = (url: string, signedUrl: string) =>
    ({ url, headers: { 'x-twilio-signature': twilioSignature(token, signedUrl) } }) as unknown as IncomingMessage;

  it.each([
    ['https://c.example.com', 'wss://c.example.com/tw/ws/abc', 'wss'],
    ['https://c.example.com', 'wss://c.example.com:443/tw/ws/abc', 'wss'],
    ['http://127.0.0.1:4701', 'ws://127.0.0.1:4701/tw/ws/abc', 'ws'],
    ['https://c.example.com', 'https://c.example.com/tw/ws/abc', null],
    ['https://c.example.com', 'ws://c.example.com/tw/ws/abc', null],
    ['https://c.example.com', 'wss://c.example.com/tw/ws/abc/', null],
  ])('of an upgrade at %s over %s means %s', (publicOrigin, signedUrl, expected) => {
    expect(twilioUpgradeForm(token, publicOrigin, upgrade('/tw/ws/abc', signedUrl))).toBe(expected);
  });

  it('of an upgrade may leave out the query', () => {
    const request = upgrade('/tw/ws/abc?x=1', 'wss://c.example.com/tw/ws/abc');
    expect(twilioUpgradeForm(token, 'https://c.example.com', request)).toBe('wss without query');
  });
});
