import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import type { CallDocument, Carrier, CarrierHost, DialRequest, WebhookRequest } from '#bridge/carriers/carrier.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { parseXml, type XmlElement } from '#bridge/rehearsal/carriers/xml.ts';
import {
  attempt,
  closedPort,
  linksFor,
  origin,
  RecordingHandlers,
  ScriptedRest,
  StageHost,
  silentLog,
  silentPort,
  socketPair,
  webhookRequest,
} from './carrier-stage.ts';
import { ManualClock } from './manual-clock.ts';

type Fields = Readonly<Record<string, string>>;

/** One carrier's way of saying what all carriers say. */
export interface CarrierDialect {
  readonly name: CarrierName;
  make(options: { baseUrl: string; host: CarrierHost; clock: Clock; log: typeof silentLog }): Carrier;
  readonly createPath: string;
  /** What it answers to a create request, and the names that follow from it. */
  readonly created: { readonly body: string; readonly requestId: string; readonly carrierCallId: string | null };
  /** A refusal with a text in it. */
  refusal(text: string): string;
  /** Headers of a request that it signed. */
  sign(method: 'GET' | 'POST', url: string, form: Fields): Record<string, string>;
  /** Headers of an upgrade to this address below the public origin. */
  signUpgrade(path: string): Record<string, string>;
  /** Names of the call in webhooks. */
  readonly leg: { readonly carrierCallId: string; readonly requestId: string };
  readonly webhooks: {
    readonly answer: Fields;
    readonly afterStream: Fields;
    readonly ringing: { readonly path: string; readonly fields: Fields };
    readonly ended: { readonly path: string; readonly fields: Fields; readonly durationMs: number };
    readonly busy: { readonly path: string; readonly fields: Fields };
    readonly machine: Fields;
    readonly digits: Fields;
    readonly dialDone: Fields;
    readonly streamTrouble: Fields;
    readonly recording: Fields;
    /** A field of `answer` that must be there. */
    readonly needed: string;
  };
  readonly media: {
    opening(callId: string, streamId: string): readonly object[];
    frame(streamId: string, payload: string, n: number): object;
    digit(streamId: string, digit: string): object;
    played(streamId: string, name: string): object;
    /** What a message of ours means. */
    read(
      message: Record<string, unknown>,
      streamId: string,
    ): { audio: string } | { checkpoint: string } | { clear: true } | { digits: string };
    readonly canPressKeys: boolean;
  };
}

/** What every carrier must do alike, whichever language it speaks. */
export function carrierSuite(dialect: CarrierDialect): void {
  let rest: ScriptedRest;
  let clock: ManualClock;
  let host: StageHost;
  let carrier: Carrier;
  const links = linksFor(dialect.name);

  const open = (baseUrl: string) => dialect.make({ baseUrl, host, clock, log: silentLog });
  const order = (overrides: Partial<DialRequest> = {}): DialRequest => ({
    attempt,
    to: '+15550100002',
    from: '+15550100001',
    links,
    fallback: { kind: 'hang-up' },
    ringTimeoutMs: 25_000,
    maxCallMs: 300_000,
    detectMachine: true,
    recordAtCarrier: false,
    ...overrides,
  });
  const dial = (overrides?: Partial<DialRequest>, signal = new AbortController().signal) => carrier.dial(order(overrides), signal);

  beforeEach(async () => {
    rest = await new ScriptedRest().open();
    clock = new ManualClock();
    host = new StageHost(links);
    carrier = open(rest.baseUrl);
  });

  afterEach(async () => {
    await carrier.close();
    await rest.close();
    expect(clock.pending).toBe(0);
  });

  describe('a dial', () => {
    it('is one request, and gives back the names that the carrier gave', async () => {
      rest.script({ status: 201, body: dialect.created.body });
      const accepted = await dial();
      expect(accepted.requestId).toBe(dialect.created.requestId);
      expect(accepted.carrierCallId).toBe(dialect.created.carrierCallId);
      expect(rest.seen.map(({ method, target }) => `${method} ${target}`)).toEqual([`POST ${dialect.createPath}`]);
      expect(rest.seen[0]?.authorization).toMatch(/^Basic /);
    });

    const refusals = [
      [{ status: 400 }, 'carrier/rejected'],
      [{ status: 402 }, 'carrier/rejected'],
      [{ status: 404 }, 'carrier/rejected'],
      [{ status: 422 }, 'carrier/rejected'],
      [{ status: 401 }, 'carrier/credentials'],
      [{ status: 429 }, 'carrier/rate-limited'],
      [{ status: 408 }, 'carrier/unknown'],
      [{ status: 500 }, 'carrier/unknown'],
      [{ status: 503 }, 'carrier/unknown'],
      [{ status: 302 }, 'carrier/unknown'],
      [{ status: 201, body: '<html>' }, 'carrier/unknown'],
      [{ status: 200, body: '{}' }, 'carrier/unknown'],
      ['cut', 'carrier/unknown'],
    ] as const;
    it.each(refusals)('answered by %j fails with %s after one request', async (answer, code) => {
      rest.script(answer === 'cut' ? answer : { body: dialect.refusal('no'), ...answer });
      rest.otherwise = () => ({ status: 201, body: dialect.created.body });
      await expect(dial()).rejects.toMatchObject({ code });
      expect(rest.seen).toHaveLength(1);
    });

    it('that was refused says why, for a person, and hides numbers', async () => {
      rest.script({ status: 400, body: dialect.refusal('+15550100002 is not good') });
      const error = await dial().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(BridgeError);
      const { message, details } = error as BridgeError;
      expect(details).toMatchObject({ httpStatus: 400, outcome: expect.any(String), stopsCampaign: false });
      expect(JSON.stringify([message, details])).not.toContain('15550100002');
      expect(message).toContain('+1555***0002');
    });

    it('that meets a limit says how long to wait', async () => {
      rest.script({ status: 429, headers: { 'retry-after': '7' } }, { status: 429 });
      await expect(dial()).rejects.toMatchObject({ details: { retryAfterMs: 7_000 } });
      await expect(dial()).rejects.toMatchObject({ details: { retryAfterMs: 5_000 } });
    });

    it('without credit stops the campaign', async () => {
      rest.script({ status: 402, body: dialect.refusal('insufficient credit') });
      await expect(dial()).rejects.toMatchObject({ details: { stopsCampaign: true } });
    });

    it('that gets no answer in 15 s may have been placed', async () => {
      rest.script('hang');
      const failed = expect(dial()).rejects.toMatchObject({ code: 'carrier/unknown' });
      await rest.hasSeen(1);
      clock.advance(15_000);
      await failed;
    });

    it('that is cancelled after it was sent may have been placed', async () => {
      rest.script('hang');
      const abort = new AbortController();
      const failed = expect(dial({}, abort.signal)).rejects.toMatchObject({ code: 'carrier/unknown' });
      await rest.hasSeen(1);
      abort.abort();
      await failed;
    });

    it('that is in flight when the bridge closes may have been placed', async () => {
      rest.script('hang');
      const failed = expect(dial()).rejects.toMatchObject({ code: 'carrier/unknown' });
      await rest.hasSeen(1);
      await carrier.close();
      await failed;
    });

    it('that was cancelled before it was sent rang nobody', async () => {
      await expect(dial({}, AbortSignal.abort())).rejects.toMatchObject({ code: 'carrier/unreachable' });
      expect(rest.seen).toHaveLength(0);
    });

    it('to a port where nobody listens rang nobody', async () => {
      const other = open(`http://127.0.0.1:${await closedPort()}`);
      await expect(other.dial(order(), new AbortController().signal)).rejects.toMatchObject({
        code: 'carrier/unreachable',
        retryable: true,
      });
      await other.close();
    });

    it('to a name that does not exist rang nobody', async () => {
      const other = open('http://carrier.invalid');
      await expect(other.dial(order(), new AbortController().signal)).rejects.toMatchObject({ code: 'carrier/unreachable' });
      await other.close();
    });

    it('whose connection does not come about in 3 s rang nobody', async () => {
      const silent = await silentPort();
      const other = open(`https://127.0.0.1:${silent.port}`);
      const failed = expect(other.dial(order(), new AbortController().signal)).rejects.toMatchObject({ code: 'carrier/unreachable' });
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(3_000);
      await failed;
      await other.close();
      await silent.close();
    });
  });

  describe('a leg', () => {
    const leg = { carrierCallId: dialect.leg.carrierCallId, requestId: dialect.leg.requestId };

    it('that is gone already is hung up without complaint', async () => {
      rest.otherwise = () => ({ status: 404 });
      await expect(carrier.hangUp(leg)).resolves.toBeUndefined();
    });

    it('that cannot be hung up for a failure of the carrier is an error, and is not asked for twice', async () => {
      rest.script({ status: 503 });
      rest.otherwise = () => ({ status: 204 });
      await expect(carrier.hangUp(leg)).rejects.toMatchObject({ code: 'carrier/unknown', retryable: true });
      expect(rest.seen).toHaveLength(1);
    });

    it('that is over cannot be redirected', async () => {
      rest.script({ status: 404, body: dialect.refusal('not found') });
      await expect(carrier.redirect(leg, { kind: 'hang-up' }, links)).rejects.toMatchObject({ code: 'carrier/gone' });
    });

    it('that the carrier does not know is null', async () => {
      rest.otherwise = () => ({ status: 404, body: dialect.refusal('not found') });
      await expect(carrier.lookUp(leg)).resolves.toBeNull();
    });

    it('is asked for once more after a failure, and then no more', async () => {
      rest.otherwise = () => ({ status: 500 });
      await expect(carrier.lookUp(leg)).rejects.toMatchObject({ code: 'carrier/unreachable' });
      expect(rest.seen).toHaveLength(2);
    });
  });

  describe('credentials', () => {
    it('that are refused are named as such', async () => {
      rest.script({ status: 401, body: dialect.refusal('no') });
      await expect(carrier.testCredentials()).rejects.toMatchObject({ code: 'carrier/credentials' });
    });

    it('cannot be judged when nobody answers', async () => {
      const other = open(`http://127.0.0.1:${await closedPort()}`);
      await expect(other.testCredentials()).rejects.toMatchObject({ code: 'carrier/unreachable' });
      await other.close();
    });
  });

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

    it('of the end of a stream gets the next document', () => {
      host.document = { kind: 'say-and-hang-up', text: 'Goodbye.', language: 'en-US' };
      expect(call('after-stream', dialect.webhooks.afterStream).body).toContain('Goodbye.');
      expect(host.moments).toEqual([{ kind: 'stream-ended' }]);
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
      host.document = { kind: 'stream' };
      call('dial-done', dialect.webhooks.dialDone);
      expect(host.events).toMatchObject([{ type: 'leg.dial-ended', result: 'no-answer' }, { type: 'leg.document-served' }]);
      expect(host.moments).toEqual([{ kind: 'dial-ended', result: 'no-answer' }]);
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
      const without = dialect.make({ baseUrl: rest.baseUrl, host: other, clock, log: silentLog });
      const answer = without.webhooks.find(({ path }) => path === '/answer/:ticket');
      const request = webhookRequest(`/carrier/${dialect.name}/answer/${links.ticket}`, dialect.webhooks.answer);
      expect(() => answer?.handle(request)).toThrow(BridgeError);
    });
  });

  describe('a media socket', () => {
    let pair: { ours: WebSocket; theirs: WebSocket; close(): Promise<void> };
    let handlers: RecordingHandlers;
    const callId = dialect.leg.carrierCallId;
    const streamId = 'stream-1';
    const frame = (n: number) => Buffer.from(Uint8Array.from({ length: 160 }, (_, i) => (i * 7 + n) & 255));
    const tell = (...messages: (object | string | Buffer)[]) => {
      for (const one of messages) pair.theirs.send(typeof one === 'string' || Buffer.isBuffer(one) ? one : JSON.stringify(one));
    };
    const begin = () => tell(...dialect.media.opening(callId, streamId));
    const media = (n: number, id = streamId) => dialect.media.frame(id, frame(n).toString('base64'), n);
    const until = (condition: () => unknown) => vi.waitFor(() => expect(condition()).toBeTruthy(), { interval: 5, timeout: 5_000 });
    const hear = async (count: number) => {
      const messages: Record<string, unknown>[] = [];
      const onMessage = (data: Buffer) => messages.push(JSON.parse(data.toString()) as Record<string, unknown>);
      pair.theirs.on('message', onMessage);
      await until(() => messages.length >= count);
      pair.theirs.off('message', onMessage);
      return messages.map((message) => dialect.media.read(message, streamId));
    };

    beforeEach(async () => {
      pair = await socketPair();
      handlers = new RecordingHandlers();
    });

    afterEach(async () => {
      await pair.close();
      await until(() => handlers.ends.length > 0);
      expect(handlers.ends).toHaveLength(1);
      expect(clock.pending).toBe(0);
    });

    it('hands on the callee byte by byte, in order, with digits and checkpoints', async () => {
      carrier.openMedia(pair.ours, handlers);
      begin();
      tell(media(1), media(2), dialect.media.digit(streamId, '5'), dialect.media.played(streamId, 'turn-3'), media(3));
      await until(() => handlers.frames.length === 3);
      expect(handlers.starts).toEqual([{ carrierCallId: callId, streamId }]);
      expect(handlers.frames.map(({ bytes }) => Buffer.from(bytes))).toEqual([frame(1), frame(2), frame(3)]);
      expect(handlers.frames[1]?.base64).toBe(frame(2).toString('base64'));
      expect((handlers.frames[2]?.timestampMs ?? 0) - (handlers.frames[0]?.timestampMs ?? 0)).toBe(40);
      expect(handlers.digits).toEqual(['5']);
      expect(handlers.checkpoints).toEqual(['turn-3']);
      expect(handlers.troubles).toEqual([]);
    });

    it('sends audio, checkpoints and clears in the order of the calls', async () => {
      const stream = carrier.openMedia(pair.ours, handlers);
      begin();
      await until(() => handlers.starts.length > 0);
      const heard = hear(3);
      stream.send(frame(9));
      stream.checkpoint('end "of" turn');
      stream.clear();
      expect(await heard).toEqual([{ audio: frame(9).toString('base64') }, { checkpoint: 'end "of" turn' }, { clear: true }]);
      expect(stream.bufferedBytes).toBe(0);
    });

    it('sends a long piece of audio whole, in as many messages as the carrier wants', async () => {
      const stream = carrier.openMedia(pair.ours, handlers);
      begin();
      await until(() => handlers.starts.length > 0);
      const long = Buffer.from(Uint8Array.from({ length: 5_050 }, (_, i) => i & 255));
      const parts: Buffer[] = [];
      pair.theirs.on('message', (data: Buffer) => {
        const part = dialect.media.read(JSON.parse(data.toString()) as Record<string, unknown>, streamId);
        if ('audio' in part) parts.push(Buffer.from(part.audio, 'base64'));
      });
      stream.send(long);
      await until(() => Buffer.concat(parts).length === long.length);
      expect(Buffer.concat(parts)).toEqual(long);
    });

    it('says nothing before start and after the end', async () => {
      const stream = carrier.openMedia(pair.ours, handlers);
      const messages: unknown[] = [];
      pair.theirs.on('message', (data: Buffer) => messages.push(data.toString()));
      const useAll = () => {
        stream.send(frame(1));
        stream.checkpoint('x');
        stream.clear();
        expect(stream.sendDigits('1')).toBe(false);
        expect(stream.bufferedBytes).toBe(0);
      };
      useAll();
      begin();
      await until(() => handlers.starts.length > 0);
      pair.theirs.close(1000);
      await until(() => handlers.ends.length > 0);
      useAll();
      stream.close('again');
      expect(messages).toEqual([]);
    });

    it('presses keys where the carrier can', async () => {
      const stream = carrier.openMedia(pair.ours, handlers);
      begin();
      await until(() => handlers.starts.length > 0);
      const heard = dialect.media.canPressKeys ? hear(1) : Promise.resolve(null);
      expect(stream.sendDigits('12#')).toBe(dialect.media.canPressKeys);
      expect(await heard).toEqual(dialect.media.canPressKeys ? [{ digits: '12#' }] : null);
    });

    it('of a call that is not ours is closed', async () => {
      handlers.accept = false;
      carrier.openMedia(pair.ours, handlers);
      begin();
      const [code] = (await once(pair.theirs, 'close')) as [number];
      expect(code).toBe(1008);
      tell(media(1));
      expect(handlers.frames).toEqual([]);
    });

    it('closes in good order on our word, and tells so once', async () => {
      const stream = carrier.openMedia(pair.ours, handlers);
      begin();
      await until(() => handlers.starts.length > 0);
      stream.close('the call is over');
      stream.close('again');
      const [code] = (await once(pair.theirs, 'close')) as [number];
      expect(code).toBe(1000);
      await until(() => handlers.ends.length > 0);
      expect(handlers.ends).toEqual(['the call is over']);
    });

    it('is cut when the other end does not answer our close', async () => {
      const stream = carrier.openMedia(pair.ours, handlers);
      begin();
      await until(() => handlers.starts.length > 0);
      pair.theirs.pause();
      stream.close('the call is over');
      expect(handlers.ends).toEqual([]);
      clock.advance(2_000);
      await until(() => handlers.ends.length > 0);
      pair.theirs.resume();
    });

    it('tells of a cut', async () => {
      carrier.openMedia(pair.ours, handlers);
      begin();
      await until(() => handlers.starts.length > 0);
      pair.theirs.terminate();
      await until(() => handlers.ends.length > 0);
      expect(handlers.ends[0]).toContain('1006');
    });

    it('ends with the stop of the carrier', async () => {
      carrier.openMedia(pair.ours, handlers);
      begin();
      tell({ event: 'stop', streamSid: streamId, streamId, stop: {} });
      await until(() => handlers.ends.length > 0);
      expect(handlers.ends).toEqual(['the carrier ended the stream']);
    });

    it('goes on after messages that make no sense, and tells each kind once', async () => {
      carrier.openMedia(pair.ours, handlers);
      tell(media(1));
      begin();
      const half = JSON.stringify(media(1)).slice(0, 100);
      tell('garbage', half, '[]', 'null', '7', Buffer.from([1, 2, 3]), '{}', '{"event":5}', media(2, 'other-stream'));
      tell({ ...media(3), media: null }, { ...media(3), media: { payload: 7 } }, dialect.media.frame(streamId, 'not base64!', 3));
      tell(`{"event":"media","pad":"${'x'.repeat(70_000)}"}`);
      begin();
      tell({ event: 'brand-new' }, 'garbage', 'garbage', media(4));
      await until(() => handlers.frames.length > 0);
      expect(handlers.frames.map(({ bytes }) => Buffer.from(bytes))).toEqual([frame(4)]);
      expect(handlers.ends).toEqual([]);
      expect(new Set(handlers.troubles).size).toBe(handlers.troubles.length);
      for (const part of [
        'before start',
        'not JSON',
        'JSON object',
        'binary',
        'event is missing',
        'another stream',
        'not base64',
        '64 KiB',
        'twice',
        'not known',
      ]) {
        expect(handlers.troubles.join('\n')).toContain(part);
      }
    });

    it.each([
      ['garbage', 'garbage', 1008],
      ['binary frames', Buffer.from([0]), 1003],
    ])('is closed after fifty messages of %s', async (_name, message, expected) => {
      carrier.openMedia(pair.ours, handlers);
      begin();
      tell(...new Array<string | Buffer>(49).fill(message), media(1));
      await until(() => handlers.frames.length === 1);
      expect(handlers.ends).toEqual([]);
      tell(message);
      const [code] = (await once(pair.theirs, 'close')) as [number];
      expect(code).toBe(expected);
    });

    it('is closed when it is flooded', async () => {
      carrier.openMedia(pair.ours, handlers);
      begin();
      tell(...new Array<object>(4_100).fill(media(1)));
      const [code] = (await once(pair.theirs, 'close')) as [number];
      expect(code).toBe(1008);
      expect(handlers.frames.length).toBeLessThan(4_001);
    });

    it('that never starts is closed', async () => {
      carrier.openMedia(pair.ours, handlers);
      clock.advance(10_000);
      const [code] = (await once(pair.theirs, 'close')) as [number];
      expect(code).toBe(1008);
      expect(handlers.troubles).toHaveLength(1);
    });

    it('is pinged every 20 s, and a gap in its audio is told', async () => {
      carrier.openMedia(pair.ours, handlers);
      begin();
      await until(() => handlers.starts.length > 0);
      clock.advance(4_000);
      tell(media(1));
      await until(() => handlers.frames.length === 1);
      clock.advance(4_000);
      expect(handlers.troubles).toEqual([]);
      const pinged = once(pair.theirs, 'ping');
      clock.advance(1_000);
      expect(handlers.troubles).toEqual(['no audio from the carrier for 5 s']);
      clock.advance(11_000);
      await pinged;
    });

    it('survives a listener that throws', async () => {
      handlers.frame = () => {
        throw new Error('ours');
      };
      carrier.openMedia(pair.ours, handlers);
      begin();
      tell(media(1), dialect.media.digit(streamId, '1'));
      await until(() => handlers.digits.length === 1);
    });
  });
}

/** Every text in a document. */
function texts(node: XmlElement): string[] {
  return node.children.flatMap((child) => (typeof child === 'string' ? [child] : texts(child)));
}

/** What of a text XML can hold at all. */
function legal(text: string): string {
  return [...text.toWellFormed()].filter((char) => /[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(char)).join('');
}
