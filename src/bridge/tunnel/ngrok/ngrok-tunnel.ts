import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { HelperProcess, StartHelper } from '../helper-process.ts';
import type { Tunnel, TunnelState, TunnelStatus, TunnelTrouble } from '../tunnel.ts';
import { connectionLost, endedByItself, silentNetwork, troubleOf } from './causes.ts';
import { fromWorker, type ToWorker } from './messages.ts';

/** A person waits for this answer; ngrok needs one to two seconds. */
const openWithinMs = 9_000;
/** ngrok dials again by itself; after this long without success its process is given up. */
const reconnectWithinMs = 30_000;
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;

export interface NgrokTunnelOptions {
  readonly authToken: string;
  /** Fixed domain of the account; null takes what ngrok assigns. */
  readonly domain: string | null;
  readonly startHelper: StartHelper;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
}

/**
 * A tunnel by ngrok. Its library runs in a process of its own that is killed when it does not answer; what ends is started again, each time
 * after a longer wait, unless only a person can mend it.
 *
 * @see https://ngrok.com/docs/agent-sdks/
 */
export class NgrokTunnel implements Tunnel {
  readonly #options: NgrokTunnelOptions;
  readonly #listeners = new Set<(status: TunnelStatus) => void>();
  #port: number | null = null;
  #helper: HelperProcess | null = null;
  #state: TunnelState = 'off';
  #origin: string | null = null;
  #trouble: TunnelTrouble | null = null;
  #upSinceMs: number | null = null;
  #region: string | null = null;
  #nextTryAtMs: number | null = null;
  #failures = 0;
  #closed = false;
  #cancelTimer: () => void = () => {};
  #settled: PromiseWithResolvers<void> | null = null;

  constructor(options: NgrokTunnelOptions) {
    this.#options = options;
  }

  /** Stands while the session reconnects: the address stays the same, and calls that go on are signed with it. */
  publicOrigin(): string | null {
    return this.#origin;
  }

  status(): TunnelStatus {
    return {
      provider: 'ngrok',
      state: this.#state,
      publicOrigin: this.#origin,
      trouble: this.#trouble,
      upSinceMs: this.#upSinceMs,
      region: this.#region,
      nextTryAtMs: this.#nextTryAtMs,
    };
  }

  open(ingressPort: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#port = ingressPort;
    if (this.#state === 'off') this.#start();
    return this.#settled?.promise ?? Promise.resolve();
  }

  restart(): Promise<void> {
    if (this.#closed || this.#port === null) return Promise.resolve();
    this.#failures = 0;
    this.#drop();
    this.#origin = null;
    this.#start();
    return this.#settled?.promise ?? Promise.resolve();
  }

  onChange(listener: (status: TunnelStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#drop();
    this.#origin = null;
    this.#move('off', null);
    this.#settle();
    this.#listeners.clear();
  }

  #start(): void {
    const { startHelper, clock, authToken, domain, log } = this.#options;
    const port = this.#port;
    if (port === null || this.#closed) return;
    this.#nextTryAtMs = null;
    this.#settled ??= Promise.withResolvers<void>();
    // What was wrong the last time stays on the screen until something better is known.
    this.#move(this.#origin === null ? 'opening' : 'reconnecting', this.#trouble);
    let helper: HelperProcess;
    try {
      helper = startHelper(new URL(import.meta.url.endsWith('.ts') ? './ngrok-worker.ts' : './ngrok-worker.js', import.meta.url));
    } catch (error) {
      log.error({ err: error }, 'the process of the tunnel could not be started');
      this.#fail(endedByItself);
      return;
    }
    this.#helper = helper;
    helper.onMessage((message) => {
      if (helper === this.#helper) this.#take(message);
    });
    helper.onExit(() => {
      if (helper === this.#helper) this.#fail(endedByItself);
    });
    this.#cancelTimer = clock.after(openWithinMs, () => this.#fail(silentNetwork));
    helper.send({ type: 'open', authToken, domain, port } satisfies ToWorker);
  }

  #take(data: unknown): void {
    const parsed = fromWorker.safeParse(data);
    if (!parsed.success) return;
    const message = parsed.data;
    switch (message.type) {
      case 'up':
        this.#region = message.region;
        this.#isUp(new URL(message.url).origin);
        return;
      case 'session':
        if (message.state === 'connected') {
          if (this.#state === 'reconnecting' && this.#origin !== null) this.#isUp(this.#origin);
        } else if (this.#state === 'up') {
          this.#upSinceMs = null;
          this.#cancelTimer = this.#options.clock.after(reconnectWithinMs, () => this.#fail(silentNetwork));
          this.#move('reconnecting', connectionLost);
        }
        return;
      case 'failed':
        // ngrok says the token back when it refuses one.
        this.#options.log.warn(
          { code: message.code, problem: message.message.replaceAll(this.#options.authToken, '•••').split('\n', 1)[0]?.slice(0, 200) },
          'ngrok refused the tunnel',
        );
        this.#fail(troubleOf(message.code, message.message));
        return;
      default:
        message satisfies never;
    }
  }

  #isUp(origin: string): void {
    this.#cancelTimer();
    this.#failures = 0;
    this.#origin = origin;
    this.#upSinceMs = this.#options.clock.nowMs();
    this.#move('up', null);
    this.#settle();
  }

  #fail(trouble: TunnelTrouble): void {
    this.#drop();
    this.#failures += 1;
    if (trouble.lasting) this.#origin = null;
    else this.#tryLater();
    // An address that was there may come back; one that never was has failed.
    this.#move(this.#origin === null ? 'failed' : 'reconnecting', trouble);
    this.#settle();
  }

  #tryLater(): void {
    const { clock, random } = this.#options;
    const longMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (this.#failures - 1));
    const waitMs = Math.round(longMs * (0.75 + random() / 2));
    this.#nextTryAtMs = clock.nowMs() + waitMs;
    this.#cancelTimer = clock.after(waitMs, () => this.#start());
  }

  #drop(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => {};
    this.#nextTryAtMs = null;
    this.#upSinceMs = null;
    const helper = this.#helper;
    this.#helper = null;
    helper?.kill();
  }

  #settle(): void {
    this.#settled?.resolve();
    this.#settled = null;
  }

  #move(state: TunnelState, trouble: TunnelTrouble | null): void {
    this.#state = state;
    this.#trouble = trouble;
    const status = this.status();
    for (const listener of this.#listeners) listener(status);
  }
}
