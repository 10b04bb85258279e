import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import type { OperationInput, OperationName, OperationOutput } from '#bridge/contract/operations.ts';
import { OperatorConsole } from '#test/support/operator-console.ts';
import { bridgeFlags, bridgeMemory } from '../../scripts/bridge-process.mjs';
import type { Gauge } from './gauge.ts';

const entry = fileURLToPath(new URL('../../src/bridge/serve.ts', import.meta.url));
const gaugeEntry = new URL('./gauge.ts', import.meta.url).href;

/** A bridge in a process of its own, so that what it keeps is told apart from what the simulated services keep. */
export class BridgeProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<{ readonly consoleUrl: string; readonly token: string }>;
  readonly #ended: Promise<number | null>;
  /** Lines of the log that tell of errors of the program itself. */
  readonly errors: string[] = [];
  /** How often each warning came. */
  readonly warnings = new Map<string, number>();

  constructor(env: Readonly<Record<string, string>>) {
    this.#child = fork(entry, ['--json'], {
      env: { ...env, ...bridgeMemory, RINGSIDE_LOG: 'warn' },
      execArgv: [...bridgeFlags, '--expose-gc', '--import', gaugeEntry],
      silent: true,
    });
    const { promise, resolve, reject } = Promise.withResolvers<{ consoleUrl: string; token: string }>();
    promise.catch(() => undefined);
    this.#ready = promise;
    eachLine(this.#child.stdout, (line) => {
      if (line.startsWith('{')) resolve(JSON.parse(line) as { consoleUrl: string; token: string });
    });
    eachLine(this.#child.stderr, (line) => this.#read(line));
    this.#ended = once(this.#child, 'exit').then(([code]) => {
      reject(new Error(`the bridge ended with ${code}: ${this.errors.join('\n')}`));
      return code as number | null;
    });
    process.on('exit', () => this.#child.kill('SIGKILL'));
  }

  get isGone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async invoke<Name extends OperationName>(name: Name, input: Partial<OperationInput<Name>> | object): Promise<OperationOutput<Name>> {
    const { consoleUrl, token } = await this.#ready;
    const response = await fetch(`${consoleUrl}/api/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(input),
    });
    const answer = (await response.json()) as {
      result: OperationOutput<Name>;
      error?: { readonly code: string; readonly message: string };
    };
    if (!response.ok) throw new Error(`${name}: ${response.status} ${answer.error?.code} ${answer.error?.message}`);
    return answer.result;
  }

  async console(): Promise<OperatorConsole> {
    const { consoleUrl, token } = await this.#ready;
    const socket = new WebSocket(`${consoleUrl.replace(/^http/, 'ws')}/live`, [`ringside.${token}`]);
    await once(socket, 'open');
    return new OperatorConsole(socket);
  }

  async gauge(): Promise<Gauge> {
    const answer = once(this.#child, 'message');
    this.#child.send('gauge');
    const [gauge] = await answer;
    return gauge as Gauge;
  }

  /** In good order. @returns the exit code */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 30_000);
    const code = await this.#ended;
    clearTimeout(timer);
    return code;
  }

  #read(line: string): void {
    const found = /"level":(\d+)/.exec(line);
    const message = /"msg":"([^"]*)"/.exec(line)?.[1] ?? line.slice(0, 200);
    if (!found || Number(found[1]) >= 50) this.errors.push(line.slice(0, 600));
    else this.warnings.set(message, (this.warnings.get(message) ?? 0) + 1);
  }
}

function eachLine(stream: NodeJS.ReadableStream | null, tell: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') tell(line);
  });
}
