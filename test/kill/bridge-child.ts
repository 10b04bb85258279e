import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import type { Segment } from '#bridge/contract/calls.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { OperationInput, OperationName, OperationOutput } from '#bridge/contract/operations.ts';

const entry = fileURLToPath(new URL('../../src/bridge/serve.ts', import.meta.url));
const startLimitMs = 30_000;

export interface BridgeEnv {
  readonly dataDir: string;
  readonly ingressPort: number;
  /** As the bridge's variables have them. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where its log goes, all runs one after the other. */
  readonly logFile: string;
}

export interface BridgeChild {
  readonly startedInMs: number;
  invoke<Name extends OperationName>(name: Name, input: Partial<OperationInput<Name>> | object): Promise<OperationOutput<Name>>;
  /** Whether the process has ended, by whatever. */
  readonly gone: boolean;
  /** Without warning. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** In good order. @returns the exit code */
  stop(): Promise<number | null>;
}

export interface FeedListener {
  segment(call: CallId, segment: Segment): void;
}

/** A bridge must not outlive the test that started it. */
const living = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

function launch(env: BridgeEnv) {
  const log = openSync(env.logFile, 'a');
  const child = spawn(process.execPath, [entry, '--json'], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: env.dataDir,
      RINGSIDE_DATA_DIR: env.dataDir,
      RINGSIDE_CONSOLE_PORT: '0',
      RINGSIDE_INGRESS_PORT: String(env.ingressPort),
      RINGSIDE_PUBLIC_URL: `http://127.0.0.1:${env.ingressPort}`,
      RINGSIDE_LANDING_SECONDS: '5',
      ...env.variables,
    },
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  living.add(child);
  child.once('exit', () => living.delete(child));
  return { child, ended: once(child, 'exit') as Promise<[number | null]> };
}

/** Kill it before it has said that it is there. @returns false when it was faster */
export async function killWhileStarting(env: BridgeEnv, afterMs: number): Promise<boolean> {
  const { child, ended } = launch(env);
  let ready = false;
  child.stdout!.once('data', () => {
    ready = true;
  });
  await Promise.race([ended, new Promise((resume) => setTimeout(resume, afterMs))]);
  if (child.exitCode !== null) throw new Error(`the bridge ended with ${child.exitCode} while it started; its log is ${env.logFile}`);
  child.kill('SIGKILL');
  await ended;
  return !ready;
}

/** The real headless bridge in a process of its own, with a console that watches its live feed. */
export async function startBridge(env: BridgeEnv, listener: FeedListener): Promise<BridgeChild> {
  const startedAtMs = Date.now();
  const { child, ended } = launch(env);
  const { consoleUrl, token } = await readyLine(child, env.logFile);
  const feed = await watch(consoleUrl, token, listener);
  return {
    startedInMs: Date.now() - startedAtMs,
    get gone() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    async invoke(name, input) {
      const response = await fetch(`${consoleUrl}/api/${name}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(input),
      });
      const answer = (await response.json()) as { result?: never; error?: { code: string; message: string } };
      if (answer.result === undefined) throw new Error(`${name}: ${answer.error?.message ?? response.status}`);
      return answer.result;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
      // What the bridge had sent before it died may still be on its way; the end of the connection comes after it.
      await feed.over;
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = await ended;
      await feed.over;
      return code;
    },
  };
}

async function readyLine(child: ChildProcess, logFile: string): Promise<{ consoleUrl: string; token: string }> {
  const reader = createInterface({ input: child.stdout! });
  const timer = setTimeout(() => child.kill('SIGKILL'), startLimitMs);
  try {
    for await (const line of reader) return JSON.parse(line) as { consoleUrl: string; token: string };
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`the bridge did not start; its log is ${logFile}`);
}

async function watch(consoleUrl: string, token: string, listener: FeedListener): Promise<{ readonly over: Promise<void> }> {
  const socket = new WebSocket(`${consoleUrl.replace(/^http/, 'ws')}/live`, [`ringside.${token}`]);
  socket.on('message', (data, isBinary) => {
    if (isBinary) return;
    const event = JSON.parse(String(data)) as { type: string; callId: CallId; segment: Segment };
    if (event.type === 'call.segment') listener.segment(event.callId, event.segment);
  });
  const over = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('close', () => reject(new Error('the live feed was refused')));
  });
  return { over };
}
