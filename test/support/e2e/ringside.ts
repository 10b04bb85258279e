import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { OperationName, OperationOutput } from '#bridge/contract/operations.ts';
import { temporaryFolder } from '../store.ts';

const root = resolve(import.meta.dirname, '../../..');

/** A built Ringside in a process of its own, without any key, with a data folder of its own. */
export interface RunningRingside {
  readonly consoleUrl: string;
  readonly token: string;
  readonly dataDir: string;
  /** The address that lets a browser in. */
  readonly address: string;
  invoke<Name extends OperationName>(name: Name, input?: unknown): Promise<OperationOutput<Name>>;
  /** End it as a person would; live calls say goodbye. */
  stop(): Promise<void>;
  /** End it as a crash would. */
  kill(): Promise<void>;
}

export interface StartOptions {
  readonly dataDir: string;
  /** The same port again after a restart, so that an open page finds it. */
  readonly port?: number;
  readonly token?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Operations over HTTP, as a script asks for them. @throws with the message and details of an error */
export function scriptedConsole(consoleUrl: string, token: string): RunningRingside['invoke'] {
  return async (name, input = {}) => {
    const answer = await fetch(`${consoleUrl}/api/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    const body = (await answer.json()) as { result: never; error?: { message: string; details?: unknown } };
    if (body.error) throw new Error(`${name}: ${body.error.message} ${JSON.stringify(body.error.details ?? '')}`);
    return body.result;
  };
}

/** @throws when it is not ready within 20 s */
export async function startRingside({ dataDir, port = 0, token = 'e2e-token', env = {} }: StartOptions): Promise<RunningRingside> {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(RINGSIDE_|OPENAI_|TWILIO_|PLIVO_|NGROK_|DEEPGRAM_|ELEVENLABS_)/.test(name)),
  );
  const child = spawn(process.execPath, [resolve(root, 'out/bridge/serve.js'), '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...clean,
      RINGSIDE_DATA_DIR: dataDir,
      RINGSIDE_CONSOLE_PORT: String(port),
      RINGSIDE_CONSOLE_TOKEN: token,
      RINGSIDE_INGRESS_PORT: '0',
      RINGSIDE_LANDING_SECONDS: '1',
      RINGSIDE_LOG: 'error',
      ...env,
    },
  });
  const { consoleUrl } = JSON.parse(await firstLine(child)) as { consoleUrl: string };
  return {
    consoleUrl,
    token,
    dataDir,
    address: `${consoleUrl}/#token=${token}`,
    invoke: scriptedConsole(consoleUrl, token),
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
  };
}

/** With a folder that is gone afterwards. */
export async function startFresh(options: Omit<StartOptions, 'dataDir'> = {}): Promise<RunningRingside & AsyncDisposable> {
  const folder = await temporaryFolder();
  const ringside = await startRingside({ ...options, dataDir: folder.path });
  return {
    ...ringside,
    [Symbol.asyncDispose]: async () => {
      await ringside.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The same, when everybody of the sample has been rehearsed with. */
export async function startRehearsed(): Promise<RunningRingside & AsyncDisposable> {
  const ringside = await startFresh();
  await ringside.invoke('rehearsal.startSample');
  const isRunning = async () => (await ringside.invoke('campaigns.list')).some(({ state }) => state === 'running');
  while (await isRunning()) await new Promise((resume) => setTimeout(resume, 500));
  return ringside;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('It has no output.');
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolveLine, reject) => {
    const timer = setTimeout(() => reject(new Error('Ringside was not ready within 20 s.')), 20_000);
    child.once('exit', (code) => reject(new Error(`Ringside ended with ${code} before it was ready.`)));
    lines.once('line', (line) => {
      clearTimeout(timer);
      resolveLine(line);
    });
  });
}
