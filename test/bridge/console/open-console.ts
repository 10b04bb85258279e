import { request } from 'node:http';
import { WebSocket } from 'ws';
import { Duty } from '#bridge/calls/person/duty.ts';
import { LiveFeed } from '#bridge/console/live-feed.ts';
import type { ConsoleSetup } from '#bridge/console/setup.ts';
import { type Console, startConsole } from '#bridge/console/start-console.ts';
import { aConsoleSetup, FakeCalls, FakeCampaigns, FakeSettings, FakeStore, fakeRehearsal, silentLog } from '#test/support/fake-calls.ts';
import { fakeDiagnosis } from '#test/support/fake-diagnosis.ts';
import { fakeLine } from '#test/support/fake-line.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

export const token = 'right-token';
const opened: Console[] = [];
const clients: WebSocket[] = [];

/** A console on a free port over fakes. */
export async function openConsole(options: { capacity?: number; setup?: Partial<ConsoleSetup>; rendererDir?: string } = {}) {
  const clock = new ManualClock();
  const feed = new LiveFeed({ clock, ...(options.capacity ? { capacity: options.capacity } : {}) });
  const [calls, campaigns, store] = [new FakeCalls(), new FakeCampaigns(), new FakeStore()];
  const duty = new Duty();
  const settings = new FakeSettings();
  const started = await startConsole({
    port: 0,
    token,
    calls,
    campaigns,
    duty,
    store: store.asStore(),
    feed,
    setup: aConsoleSetup(options.setup),
    settings,
    line: fakeLine,
    diagnosis: fakeDiagnosis,
    rehearsal: fakeRehearsal,
    rendererDir: options.rendererDir ?? '/nowhere',
    clock,
    log: silentLog,
    version: '1.2.3',
  });
  opened.push(started);
  return { console: started, calls, campaigns, duty, store, settings, feed, clock };
}

/** For afterEach: everything that a test opened. */
export async function closeAll(): Promise<void> {
  for (const client of clients.splice(0)) client.terminate();
  await Promise.all(opened.splice(0).map((started) => started.close()));
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly json: () => { result?: unknown; error?: { code: string; message: string; details?: unknown } };
}

/** A request with full control over its headers; fetch would write Host and Origin itself. */
export function ask(
  started: Console,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer; withToken?: boolean } = {},
): Promise<Reply> {
  const headers = { ...(options.withToken === false ? {} : { authorization: `Bearer ${token}` }), ...options.headers };
  return new Promise((resolve, reject) => {
    const asked = request(
      { port: started.port, host: '127.0.0.1', path, method: options.method ?? 'GET', headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString('latin1');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body, json: () => JSON.parse(body) });
        });
      },
    );
    asked.on('error', reject);
    asked.end(options.body);
  });
}

export function invoke(started: Console, operation: string, input: unknown = {}): Promise<Reply> {
  return ask(started, `/api/${operation}`, { method: 'POST', body: typeof input === 'string' ? input : JSON.stringify(input) });
}

// biome-ignore lint/suspicious/noExplicitAny: messages are looked at field by field
type Message = any;

/** A console's end of the live socket: keeps everything that it hears. */
export class LiveClient {
  readonly texts: Message[] = [];
  readonly frames: Buffer[] = [];
  readonly socket: WebSocket;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.frames.push(data);
      else this.texts.push(JSON.parse(data.toString()));
    });
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  async next(type: string): Promise<Message> {
    await until(() => this.texts.some((text) => text.type === type));
    return this.texts.find((text) => text.type === type);
  }

  get seqs(): number[] {
    return this.texts.filter(({ seq }) => seq !== undefined).map(({ seq }) => seq);
  }
}

/** @returns the client, or the HTTP status with which it was refused */
export function dialLive(
  started: Console,
  options: { path?: string; protocols?: string[]; headers?: Record<string, string> } = {},
): Promise<LiveClient | number> {
  const { path = '/live', protocols = [`ringside.${token}`], headers = {} } = options;
  const socket = new WebSocket(`ws://127.0.0.1:${started.port}${path}`, protocols, { headers });
  const client = new LiveClient(socket);
  clients.push(socket);
  socket.on('error', () => {});
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(client));
    socket.once('unexpected-response', (asked, response) => {
      asked.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.once('error', reject);
  });
}

export async function openLive(started: Console): Promise<LiveClient> {
  const client = await dialLive(started);
  if (typeof client === 'number') throw new Error(`refused with ${client}`);
  return client;
}

/** Wait until sockets have carried what was written. */
export async function until(isTrue: () => boolean): Promise<void> {
  for (let round = 0; round < 1_000 && !isTrue(); round++) await new Promise((resolve) => setTimeout(resolve, 5));
  if (!isTrue()) throw new Error('it did not happen within five seconds');
}
