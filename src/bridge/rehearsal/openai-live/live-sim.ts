import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '#bridge/contract/clock.ts';
import { loadVoiceActivity } from '#bridge/media/fvad.ts';
import { type Brain, plumbingBrain } from '../openai/brain.ts';
import { Chance } from '../openai/chance.ts';
import { errorBody } from '../openai/rest.ts';
import { DelayLine, machineClock, Timers } from '../openai/timers.ts';
import type { Json } from '../openai/wire.ts';
import type { Voices } from '../person.ts';
import { type LiveFaultRule, LiveFaults } from './faults.ts';
import type { Delivery } from './mouth.ts';
import type { LiveConfig } from './schemas.ts';
import { type LiveViolation, SimLiveSession } from './session.ts';

export interface LiveServiceOptions {
  readonly voices: Voices;
  readonly brain?: Brain;
  readonly apiKey?: string;
  readonly seed?: number;
  /** How long each event travels, each way; connecting takes two ways. */
  readonly delayMs?: number;
  readonly delivery?: Delivery;
  /** How many times faster than speech, when in bursts. */
  readonly burst?: number;
  readonly thinkMs?: readonly [number, number];
  readonly yieldMs?: number;
  readonly sessionMs?: number;
  readonly usageEveryMs?: number;
  readonly clock?: Clock;
}

export interface LiveSessionRecord {
  readonly number: number;
  readonly id: string;
  readonly openedAtMs: number;
  readonly closed: boolean;
  readonly config: LiveConfig | null;
  readonly heardMs: number;
  readonly said: readonly { readonly by: string; readonly text: string }[];
  readonly events: readonly Json[];
}

const path = '/v1/live/sessions';
const sessionsKept = 200;
const mostFrameBytes = 4 * 1024 * 1024;

const scripted = {
  401: 'invalid_api_key',
  403: 'unsupported_country',
  429: 'rate_limit_exceeded',
  500: 'server_error',
  503: 'server_error',
};

/** The Live side of the simulated OpenAI: whoever has a server gives it the upgrades below `/v1/live`. */
export class LiveService {
  readonly apiKey: string;
  readonly #options: LiveServiceOptions;
  readonly #clock: Clock;
  readonly #faults = new LiveFaults();
  readonly #violations: LiveViolation[] = [];
  readonly #connections: { readonly session: SimLiveSession; readonly socket: WebSocket; readonly openedAtMs: number; open: boolean }[] =
    [];
  readonly #waiting = new Set<Duplex>();
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: mostFrameBytes });
  readonly #openActivity: Awaited<ReturnType<typeof loadVoiceActivity>>;
  readonly #doorTimers: Timers;
  #attempts = 0;

  private constructor(options: LiveServiceOptions, openActivity: Awaited<ReturnType<typeof loadVoiceActivity>>) {
    this.#options = options;
    this.#openActivity = openActivity;
    this.#clock = options.clock ?? machineClock;
    this.#doorTimers = new Timers(this.#clock);
    this.apiKey = options.apiKey ?? 'sk-rehearsal-live';
  }

  static async open(options: LiveServiceOptions): Promise<LiveService> {
    return new LiveService(options, await loadVoiceActivity());
  }

  sessions(): readonly LiveSessionRecord[] {
    return this.#connections.map(({ session, openedAtMs, open }) => ({
      number: session.number,
      id: session.id,
      openedAtMs,
      closed: !open,
      config: session.config,
      heardMs: session.heardMs,
      said: session.said,
      events: session.events,
    }));
  }

  /** Everything that a client did wrong so far. */
  violations(): readonly LiveViolation[] {
    return this.#violations;
  }

  /** @returns a function that lifts it */
  fault(rule: LiveFaultRule): () => void {
    const lift = this.#faults.add(rule);
    for (const { session, open } of this.#connections) if (open) session.strike();
    return lift;
  }

  /** @returns false when this is no address of the Live service */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const url = new URL(request.url ?? '/', 'http://sim');
    if (!url.pathname.startsWith('/v1/live')) return false;
    this.#attempts += 1;
    const number = this.#attempts;
    socket.on('error', () => undefined);
    socket.on('close', () => this.#waiting.delete(socket));
    this.#waiting.add(socket);
    if (this.#faults.take('refuse', number)) {
      socket.destroy();
      return true;
    }
    if (this.#faults.take('hang-upgrade', number)) return true;
    const status = this.#faults.take('upgrade-status', number)?.status;
    if (status !== undefined) refuse(socket, status, scripted[status]);
    else if (url.pathname !== path) refuse(socket, 404, 'unknown_url');
    else if (url.search !== '') refuse(socket, 400, 'invalid_value');
    else if (request.headers.authorization !== `Bearer ${this.apiKey}`) refuse(socket, 401, 'invalid_api_key');
    else {
      const open = () => {
        this.#waiting.delete(socket);
        if (!socket.destroyed) this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#open(opened, number));
      };
      if (this.#delayMs > 0) this.#doorTimers.after(this.#delayMs * 2, open);
      else open();
    }
    return true;
  }

  close(): void {
    this.#doorTimers.close();
    for (const { session, socket } of this.#connections) {
      session.end();
      socket.terminate();
    }
    for (const socket of this.#waiting) socket.destroy();
    this.#sockets.close();
  }

  get #delayMs(): number {
    return this.#options.delayMs ?? 0;
  }

  #open(socket: WebSocket, number: number): void {
    const { voices, brain, delivery, burst, thinkMs, yieldMs, sessionMs, usageEveryMs, seed } = this.#options;
    const timers = new Timers(this.#clock);
    const outgoing = new DelayLine<() => void>(timers, this.#delayMs, (work) => work());
    const incoming = new DelayLine<() => void>(timers, this.#delayMs, (work) => work());
    const session = new SimLiveSession(
      {
        number,
        timers,
        chance: new Chance((seed ?? 1) * 1_000_003 + number),
        activity: this.#openActivity(),
        violations: this.#violations,
        socket: {
          send: (text) =>
            outgoing.push(() => {
              if (socket.readyState === WebSocket.OPEN) socket.send(text);
            }),
          close: (code, reason) => outgoing.push(() => socket.close(code, reason)),
          drop: () => socket.terminate(),
        },
      },
      {
        voices,
        brain: brain ?? plumbingBrain,
        delivery: delivery ?? 'paced',
        burst: burst ?? 3,
        thinkMs: thinkMs ?? [250, 500],
        yieldMs: yieldMs ?? 300,
        sessionMs: sessionMs ?? 3_600_000,
        usageEveryMs: usageEveryMs ?? 3_000,
        faults: this.#faults,
      },
    );
    const connection = { session, socket, openedAtMs: this.#clock.nowMs(), open: true };
    this.#connections.push(connection);
    while (this.#connections.length > sessionsKept && this.#connections[0]?.open === false) this.#connections.shift();
    socket.on('message', (data, isBinary) => {
      const text = isBinary ? null : String(data);
      incoming.push(() => session.receive(text));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      connection.open = false;
      session.end();
    });
  }
}

function refuse(socket: Duplex, status: number, code: string): void {
  const text = JSON.stringify(errorBody(code, `Refused: ${code}`));
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    ...(status === 429 ? ['retry-after: 1'] : []),
    'connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
}

export interface LiveSim {
  /** As `http://127.0.0.1:port/v1`. */
  readonly baseUrl: string;
  readonly service: LiveService;
  close(): Promise<void>;
}

/** The Live service on a server of its own, on loopback. */
export async function startLiveSim(options: LiveServiceOptions): Promise<LiveSim> {
  const service = await LiveService.open(options);
  const server = createServer((_request, response) => response.writeHead(404).end());
  server.on('upgrade', (request, socket, head) => {
    if (!service.upgrade(request, socket, head)) socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    service,
    async close() {
      service.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
