import { pino } from 'pino';
import type { EngineSession, SessionRequest } from '#bridge/engines/engine.ts';
import { OpenAiRealtimeEngine } from '#bridge/engines/openai-realtime/openai-realtime-engine.ts';
import { EngineRecorder } from '#test/support/engine-recorder.ts';
import { ManualClock } from '#test/support/manual-clock.ts';
import { type RealtimePeer, RealtimeServer } from '#test/support/realtime-server.ts';

export const someRequest: SessionRequest = {
  instructions: 'You are Mia of Northside Dental.',
  voice: null,
  language: 'en-US',
  model: null,
  turnDetection: null,
  tools: [{ name: 'end_call', description: 'Hang up.', parameters: { type: 'object', properties: {} } }],
  safetyIdentifier: 'callee-1',
  world: 'rehearsal',
};

/** An engine, a service and one session between them, opened and cleaned up together. */
export class Talk {
  readonly server: RealtimeServer;
  readonly clock = new ManualClock();
  readonly heard = new EngineRecorder();
  readonly engine: OpenAiRealtimeEngine;
  readonly lines: string[] = [];
  #session: EngineSession | null = null;
  #peer: RealtimePeer | null = null;

  private constructor(server: RealtimeServer, apiKey: string | null) {
    this.server = server;
    const log = pino({ level: 'debug' }, { write: (line: string) => void this.lines.push(line) });
    this.engine = new OpenAiRealtimeEngine({ apiKey, baseUrl: server.baseUrl, clock: this.clock, log });
  }

  static async start(options: Parameters<typeof RealtimeServer.start>[0] = {}, apiKey: string | null = 'sk-test'): Promise<Talk> {
    return new Talk(await RealtimeServer.start(options), apiKey);
  }

  /** @returns once the socket is open on both sides */
  async open(request: Partial<SessionRequest> = {}): Promise<void> {
    this.begin(request);
    this.#peer = await this.server.peer();
  }

  /** Ask for a session and do not wait. */
  begin(request: Partial<SessionRequest> = {}): EngineSession {
    this.#session = this.engine.open({ ...someRequest, ...request }, this.heard);
    return this.#session;
  }

  /** @returns once it may be told to speak */
  async ready(request: Partial<SessionRequest> = {}): Promise<void> {
    await this.open(request);
    await this.heard.until(() => this.heard.log.includes('ready'));
  }

  get session(): EngineSession {
    if (!this.#session) throw new Error('no session was opened');
    return this.#session;
  }

  get peer(): RealtimePeer {
    if (!this.#peer) throw new Error('no session was opened');
    return this.#peer;
  }

  /** Everything that was sent either way has arrived. */
  async settle(): Promise<void> {
    await this.peer.settle();
  }

  hear(bytes: Uint8Array): void {
    this.session.hear(bytes);
  }

  async stop(): Promise<void> {
    this.#session?.close();
    await this.server.stop();
  }
}
