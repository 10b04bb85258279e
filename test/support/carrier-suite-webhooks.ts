import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CallDocument, Carrier, WebhookRequest } from '#bridge/carriers/carrier.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import { parseXml, type XmlElement } from '#bridge/rehearsal/carriers/xml.ts';
import { attempt, linksFor, origin, StageHost, silentLog, streamDocument, webhookRequest } from './carrier-stage.ts';
import type { CarrierDialect, Fields, SuiteStage } from './carrier-suite-stage.ts';

/** What the carrier calls on our side: events, documents, signatures. */
export function webhookSuite(stage: SuiteStage, dialect: CarrierDialect): void {
  let host: StageHost;
  let carrier: Carrier;
  beforeEach(() => {
    ({ host, carrier } = stage);
  });

  const links = linksFor(dialect.name);

  const call = (path: string, fields: Fields, method: 'GET' | 'POST' = 'POST') => {
    const webhook = carrier.webhooks.find((one) => one.path === `/${path}/:ticket`);
    if (!webhook) throw new Error(`no webhook ${path}`);
    return webhook.handle(webhookRequest(`/carrier/${dialect.name}/${path}/${links.ticket}`, fields, { method }));
  };

  describe('a webhook', () => {
    it('of the answer gets the document from memory, and tells', () => {
      const reply = call('answer', dialect.webhooks.answer);
      expect(reply).toMatchObject({ status: 200, contentType: expect.stringContaining('xml') });
      expect(reply.body).toContain('wss://tunnel.example/media/');
      expect(host.moments).toEqual([{ kind: 'answered' }]);
      expect(host.events).toEqual([
        { type: 'leg.answered', attempt, atMs: 1_000, leg: dialect.leg },
        { type: 'leg.document-served', attempt, atMs: 1_000, document: 'stream' },
      ]);
    });

    it('may come by GET and twice', () => {
      const first = call('answer', dialect.webhooks.answer, 'GET');
      expect(call('answer', dialect.webhooks.answer, 'GET')).toEqual(first);
      expect(host.types()).toEqual(['leg.answered', 'leg.document-served', 'leg.answered', 'leg.document-served']);
    });

    it('of the ringing tells so', () => {
      const { path, fields } = dialect.webhooks.ringing;
      expect(call(path, fields)).toMatchObject({ status: 200 });
      expect(host.events).toEqual([{ type: 'leg.ringing', attempt, atMs: 1_000, leg: dialect.leg }]);
    });

    it('of the end tells outcome, cause and length', () => {
      const { path, fields, durationMs } = dialect.webhooks.ended;
      call(path, fields);
      expect(host.events).toMatchObject([{ type: 'leg.ended', outcome: 'completed', durationMs, leg: dialect.leg }]);
    });

    it('of a busy line tells so', () => {
      const { path, fields } = dialect.webhooks.busy;
      call(path, fields);
      expect(host.events).toMatchObject([{ type: 'leg.ended', outcome: 'busy', cause: { text: 'The line was busy.', party: 'lead' } }]);
    });

    it('of the fallback gets the fallback document', () => {
      host.document = { kind: 'say-and-hang-up', text: 'Sorry.', language: 'en-US' };
      expect(call('fallback', dialect.webhooks.answer).body).toContain('Sorry.');
      expect(host.moments).toEqual([{ kind: 'fallback' }]);
    });

    it('of an answering machine tells so', () => {
      call('machine', dialect.webhooks.machine);
      expect(host.events).toMatchObject([{ type: 'leg.machine-detected', answerType: 'machine' }]);
    });

    it('of a pressed key tells so and gets the document for it', () => {
      host.document = { kind: 'hang-up' };
      call('digits', dialect.webhooks.digits);
      expect(host.types()).toEqual(['leg.digits', 'leg.document-served']);
      expect(host.moments).toEqual([{ kind: 'digits', digits: '9' }]);
    });

    it('of a finished transfer tells its result and gets the document for it', () => {
      host.document = streamDocument;
      call('dial-done', dialect.webhooks.dialDone);
      expect(host.events).toMatchObject([{ type: 'leg.dial-ended', result: 'no-answer' }, { type: 'leg.document-served' }]);
      expect(host.moments).toEqual([{ kind: 'dial-ended', result: 'no-answer' }]);
    });

    it('of the answer at the other end of a transfer tells it, and nothing else of that leg', () => {
      for (const fields of dialect.webhooks.dialStatus) expect(call('dial-status', fields).body).toBe('');
      expect(host.types()).toEqual(['leg.dial-answered']);
    });

    it('of trouble with the stream tells it', () => {
      call('stream-status', dialect.webhooks.streamTrouble);
      expect(host.types()).toEqual(['leg.stream-trouble']);
    });

    it('of a recording tells where it is', () => {
      call('recording', dialect.webhooks.recording);
      expect(host.events).toMatchObject([{ type: 'leg.recording-ready', recordingId: 'RE1', url: expect.stringContaining('https://') }]);
    });

    it('that cannot be read names the field and changes nothing', () => {
      const fields = Object.fromEntries(Object.entries(dialect.webhooks.answer).filter(([name]) => name !== dialect.webhooks.needed));
      let thrown: unknown;
      try {
        call('answer', fields);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ code: 'input/invalid', details: [{ field: dialect.webhooks.needed }] });
      expect(host.events).toEqual([]);
      expect(host.moments).toEqual([]);
    });

    it('with any fields at all gives a reply or a named refusal', () => {
      const value = fc.oneof(fc.string(), fc.constantFrom('', '-1', 'completed', 'true', '__proto__', '9'.repeat(300)));
      fc.assert(
        fc.property(fc.constantFrom(...carrier.webhooks), fc.dictionary(fc.string(), value), fc.boolean(), (webhook, extra, valid) => {
          const fields = { ...(valid ? dialect.webhooks.answer : {}), ...extra };
          const request = webhookRequest(`/carrier/${dialect.name}${webhook.path.replace(':ticket', links.ticket)}`, fields);
          try {
            expect(webhook.handle(request).status).toBe(200);
          } catch (error) {
            expect(error).toMatchObject({ code: 'input/invalid' });
          }
        }),
        { numRuns: 300 },
      );
    });
  });

  describe('a signature', () => {
    const target = `/carrier/${dialect.name}/answer/${links.ticket}`;
    const fields = { ...dialect.webhooks.answer, Name: 'A & B = "C" ü+' };
    const signed = (overrides: Partial<WebhookRequest> = {}, at = target): WebhookRequest => ({
      ...webhookRequest(at, fields, { headers: dialect.sign('POST', origin + at, fields) }),
      ...overrides,
    });

    it('counts for the public address, whatever the request says of its host', () => {
      expect(carrier.isSigned(signed())).toBe(true);
      expect(carrier.isSigned(signed({}, `${target}?record=1&z=%2B+a`))).toBe(true);
      const forwarded = { ...signed().headers, host: 'evil.example', 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.example' };
      expect(carrier.isSigned(signed({ headers: forwarded }))).toBe(true);
      host.origin = 'https://other.example';
      expect(carrier.isSigned(signed())).toBe(false);
      host.origin = null;
      expect(carrier.isSigned(signed())).toBe(false);
    });

    it('is needed, must be right, and covers path, query and every byte of the body', () => {
      expect(carrier.isSigned(signed({ headers: {} }))).toBe(false);
      const headers = signed().headers;
      expect(carrier.isSigned(signed({ target: `${target}x` }))).toBe(false);
      expect(carrier.isSigned(signed({ target: `${target}?a=1` }))).toBe(false);
      const { rawBody } = signed();
      fc.assert(
        fc.property(fc.nat(rawBody.length - 1), fc.integer({ min: 48, max: 57 }), (at, byte) => {
          const changed = Buffer.from(rawBody);
          if (changed[at] === byte) return;
          changed[at] = byte;
          expect(carrier.isSigned(signed({ rawBody: changed, headers }))).toBe(false);
        }),
      );
      expect(carrier.isSigned(signed({ rawBody: Buffer.concat([rawBody, Buffer.from('&More=1')]) }))).toBe(false);
      expect(carrier.isSigned(signed({ rawBody: Buffer.alloc(0) }))).toBe(false);
    });

    it('of a GET covers its query', () => {
      const headers = dialect.sign('GET', `${origin}${target}?a=1`, {});
      const get = { ...webhookRequest(target, { a: '1' }, { method: 'GET' }), headers };
      expect(carrier.isSigned(get)).toBe(true);
      expect(carrier.isSigned({ ...get, target: `${target}?a=2` })).toBe(false);
    });

    it('of a GET does not let a POST with a body through', () => {
      const headers = dialect.sign('GET', origin + target, {});
      const post = { ...webhookRequest(target, fields), headers };
      expect(carrier.isSigned(post)).toBe(false);
      expect(
        carrier.isSigned({ ...post, headers: { ...headers, 'content-type': 'application/json' }, rawBody: Buffer.from('{"a":1}') }),
      ).toBe(false);
    });

    it('of the upgrade of a media socket counts for the public address', () => {
      const path = `/media/${dialect.name}/TOKEN1`;
      const upgrade = (url: string, headers: Record<string, string>) =>
        ({ url, headers: { host: '127.0.0.1', ...headers } }) as unknown as IncomingMessage;
      expect(carrier.isUpgradeSigned(upgrade(path, dialect.signUpgrade(path)))).toEqual(expect.any(String));
      expect(carrier.isUpgradeSigned(upgrade(`${path}2`, dialect.signUpgrade(path)))).toBeNull();
      expect(carrier.isUpgradeSigned(upgrade(path, {}))).toBeNull();
      host.origin = null;
      expect(carrier.isUpgradeSigned(upgrade(path, dialect.signUpgrade(path)))).toBeNull();
    });
  });

  describe('a document', () => {
    const documents = (text: string): CallDocument[] => [
      { kind: 'announce', text, language: 'en-US', optOutDigit: '9', repeat: 2 },
      { kind: 'say-and-hang-up', text, language: 'de' },
      { kind: 'dial', number: '+15550100009', callerId: '+15550100001', ringTimeoutMs: 25_000, sayFirst: text, language: 'en-US' },
    ];

    it('keeps any text and any address whole through an XML reader', () => {
      const char = fc.oneof(
        fc.constantFrom('&', '<', '>', '"', "'", ']]>', '\n', '\t', 'é', '😀'),
        fc.string({ unit: 'binary', maxLength: 3 }),
      );
      fc.assert(
        fc.property(fc.array(char, { minLength: 1, maxLength: 20 }), fc.nat(2), (parts, which) => {
          const text = parts.join('');
          const document = documents(text)[which] as CallDocument;
          host.document = document;
          const { body } = call('answer', dialect.webhooks.answer);
          const spoken = texts(parseXml(body));
          if (legal(text).trim() === '') expect(spoken.filter((one) => !one.startsWith('+') && !/^\d+$/.test(one))).toEqual([]);
          else expect(spoken).toContain(legal(text));
        }),
      );
    });

    it('of a stream without a media address is not served', () => {
      const other = new StageHost({ ...links, mediaUrl: null });
      const without = dialect.make({ baseUrl: stage.rest.baseUrl, host: other, clock: stage.clock, log: silentLog });
      const answer = without.webhooks.find(({ path }) => path === '/answer/:ticket');
      const request = webhookRequest(`/carrier/${dialect.name}/answer/${links.ticket}`, dialect.webhooks.answer);
      expect(() => answer?.handle(request)).toThrow(BridgeError);
    });
  });
}

/** Every text in a document but the addresses that it leads to. */
function texts(node: XmlElement): string[] {
  if (node.name === 'Redirect') return [];
  return node.children.flatMap((child) => (typeof child === 'string' ? [child] : texts(child)));
}

/** What of a text XML can hold at all. */
function legal(text: string): string {
  return [...text.toWellFormed()].filter((char) => /[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(char)).join('');
}
