import { mkdirSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { bridgeFlags, bridgeMemory } from '../../scripts/bridge-process.mjs';
import { accountSid } from '../load/carrier-call.ts';
import { authToken } from '../load/carrier-rest.ts';
import { nowMs, wait } from '../load/clock.ts';
import { Child } from './child.ts';
import { benchFile, type Loads } from './loads.ts';
import { number } from './number.ts';
import { callsPerSecond, moreFlags, type Subject, type SubjectOptions, type Usage } from './subject.ts';

export interface RingsideOptions extends SubjectOptions {
  /** A folder that holds something already; else a new, empty one. */
  readonly dataDir?: string;
  /** Greets everybody by name, so that nobody's greeting was rendered before. */
  readonly byName?: boolean;
  /** Let it come to rest before its idle memory is read. */
  readonly idle?: boolean;
}

export interface Ringside extends Subject {
  readonly consoleUrl: string;
  readonly token: string;
  /** From the start of the process to the line that says that it is ready. */
  readonly readyMs: number;
  /** Its memory half a second after that, before it was asked for anything. */
  readonly idleMb: number;
  run<Result>(operation: string, input?: unknown): Promise<Result>;
  /** A campaign of so many leads that nobody has been called by yet; it is not started. */
  makeCampaign(leads: number): Promise<string>;
}

let entry = '';
/** @param path the bridge that is measured: `out/bridge/serve.js`, or a build of another state of the source */
export function measure(path: string): void {
  entry = path;
}

const consoleToken = 'bench-console-token';
/** Campaigns have at most so many lines. */
const linesMax = 200;
let nextNumber = 0;

/** The whole bridge, headless, as `npm run serve` starts it; world real, its services' addresses being those of the loads. */
export async function startRingside(loads: Loads, options: RingsideOptions = {}): Promise<Ringside> {
  const dataDir = options.dataDir ?? mkdtempSync(join(loads.folder, 'data-'));
  mkdirSync(dataDir, { recursive: true });
  const ingressPort = await freePort();
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(RINGSIDE_|OPENAI_|TWILIO_|PLIVO_|NGROK_)/.test(name)),
  );
  const env = {
    ...clean,
    NODE_EXTRA_CA_CERTS: loads.certificate,
    NODE_COMPILE_CACHE: join(loads.folder, 'compiled'),
    ...bridgeMemory,
    RINGSIDE_DATA_DIR: dataDir,
    RINGSIDE_CONSOLE_PORT: '0',
    RINGSIDE_CONSOLE_TOKEN: consoleToken,
    RINGSIDE_INGRESS_PORT: String(ingressPort),
    RINGSIDE_PUBLIC_URL: `http://127.0.0.1:${ingressPort}`,
    RINGSIDE_TWILIO_BASE_URL: loads.carrierUrl,
    RINGSIDE_LANDING_SECONDS: '1',
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    OPENAI_API_KEY: 'sk-bench',
    OPENAI_BASE_URL: `${options.far ? loads.farAiUrl : loads.aiUrl}/v1`,
  };
  const flags = [...moreFlags(), ...bridgeFlags, '--expose-gc', '--import', benchFile('probe.mjs')];
  const child = new Child('Ringside', [...flags, entry, '--json'], { env, log: loads.logFile });
  const line = await child.firstLine();
  const readyMs = nowMs() - child.startedAtMs;
  if (options.idle) await wait(500);
  const { rssMb: idleMb } = await child.ask<Usage>('usage');
  const { consoleUrl } = JSON.parse(line) as { consoleUrl: string };

  const run = async <Result>(operation: string, input: unknown = {}): Promise<Result> => {
    const answer = await fetch(`${consoleUrl}/api/${operation}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${consoleToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    const body = (await answer.json()) as { result: Result; error?: { message: string; details?: unknown } };
    if (body.error) throw new Error(`${operation}: ${body.error.message} ${JSON.stringify(body.error.details ?? '')}`);
    return body.result;
  };

  // Somebody watches, as in life: every change of every call goes over this socket.
  const watcher = new WebSocket(`${consoleUrl.replace(/^http/, 'ws')}/live`, { headers: { authorization: `Bearer ${consoleToken}` } });
  watcher.on('error', () => {});

  const { id: agentId } = await run<{ id: string }>('agents.create', {
    name: 'Bench',
    instructions: 'You arrange visits of a plumber. Be short and friendly.',
    greeting: options.byName ? 'Hello {{name}}, Mia here from Northside.' : 'Hello, Mia here from Northside.',
  });

  const makeCampaign = async (leads: number): Promise<string> => {
    const { id } = await run<{ id: string }>('campaigns.create', {
      name: `Bench of ${leads}`,
      agentId,
      carrier: 'twilio',
      world: 'real',
      fromNumbers: ['+12125550100'],
      ladder: ['realtime'],
      lines: Math.min(linesMax, leads),
      callsPerSecond: 50,
      maxCallSeconds: 3600,
      answeringMachine: 'off',
      compliance: { hours: 'off', consent: 'off' },
    });
    const csv = ['name,phone', ...Array.from({ length: leads }, () => `Lead ${nextNumber},${number(nextNumber++)}`)].join('\n');
    const { imported } = await run<{ imported: number }>('leads.import', { campaignId: id, csv });
    if (imported !== leads) throw new Error(`only ${imported} of ${leads} leads were taken`);
    return id;
  };

  const addCalls = async (count: number): Promise<void> => {
    const { live } = await loads.state();
    for (let left = count; left > 0; left -= linesMax) await run('campaigns.start', { id: await makeCampaign(Math.min(left, linesMax)) });
    await loads.until(
      `${live + count} calls at Ringside`,
      (state) => state.live >= live + count,
      20_000 + (count / callsPerSecond) * 2_000,
    );
  };

  const endCalls = async (): Promise<void> => {
    await loads.carrier.ask('hangUpAll');
    await loads.until('the end of the calls', async ({ live, legs }) => {
      if (live + legs > 0) await loads.carrier.ask('hangUpAll');
      return live + legs === 0 && (await run<unknown[]>('calls.list', { live: true })).length === 0;
    });
    await wait(500);
  };

  return {
    name: 'Ringside',
    child,
    consoleUrl,
    token: consoleToken,
    readyMs,
    idleMb,
    run,
    makeCampaign,
    addCalls,
    endCalls,
    usage: () => child.ask('usage'),
    rest: () => child.ask('rest'),
    stop: async () => {
      watcher.terminate();
      const code = await child.stop();
      if (code !== 0) process.stderr.write(`bench: Ringside ended with ${code}\n`);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address ? address.port : 0;
}
