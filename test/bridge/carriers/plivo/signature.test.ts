import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
// Plivo's own library, loaded by file.
import * as sdk from 'plivo/dist/utils/v3Security.js';
import { describe, expect, it } from 'vitest';
import { isSignedByPlivo, plivoBase, plivoSignature, plivoUpgradeForm } from '#bridge/carriers/plivo/signature.ts';
import { webhookRequest } from '#test/support/carrier-stage.ts';

const token = 'test_token_1';
const nonce = '12345678901234567890';
const form = { CallUUID: 'u-1', From: '15550100001', To: '15550100002' };
const c = 'https://c.example.com';

describe("Plivo's signature", () => {
  it.each([
    ['GET', `${c}/plivo/ws/abc`, {}, `${c}/plivo/ws/abc`, '1xT4/P+YHs8SWxQxxxzBxEJgFZ5zY0/14uYO4mgeMVg='],
    ['GET', `${c}/plivo/answer?k=9&c=7`, {}, `${c}/plivo/answer?c=7&k=9`, 'n61zVVnYJrSV/6rqXdGwI1wdXogAeMGMHlIAhcO8UjM='],
    [
      'POST',
      `${c}/plivo/answer`,
      form,
      `${c}/plivo/answer?CallUUIDu-1From15550100001To15550100002`,
      'ieG5z9j4NHHPOgcsxCm+1mDvhhAbK2IUgRINGE73gTY=',
    ],
    [
      'POST',
      `${c}/plivo/answer?k=9&c=7`,
      form,
      `${c}/plivo/answer?c=7&k=9.CallUUIDu-1From15550100001To15550100002`,
      'HONZUZnNJPCkT852+o/mbaG6R9eq8+Ag5TuyElU+LLo=',
    ],
  ] as const)('of a %s of %s is known', (method, url, params, base, expected) => {
    expect(plivoBase(method, url, params)).toBe(base);
    expect(plivoSignature(token, nonce, base)).toBe(expected);
    expect(sdk.validateV3Signature(method, url, nonce, token, expected, { ...params })).toBe(true);
  });

  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,8}$/);
  const ascii = fc.string({ unit: fc.constantFrom(..." aZ09+&=%/?.,:;'<>@!$()*-_~".split('')), maxLength: 12 });
  const path = fc.stringMatching(/^(\/[A-Za-z0-9._~-]{1,8}){1,4}$/);

  it("is taken by Plivo's own library for any path, query and form", () => {
    const fields = fc.dictionary(name, fc.oneof(ascii, fc.array(ascii, { minLength: 2, maxLength: 3 })), { maxKeys: 6 });
    fc.assert(
      fc.property(fc.constantFrom('GET' as const, 'POST' as const), path, fields, fields, (method, at, query, params) => {
        const search = new URLSearchParams(
          Object.entries(query).flatMap(([key, value]) => [value].flat().map((one): [string, string] => [key, one])),
        );
        const url = `${c}${at}${search.size > 0 ? `?${search}` : ''}`;
        const sent = method === 'POST' ? params : {};
        const signature = plivoSignature(token, nonce, plivoBase(method, url, sent));
        expect(sdk.validateV3Signature(method, url, nonce, token, signature, structuredClone({ ...sent }))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is taken from the raw body of any form, text beyond ASCII included', () => {
    fc.assert(
      fc.property(path, fc.dictionary(name, fc.string({ unit: 'grapheme' }), { minKeys: 1 }), (at, params) => {
        const signature = plivoSignature(token, nonce, plivoBase('POST', c + at, params));
        const headers = { 'x-plivo-signature-v3': signature, 'x-plivo-signature-v3-nonce': nonce };
        expect(isSignedByPlivo(token, c, webhookRequest(at, params, { headers }))).toBe(true);
        expect(isSignedByPlivo('other', c, webhookRequest(at, params, { headers }))).toBe(false);
      }),
    );
  });

  const right = plivoSignature(token, nonce, plivoBase('POST', `${c}/a`, form));
  it.each([
    ['alone', { 'x-plivo-signature-v3': right, 'x-plivo-signature-v3-nonce': nonce }, true],
    ['in a list', { 'x-plivo-signature-v3': `bogus, ${right},other`, 'x-plivo-signature-v3-nonce': nonce }, true],
    [
      'of the main account',
      { 'x-plivo-signature-v3': 'bogus', 'x-plivo-signature-ma-v3': right, 'x-plivo-signature-v3-nonce': nonce },
      true,
    ],
    ['with another nonce', { 'x-plivo-signature-v3': right, 'x-plivo-signature-v3-nonce': '1' }, false],
    ['without a nonce', { 'x-plivo-signature-v3': right }, false],
    ['of an older kind', { 'x-plivo-signature-v2': right, 'x-plivo-signature-v2-nonce': nonce }, false],
    ['that is empty', { 'x-plivo-signature-v3': ',', 'x-plivo-signature-v3-nonce': nonce }, false],
  ])('%s is judged', (_name, headers, expected) => {
    expect(isSignedByPlivo(token, c, webhookRequest('/a', form, { headers: headers as unknown as Record<string, string> }))).toBe(expected);
  });

  it.each([
    ['https', `${c}/m/t`],
    ['http', 'http://c.example.com/m/t'],
    ['wss', 'wss://c.example.com/m/t'],
    ['ws', 'ws://c.example.com/m/t'],
    ['https with /websocket', `${c}/m/t/websocket`],
    ['http with /websocket', 'http://c.example.com/m/t/websocket'],
    ['wss with /websocket', 'wss://c.example.com/m/t/websocket'],
    [null, `${c}/m/other`],
    [null, 'https://evil.example/m/t'],
  ])('of an upgrade is found as %s', (expected, signedUrl) => {
    const signature = plivoSignature(token, nonce, plivoBase('GET', signedUrl));
    const headers = { 'x-plivo-signature-v3': signature, 'x-plivo-signature-v3-nonce': nonce };
    expect(plivoUpgradeForm(token, c, { url: '/m/t', headers } as unknown as IncomingMessage)).toBe(expected);
  });
});
