import { describe, expect, it } from 'vitest';
import type { Bridge } from '#bridge/bridge.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import { type ExitCode, type ServeHost, serve } from '#bridge/serve-command.ts';
import { aSetup, silentLog } from '#test/support/fake-calls.ts';

/** A process with one command in it, and a bridge that writes down what it is told. */
class Host implements ServeHost {
  args: string[] = [];
  env: Record<string, string> = { RINGSIDE_DATA_DIR: '/data' };
  stdout = '';
  stderr = '';
  readonly told: string[] = [];
  canCallForReal = false;
  startError: Error | null = null;
  closeError: Error | null = null;
  /** Resolves a landing that is to take its time. */
  landed: (() => void) | null = null;
  #signal: (() => void) | null = null;
  #ready = Promise.withResolvers<void>();

  readonly openLog = () => silentLog;

  readonly createBridge = async (): Promise<Bridge> => {
    if (this.startError) throw this.startError;
    return {
      console: { url: 'http://127.0.0.1:4700', port: 4700 },
      ingress: { url: 'http://127.0.0.1:4701', port: 4701 },
      publicUrl: null,
      token: 'the-token',
      setup: () => ({ ...aSetup, canCallForReal: this.canCallForReal }),
      openConsole: () => {},
      watch: () => () => {},
      resumeDialling: () => {},
      stopDialling: () => this.told.push('stop'),
      land: async (ms) => {
        this.told.push(`land ${ms}`);
        if (ms > 0 && this.landed) await new Promise<void>((resolve) => (this.landed = resolve));
      },
      close: async () => {
        this.told.push('close');
        if (this.closeError) throw this.closeError;
      },
    };
  };

  readonly out = (text: string) => {
    this.stdout += text;
    this.#ready.resolve();
  };

  readonly err = (text: string) => {
    this.stderr += text;
  };

  readonly onSignal = (listener: () => void) => {
    this.#signal = listener;
    return () => {
      this.#signal = null;
    };
  };

  signal(): void {
    this.#signal?.();
  }

  get listens(): boolean {
    return this.#signal !== null;
  }

  async untilReady(): Promise<void> {
    await this.#ready.promise;
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the serve command', () => {
  it('says in one line where the console is, and that rehearsal needs no key', async () => {
    const host = new Host();
    const code = serve(host);
    await host.untilReady();
    expect(host.stdout).toBe(
      'Ringside is ready: open http://127.0.0.1:4700/#token=the-token in a browser on this computer. Real calls need more settings; without any key you can rehearse: npm run rehearse\n',
    );
    host.signal();
    expect(await code).toBe(0);
    expect(host.told).toEqual(['stop', 'land 20000', 'close']);
    expect([host.stderr, host.listens]).toEqual(['', false]);
  });

  it('says no word about rehearsal when real calls are possible', async () => {
    const host = new Host();
    host.canCallForReal = true;
    const code = serve(host);
    await host.untilReady();
    expect(host.stdout).toBe('Ringside is ready: open http://127.0.0.1:4700/#token=the-token in a browser on this computer.\n');
    host.signal();
    expect(await code).toBe(0);
  });

  it('writes the ready object as its first line for programs', async () => {
    const host = new Host();
    host.args = ['--json'];
    const code = serve(host);
    await host.untilReady();
    expect(host.stdout).toBe(
      '{"event":"ready","consoleUrl":"http://127.0.0.1:4700","token":"the-token","ingressUrl":"http://127.0.0.1:4701","publicUrl":null}\n',
    );
    host.signal();
    await code;
  });

  it('lands calls within the limit that was set', async () => {
    const host = new Host();
    host.env = { ...host.env, RINGSIDE_LANDING_SECONDS: '3' };
    const code = serve(host);
    await host.untilReady();
    host.signal();
    await code;
    expect(host.told).toContain('land 3000');
  });

  it('hangs up at once at a second signal', async () => {
    const host = new Host();
    host.landed = () => {};
    const code = serve(host);
    await host.untilReady();
    host.signal();
    await settle();
    expect(host.told).toEqual(['stop', 'land 20000']);
    host.signal();
    expect(await code).toBe(0);
    expect(host.told).toEqual(['stop', 'land 20000', 'land 0', 'close']);
  });

  it('ends in good order when the signal came during the start', async () => {
    const host = new Host();
    const code = serve(host);
    host.signal();
    expect(await code).toBe(0);
    expect(host.told).toEqual(['stop', 'land 20000', 'close']);
  });

  it('gives up a start that hangs at the second signal', async () => {
    const host = new Host();
    const code = serve({ ...host, createBridge: () => new Promise(() => {}) });
    host.signal();
    host.signal();
    expect(await code).toBe(1);
  });

  it.each<[string, Error, ExitCode]>([
    ['a port in use', new BridgeError('port/in-use', 'Port 4700 is in use by another program.'), 1],
    ['a newer database', new BridgeError('store/newer', 'The database was written by a newer Ringside.'), 1],
    ['a setting that shows late', new BridgeError('settings/invalid', 'This user may not open port 80.'), 2],
    ['anything else', new Error('no such module'), 1],
  ])('says what to do about %s in one sentence', async (_what, error, code) => {
    const host = new Host();
    host.startError = error;
    expect(await serve(host)).toBe(code);
    expect([host.stdout, host.stderr]).toEqual(['', `Ringside cannot start: ${error.message}\n`]);
  });

  it('ends with 2 at a wrong setting, before anything is started', async () => {
    const host = new Host();
    host.env = { RINGSIDE_PROT: '1', RINGSIDE_LOG: 'x' };
    expect(await serve(host)).toBe(2);
    expect(host.stderr).toMatch(/^Ringside cannot start: RINGSIDE_PROT .*\n$/);
    expect(host.told).toEqual([]);
  });

  it('ends with 2 at an argument that it does not know', async () => {
    const host = new Host();
    host.args = ['--jason'];
    expect(await serve(host)).toBe(2);
    expect(host.stderr).toContain('--jason');
    expect(host.stderr).toContain('RINGSIDE_DATA_DIR');
  });

  it('explains itself', async () => {
    const host = new Host();
    host.args = ['--help'];
    expect(await serve(host)).toBe(0);
    expect(host.stdout).toContain('RINGSIDE_LANDING_SECONDS');
    expect(host.told).toEqual([]);
  });

  it('ends with 1 when it could not be closed', async () => {
    const host = new Host();
    host.closeError = new Error('disk');
    const code = serve(host);
    await host.untilReady();
    host.signal();
    expect(await code).toBe(1);
  });
});
