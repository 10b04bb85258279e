import { createHmac, randomBytes } from 'node:crypto';
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accountSid } from './carrier-call.ts';
import { nowMs } from './clock.ts';
import { Samples } from './samples.ts';

export const authToken = 'bench0auth0token0bench0auth0token';

/** One call as its creation asked for it. */
export interface Leg {
  readonly callSid: string;
  readonly answerUrl: string;
  readonly statusUrl: string;
  readonly to: string;
  readonly from: string;
  state: 'queued' | 'ringing' | 'live' | 'over';
}

/** As much of Twilio's REST API and webhooks as a campaign needs: create, update, look up; signed callbacks. */
export class CarrierRest {
  readonly legs = new Map<string, Leg>();
  /** From asking for the answer document to having it. */
  readonly documents = new Samples();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #server: Server;
  readonly #placed: (leg: Leg) => void;
  readonly #hungUp: (leg: Leg) => void;

  /** @param placed a call was created @param hungUp our side ended it by the REST API */
  constructor(placed: (leg: Leg) => void, hungUp: (leg: Leg) => void) {
    this.#placed = placed;
    this.#hungUp = hungUp;
    this.#server = createServer((asked, reply) => void this.#answer(asked, reply));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** @returns the address of the media socket, or null when the document holds none */
  async fetchDocument(leg: Leg): Promise<string | null> {
    const startedAtMs = nowMs();
    const { status, text } = await this.#post(leg.answerUrl, this.#form(leg, 'in-progress'));
    this.documents.add(nowMs() - startedAtMs);
    if (status !== 200) throw new Error(`the answer document came with ${status}`);
    const url = /<Stream [^>]*url="([^"]+)"/.exec(text)?.[1];
    return url === undefined ? null : url.replaceAll('&amp;', '&');
  }

  status(leg: Leg, word: 'initiated' | 'ringing' | 'in-progress' | 'completed', seconds = 0): Promise<unknown> {
    const form = this.#form(leg, word);
    if (word === 'completed') form.CallDuration = String(seconds);
    return this.#post(leg.statusUrl, form);
  }

  upgradeHeaders(url: string): Record<string, string> {
    return { 'x-twilio-signature': signature(url, {}) };
  }

  #form(leg: Leg, status: string): Record<string, string> {
    return {
      AccountSid: accountSid,
      ApiVersion: '2010-04-01',
      CallSid: leg.callSid,
      CallStatus: status,
      Direction: 'outbound-api',
      From: leg.from,
      To: leg.to,
    };
  }

  #post(url: string, form: Record<string, string>): Promise<{ status: number; text: string }> {
    const body = new URLSearchParams(form).toString();
    return new Promise((resolve, reject) => {
      const asked = request(
        url,
        {
          method: 'POST',
          agent: this.#agent,
          headers: {
            'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
            'content-length': Buffer.byteLength(body),
            'x-twilio-signature': signature(url, form),
          },
        },
        (reply) => {
          let text = '';
          reply.setEncoding('utf8');
          reply.on('data', (part: string) => {
            text += part;
          });
          reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text }));
          reply.on('error', reject);
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
  }

  async #answer(asked: IncomingMessage, reply: ServerResponse): Promise<void> {
    let body = '';
    asked.setEncoding('utf8');
    for await (const part of asked) body += part;
    const path = (asked.url ?? '').split('?', 1)[0] ?? '';
    const sid = /\/Calls\/(CA\w+)\.json$/.exec(path)?.[1];
    const form = new URLSearchParams(body);
    if (asked.method === 'POST' && path.endsWith('/Calls.json')) send(reply, 201, resource(this.#create(form)));
    else if (sid !== undefined) {
      const leg = this.legs.get(sid);
      if (!leg) return send(reply, 404, { code: 20404, message: 'not found', status: 404 });
      if (asked.method === 'POST' && form.has('Status') && leg.state !== 'over') this.#hungUp(leg);
      send(reply, 200, resource(leg));
    } else send(reply, 200, { calls: [], next_page_uri: null, friendly_name: 'Bench' });
  }

  #create(form: URLSearchParams): Leg {
    const leg: Leg = {
      callSid: `CA${randomBytes(16).toString('hex')}`,
      answerUrl: form.get('Url') ?? '',
      statusUrl: form.get('StatusCallback') ?? '',
      to: form.get('To') ?? '',
      from: form.get('From') ?? '',
      state: 'queued',
    };
    this.legs.set(leg.callSid, leg);
    setImmediate(() => this.#placed(leg));
    return leg;
  }
}

function resource(leg: Leg) {
  const status = { queued: 'queued', ringing: 'ringing', live: 'in-progress', over: 'completed' }[leg.state];
  return { sid: leg.callSid, account_sid: accountSid, to: leg.to, from: leg.from, status, direction: 'outbound-api' };
}

function send(reply: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  reply.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  reply.end(text);
}

/** @see https://www.twilio.com/docs/usage/webhooks/webhooks-security */
function signature(url: string, form: Readonly<Record<string, string>>): string {
  const fields = Object.keys(form).sort();
  const signed = fields.reduce((text, name) => text + name + form[name], url);
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
}
