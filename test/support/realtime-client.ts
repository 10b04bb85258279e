import { WebSocket } from 'ws';
import type { OpenAiSim } from '#bridge/rehearsal/openai/realtime-sim.ts';

/** As it came; what is in it is the test's business. */
type Anything = ReturnType<typeof JSON.parse>;
type Event = Record<string, Anything> & { type: string };

/** A Realtime client by hand: sends what a test says, keeps what comes, and waits for events. */
export class RealtimeClient {
  readonly socket: WebSocket;
  readonly events: Event[] = [];
  readonly raw: string[] = [];
  closed: { code: number } | null = null;
  error: Error | null = null;
  /** HTTP status of a refused upgrade. */
  refusedWith: number | null = null;
  #at = 0;
  #changed: (() => void)[] = [];

  private constructor(socket: WebSocket) {
    this.socket = socket;
    const change = (): void => {
      const waiting = this.#changed;
      this.#changed = [];
      for (const wake of waiting) wake();
    };
    socket.on('message', (data) => {
      this.raw.push(String(data));
      try {
        this.events.push(JSON.parse(String(data)));
      } catch {
        // garbage is looked at in `raw`
      }
      change();
    });
    socket.on('unexpected-response', (_request, response) => {
      this.refusedWith = response.statusCode ?? 0;
      response.resume();
      change();
    });
    socket.on('error', (error) => {
      this.error = error;
      change();
    });
    socket.on('close', (code) => {
      this.closed = { code };
      change();
    });
  }

  static open(
    sim: Pick<OpenAiSim, 'baseUrl' | 'apiKey'>,
    {
      query = '?model=gpt-realtime-2.1',
      key = sim.apiKey,
      headers = {},
    }: { query?: string; key?: string; headers?: Record<string, string> } = {},
  ): RealtimeClient {
    const url = `${sim.baseUrl.replace(/^http/, 'ws')}/realtime${query}`;
    return new RealtimeClient(new WebSocket(url, { headers: { authorization: `Bearer ${key}`, ...headers }, perMessageDeflate: false }));
  }

  /** Open, wait for the session, and configure it for telephone audio. */
  static async ready(sim: OpenAiSim, session: Record<string, unknown> = {}, input: Record<string, unknown> = {}): Promise<RealtimeClient> {
    const client = RealtimeClient.open(sim);
    await client.next('session.created');
    client.send({
      type: 'session.update',
      session: {
        type: 'realtime',
        audio: { input: { format: { type: 'audio/pcmu' }, ...input }, output: { format: { type: 'audio/pcmu' } } },
        ...session,
      },
    });
    await client.next('session.updated');
    return client;
  }

  send(event: unknown): void {
    this.socket.send(typeof event === 'string' || Buffer.isBuffer(event) ? event : JSON.stringify(event));
  }

  /** Append mu-law in frames of 20 ms, as fast as it goes. */
  hear(audio: Uint8Array): void {
    for (let at = 0; at < audio.length; at += 160) {
      this.send({ type: 'input_audio_buffer.append', audio: Buffer.from(audio.subarray(at, at + 160)).toString('base64') });
    }
  }

  silence(ms: number): void {
    this.hear(new Uint8Array(ms * 8).fill(0xff));
  }

  /** The next event of this type (or of one of these) after the last one that was waited for. */
  async next(type: string | readonly string[], where: (event: Event) => boolean = () => true, withinMs = 6_000): Promise<Event> {
    const types = typeof type === 'string' ? [type] : type;
    const found = await this.#until(() => {
      for (let index = this.#at; index < this.events.length; index++) {
        const event = this.events[index]!;
        if (!types.includes(event.type) || !where(event)) continue;
        this.#at = index + 1;
        return event;
      }
      return null;
    }, withinMs);
    if (!found)
      throw new Error(`no ${types.join(' or ')} came; got: ${this.types().slice(-25).join(', ')}; closed: ${this.closed?.code ?? 'no'}`);
    return found;
  }

  /** An event of this type that has come already or is to come, wherever others were waited for. */
  async any(type: string, where: (event: Event) => boolean = () => true): Promise<Event> {
    const at = this.#at;
    this.#at = 0;
    try {
      return await this.next(type, where);
    } finally {
      this.#at = Math.max(this.#at, at);
    }
  }

  /** Send and wait for the error it causes. */
  async refused(event: Record<string, unknown> | string | Buffer): Promise<Anything> {
    this.send(event);
    return (await this.next('error')).error;
  }

  async untilClosed(withinMs = 4_000): Promise<number> {
    const code = await this.#until(() => (this.closed ? this.closed.code + 1 : null), withinMs);
    if (code === null) throw new Error('the socket stayed open');
    return code - 1;
  }

  async untilRefused(withinMs = 4_000): Promise<number> {
    const status = await this.#until(() => this.refusedWith, withinMs);
    if (status === null) throw new Error('the upgrade was not refused');
    return status;
  }

  types(): string[] {
    return this.events.map(({ type }) => type);
  }

  /** All audio of an item that came so far. */
  audioOf(itemId: string): Buffer {
    return Buffer.concat(
      this.events
        .filter(({ type, item_id }) => type === 'response.output_audio.delta' && item_id === itemId)
        .map(({ delta }) => Buffer.from(delta, 'base64')),
    );
  }

  close(): void {
    this.socket.terminate();
  }

  async #until<T>(look: () => T | null, withinMs: number): Promise<T | null> {
    const untilMs = Date.now() + withinMs;
    for (;;) {
      const found = look();
      if (found !== null) return found;
      const leftMs = untilMs - Date.now();
      if (leftMs <= 0) return null;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#changed.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
}
