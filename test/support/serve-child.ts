import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { OperationInput, OperationName, OperationOutput } from '#bridge/contract/operations.ts';

const entry = fileURLToPath(new URL('../../src/bridge/serve.ts', import.meta.url));

/** `serve --json` in a process of its own. */
export interface ServeChild {
  readonly pid: number;
  readonly said: { readonly out: string; readonly err: string };
  /** The first line on stdout. @throws when the process ended before it */
  readonly firstLine: Promise<string>;
  /** The exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  invoke<Name extends OperationName>(name: Name, input: Partial<OperationInput<Name>> | object): Promise<OperationOutput<Name>>;
  signal(name: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): void;
}

/** Start it with these variables and nothing else of this process's environment. The caller ends it. */
export function startServe(env: Readonly<Record<string, string>>, args: readonly string[] = ['--json']): ServeChild {
  const child = spawn(process.execPath, [entry, ...args], { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  const firstLine = Promise.withResolvers<string>();
  firstLine.promise.catch(() => undefined);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
    if (said.out.includes('\n')) firstLine.resolve(said.out.split('\n', 1)[0] ?? '');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  const ended = once(child, 'close').then(([code]) => {
    firstLine.reject(new Error(`it ended with ${code}: ${said.err}`));
    return code as number | null;
  });
  return {
    pid: child.pid ?? 0,
    said,
    firstLine: firstLine.promise,
    ended,
    async invoke<Name extends OperationName>(name: Name, input: object): Promise<OperationOutput<Name>> {
      const { consoleUrl, token } = JSON.parse(await firstLine.promise) as { consoleUrl: string; token: string };
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${consoleUrl}/api/${name}`, { method: 'POST', headers, body: JSON.stringify(input) });
      const answer = (await response.json()) as { result: OperationOutput<Name>; error?: unknown };
      if (!response.ok) throw new Error(`${name} was answered with ${response.status}: ${JSON.stringify(answer.error)}`);
      return answer.result;
    },
    signal: (name) => void child.kill(name),
  };
}
