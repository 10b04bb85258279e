import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import type { MediaTarget, PublicDoors } from '#bridge/calls/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { NoteExchange } from '#bridge/contract/diagnosis.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { MediaSockets } from './media-sockets.ts';
import type { RefusalLog } from './refusal-log.ts';
import type { Strangers } from './strangers.ts';

/** The largest message of either carrier's protocol is a few kilobytes of JSON around its audio. */
const messageMaxBytes = 64 * 1024;

type Refusal = 400 | 403 | 404 | 429 | 503;
const reasons: Readonly<Record<Refusal, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/**
 * The carriers' media sockets. Who may come in is decided before the upgrade, in plain HTTP: the token in the path is known, the carrier
 * has signed the request, nobody was faster. A token is used up only by a request for which everything else was right.
 */
export class MediaDoor {
  readonly #doors: PublicDoors;
  readonly #strangers: Strangers;
  readonly #refusals: RefusalLog;
  readonly #log: Logger;
  readonly #sockets: MediaSockets;
  readonly #clock: Clock;
  readonly #note: NoteExchange | undefined;
  /**
   * A subprotocol is answered only when one was offered (RFC 6455, 4.2.2): the first, since no carrier's protocol has any meaning for it.
   */
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: messageMaxBytes,
    handleProtocols: (offered) => offered.values().next().value ?? false,
  });

  constructor(options: {
    doors: PublicDoors;
    strangers: Strangers;
    refusals: RefusalLog;
    clock: Clock;
    log: Logger;
    note?: NoteExchange | undefined;
  }) {
    this.#clock = options.clock;
    this.#note = options.note;
    this.#doors = options.doors;
    this.#strangers = options.strangers;
    this.#refusals = options.refusals;
    this.#log = options.log;
    this.#sockets = new MediaSockets(options.clock, options.log);
  }

  /** Answer an upgrade request; never throws. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ignore = () => {};
    socket.on('error', ignore);
    try {
      const admitted = this.#admit(request);
      if (typeof admitted === 'number') {
        refuseUpgrade(socket, admitted);
        return;
      }
      this.#server.handleUpgrade(request, socket, head, (upgraded) => {
        socket.off('error', ignore);
        this.#sockets.take(upgraded, socket, admitted);
      });
    } catch (error) {
      this.#log.error({ err: error }, 'A media socket could not be opened');
      socket.destroy();
    }
  }

  get size(): number {
    return this.#sockets.size;
  }

  close(): void {
    this.#sockets.close();
    this.#server.close();
  }

  #admit(request: IncomingMessage): MediaTarget | Refusal {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const [, name, token] = /^\/media\/(twilio|plivo|relay)\/([^/]{1,400})$/.exec(path) ?? [];
    if (!name || !token) return this.#strangers.admit(request) ? 404 : 429;
    // Only one carrier has a relay. A token opens what it was made for and nothing else.
    const target = this.#doors.mediaTarget(name === 'relay' ? 'twilio' : (name as CarrierName), token);
    if (!target || (target.kind === 'relay') !== (name === 'relay')) {
      if (!this.#strangers.admit(request)) return 429;
      this.#refusals.note('unknown media token');
      return 403;
    }
    const where = { carrier: target.carrier.name, attempt: target.attempt };
    const form = target.carrier.isUpgradeSigned(request);
    if (form === null) {
      this.#refusals.note('media socket not signed', where);
      return 403;
    }
    if (!isHandshake(request)) return 400;
    if (this.#sockets.isFull) {
      this.#refusals.note('too many media sockets', where);
      return 503;
    }
    if (!target.claim()) {
      this.#refusals.note('media token used before', where);
      return 403;
    }
    this.#log.info({ ...where, signedForm: form }, 'A media socket was admitted');
    const { 'user-agent': userAgent, 'sec-websocket-protocol': subprotocol, host } = request.headers;
    this.#note?.({
      attempt: target.attempt,
      atMs: this.#clock.nowMs(),
      way: 'in',
      kind: 'media',
      name: 'upgrade',
      content: { host, userAgent, subprotocol, signedForm: form },
    });
    return target;
  }
}

/** What the upgrade needs anyway, looked at before the token is used up. */
function isHandshake(request: IncomingMessage): boolean {
  const { headers } = request;
  const version = headers['sec-websocket-version'];
  return (
    request.method === 'GET' && /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '') && (version === '13' || version === '8')
  );
}

function refuseUpgrade(socket: Duplex, status: Refusal): void {
  const body = `${reasons[status]}\n`;
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status]}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
