import { createServer } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '#bridge/contract/clock.ts';
import { systemClock } from '#bridge/system-clock.ts';
import { type HelperProcess, type StartHelper, startNodeHelper } from '#bridge/tunnel/helper-process.ts';
import { NgrokTunnel, type NgrokTunnelOptions } from '#bridge/tunnel/ngrok/ngrok-tunnel.ts';
import type { TunnelStatus } from '#bridge/tunnel/tunnel.ts';
import { until } from '#test/support/bridge-rig.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

const log = pino({ level: 'silent' });
const open: NgrokTunnel[] = [];
afterEach(async () => {
  for (const tunnel of open.splice(0)) await tunnel.close();
});

/** Helpers that a test plays itself. */
class Stage {
  readonly clock = new ManualClock();
  readonly sent: unknown[][] = [];
  readonly killed: number[] = [];
  readonly seen: TunnelStatus[] = [];
  readonly #listeners: { message: (message: unknown) => void; exit: () => void }[] = [];

  readonly start: StartHelper = () => {
    const index = this.sent.push([]) - 1;
    const listeners = { message: (_message: unknown) => {}, exit: () => {} };
    this.#listeners.push(listeners);
    const helper: HelperProcess = {
      send: (message) => this.sent[index]?.push(message),
      onMessage: (listener) => {
        listeners.message = listener;
      },
      onExit: (listener) => {
        listeners.exit = listener;
      },
      kill: () => this.killed.push(index),
    };
    return helper;
  };

  tunnel(domain: string | null = null): NgrokTunnel {
    const made = new NgrokTunnel({ authToken: 'secret-token', domain, startHelper: this.start, clock: this.clock, log, random: () => 0.5 });
    made.onChange((status) => this.seen.push(status));
    open.push(made);
    return made;
  }

  says(message: object, index = this.sent.length - 1): void {
    this.#listeners[index]?.message(message);
  }

  ends(index = this.sent.length - 1): void {
    this.#listeners[index]?.exit();
  }
}

const up = { type: 'up', url: 'https://name.ngrok-free.app', region: null };

describe('a tunnel by ngrok', () => {
  it('is asked for with the token, the domain and the port of the ingress, and nothing else', async () => {
    const stage = new Stage();
    const tunnel = stage.tunnel('bridge.ngrok.app');
    const opened = tunnel.open(4701);
    expect(tunnel.status()).toMatchObject({ state: 'opening', publicOrigin: null });
    expect(stage.sent).toEqual([[{ type: 'open', authToken: 'secret-token', domain: 'bridge.ngrok.app', port: 4701 }]]);
    stage.says({ ...up, url: 'https://bridge.ngrok.app/', region: 'eu' });
    await opened;
    expect(tunnel.status()).toMatchObject({ state: 'up', publicOrigin: 'https://bridge.ngrok.app', region: 'eu', trouble: null });
  });

  it('is given up after nine seconds of silence, with its cause, and tried again after a while', async () => {
    const stage = new Stage();
    const tunnel = stage.tunnel();
    const opened = tunnel.open(4701);
    stage.clock.advance(9_000);
    await opened;
    expect(tunnel.status()).toMatchObject({ state: 'failed', trouble: { cause: expect.stringContaining('stays silent') } });
    expect(stage.killed).toEqual([0]);
    stage.clock.advance(1_000);
    expect(stage.sent).toHaveLength(2);
    stage.says(up);
    expect(tunnel.status().state).toBe('up');
  });

  it('waits longer after each failure, and begins anew when it was up', () => {
    const stage = new Stage();
    void stage.tunnel().open(4701);
    const waits: number[] = [];
    for (let tries = 0; tries < 8; tries++) {
      stage.says({ type: 'failed', code: 'ERR_NGROK_108', message: '' });
      const before = stage.clock.monotonicMs();
      while (stage.sent.length < tries + 2) stage.clock.advance(250);
      waits.push(stage.clock.monotonicMs() - before);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    stage.says(up);
    stage.ends();
    stage.clock.advance(1_000);
    expect(stage.sent).toHaveLength(10);
  });

  it.each([
    [105, 'authtoken', true],
    [107, 'authtoken', true],
    [320, 'another ngrok account', true],
    [314, 'paid', true],
    [334, 'online already', false],
    [108, 'agents', false],
    [727, 'HTTP requests', true],
    [15013, 'no domain', true],
    [31337, 'refused', false],
  ])('says what ERR_NGROK_%i means, and goes on trying only where that can help', async (number, words, lasting) => {
    const stage = new Stage();
    const tunnel = stage.tunnel();
    const opened = tunnel.open(4701);
    stage.says({ type: 'failed', code: null, message: `failed to start listener\n\nerror_code: ERR_NGROK_${number}` });
    await opened;
    const { state, trouble } = tunnel.status();
    expect(state).toBe('failed');
    expect(trouble).toMatchObject({ code: `ERR_NGROK_${number}`, cause: expect.stringContaining(words), lasting });
    expect(trouble?.cure).toMatch(/\.$/);
    stage.clock.advance(600_000);
    expect(stage.sent.length > 1).toBe(!lasting);
  });

  it('keeps its address while the session reconnects, and is killed when that takes too long', () => {
    const stage = new Stage();
    const tunnel = stage.tunnel();
    void tunnel.open(4701);
    stage.says(up);
    stage.says({ type: 'session', state: 'closed' });
    expect(tunnel.status()).toMatchObject({ state: 'reconnecting', publicOrigin: 'https://name.ngrok-free.app' });
    stage.clock.advance(20_000);
    stage.says({ type: 'session', state: 'connected' });
    expect(tunnel.status()).toMatchObject({ state: 'up', trouble: null });
    stage.says({ type: 'session', state: 'closed' });
    stage.clock.advance(30_000);
    expect(stage.killed).toEqual([0]);
    expect(tunnel.status()).toMatchObject({ state: 'reconnecting', publicOrigin: 'https://name.ngrok-free.app' });
    stage.clock.advance(1_000);
    stage.says({ ...up, url: 'https://other.ngrok-free.app' });
    expect(tunnel.publicOrigin()).toBe('https://other.ngrok-free.app');
  });

  it('starts anew when it is told to, also after a failure that would last', async () => {
    const stage = new Stage();
    const tunnel = stage.tunnel();
    void tunnel.open(4701);
    stage.says({ type: 'failed', code: 'ERR_NGROK_107', message: '' });
    const restarted = tunnel.restart();
    stage.says(up);
    await restarted;
    expect(tunnel.status().state).toBe('up');
    expect(stage.killed).toContain(0);
  });

  it('leaves no timer and no process behind, and hears nothing more', async () => {
    const stage = new Stage();
    const tunnel = stage.tunnel();
    void tunnel.open(4701);
    stage.says(up);
    await tunnel.close();
    const told = stage.seen.length;
    stage.says(up);
    stage.ends();
    expect(stage.killed).toEqual([0]);
    expect(stage.clock.pending).toBe(0);
    expect(stage.seen).toHaveLength(told);
    expect(tunnel.status()).toMatchObject({ state: 'off', publicOrigin: null });
  });
});

describe('the process that holds the tunnel', () => {
  const processes: Promise<void>[] = [];
  const watched =
    (entry: URL | null): StartHelper =>
    (own) => {
      const helper = startNodeHelper(entry ?? own);
      processes.push(new Promise((resolve) => helper.onExit(resolve)));
      return helper;
    };
  const fake = new URL('../../support/ngrok-worker-fake.ts', import.meta.url);
  const tunnelOf = (authToken: string, entry: URL | null = fake, more: Partial<NgrokTunnelOptions> = {}) => {
    const options = { authToken, domain: null, startHelper: watched(entry), clock: systemClock, log, random: () => 0 };
    const tunnel = new NgrokTunnel({ ...options, ...more });
    open.push(tunnel);
    return tunnel;
  };
  /** The real process, and in it a library that behaves as ngrok's is known to. */
  const library = new URL('../../support/ngrok-library-entry.ts', import.meta.url);
  /** Waits a third as long for everything, and tells the time as it is. */
  const hurried: Clock = {
    nowMs: () => systemClock.nowMs(),
    monotonicMs: () => systemClock.monotonicMs(),
    after: (ms, run) => systemClock.after(ms / 3, run),
  };
  afterEach(async () => {
    for (const tunnel of open.splice(0)) await tunnel.close();
    await Promise.all(processes.splice(0));
  });

  it('speaks over the channel of a fork, loses its session and has it again', async () => {
    const tunnel = tunnelOf('token-drops');
    const states: string[] = [];
    tunnel.onChange(({ state }) => states.push(state));
    await tunnel.open(4701);
    await until('up again', () => states.filter((state) => state === 'up').length === 2);
    expect(states).toEqual(['opening', 'up', 'reconnecting', 'up']);
  });

  it('is started again when it ends', async () => {
    const tunnel = tunnelOf('token-dies');
    await tunnel.open(4701);
    await until('its end', () => tunnel.status().state === 'reconnecting');
    await until('the next one', () => processes.length === 2 && tunnel.status().state === 'up');
  });

  it.each([
    [null, 'https://name.ngrok-free.app'],
    ['bridge.ngrok.app', 'https://bridge.ngrok.app'],
  ])('asks the library for an address (%s), and gives it nothing but the port on loopback', async (domain, address) => {
    const tunnel = tunnelOf('up', library, { domain });
    await tunnel.open(4701);
    expect(tunnel.status()).toMatchObject({ state: 'up', publicOrigin: address, region: 'eu', trouble: null });
  });

  it('tells when the library has lost its session, and when it has it again', async () => {
    const tunnel = tunnelOf('drops', library);
    const states: string[] = [];
    tunnel.onChange(({ state }) => states.push(state));
    await tunnel.open(4701);
    await until('up again', () => states.filter((state) => state === 'up').length === 2);
    expect(states).toEqual(['opening', 'up', 'reconnecting', 'up']);
  });

  it.each([
    [107, 'wrong, or was revoked'],
    [320, 'another ngrok account'],
    [334, 'online already'],
    [18021, 'number of endpoints'],
  ])('hands on the code of the library: %i', async (number, words) => {
    const said: string[] = [];
    const heard = pino({ level: 'debug' }, { write: (line: string) => said.push(line) });
    const tunnel = tunnelOf(`code:${number}`, library, { log: heard });
    await tunnel.open(4701);
    expect(tunnel.status()).toMatchObject({
      state: 'failed',
      trouble: { code: `ERR_NGROK_${number}`, cause: expect.stringContaining(words) },
    });
    await processes[0];
    expect(said.join('')).toContain(`ERR_NGROK_${number}`);
    // The library says the token in its message.
    expect(said.join('')).not.toContain(`code:${number}`);
  });

  it.each(['silent', 'blocks'])('is killed when the library answers nothing (%s), and the next one is not held up by it', async (token) => {
    const tunnel = tunnelOf(token, library, { clock: hurried });
    await tunnel.open(4701);
    expect(tunnel.status()).toMatchObject({ state: 'failed', trouble: { cause: expect.stringContaining('stays silent') } });
    await processes[0];
    await tunnel.close();
    const next = tunnelOf('up', library);
    await next.open(4701);
    expect(next.status().state).toBe('up');
  });

  it('is gone with the tunnel, also when it does nothing any more', async () => {
    const tunnel = tunnelOf('blocks', library);
    void tunnel.open(4701);
    await tunnel.close();
    await processes[0];
    expect(tunnel.status().state).toBe('off');
  });

  it('really loads ngrok, and where there is no network it answers within ten seconds with a cause, and is gone', async () => {
    const tunnel = tunnelOf('2abcdefghijklmnopqrstuvwxyz_1234567890abcdefghij', null);
    const began = performance.now();
    await tunnel.open(await unusedPort());
    expect(performance.now() - began).toBeLessThan(10_500);
    const { state, trouble } = tunnel.status();
    expect(state).toBe('failed');
    expect(trouble?.cause).not.toContain('cannot be loaded');
    expect(trouble?.cause).toMatch(/ngrok/);
    await processes[0];
  });
});

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
