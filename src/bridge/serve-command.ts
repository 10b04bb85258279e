import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import type { Bridge, CreateBridge } from './bridge.ts';
import { BridgeError } from './contract/errors.ts';
import { readSettings, type Settings } from './settings.ts';

/** After the landing, what still hangs is cut off: a service manager kills at about this time anyway. */
const closingMs = 5_000;

/** What the command needs of the process that it runs in; a test brings its own. */
export interface ServeHost {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly createBridge: CreateBridge;
  /** Make the log; it may write anywhere but to stdout. */
  readonly openLog: (level: Settings['logLevel']) => Logger;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** @returns a function that stops listening */
  readonly onSignal: (listener: () => void) => () => void;
}

/** 0 ended as asked; 1 could not be started, or broke; 2 wrong settings or arguments. */
export type ExitCode = 0 | 1 | 2;

/**
 * Run the bridge until a signal comes: then nobody is dialled any more, live calls get some seconds to say goodbye, and the rest is hung
 * up. A second signal hangs up at once.
 *
 * @returns the exit code, when everything is closed; never throws
 */
export async function serve(host: ServeHost): Promise<ExitCode> {
  const asked = readArguments(host.args);
  if (asked === 'help') {
    host.out(help);
    return 0;
  }
  if (typeof asked === 'string') {
    host.err(`Ringside: ${asked}\n\n${help}`);
    return 2;
  }
  let settings: Settings;
  try {
    settings = readSettings(host.env);
  } catch (error) {
    host.err(`Ringside cannot start: ${sentence(error)}\n`);
    return 2;
  }

  // Listened to from the start, so that a signal during the start does not kill half a bridge.
  const signals = new Signals();
  const stopListening = host.onSignal(() => signals.note());
  const log = host.openLog(settings.logLevel);
  try {
    // A start that hangs is given up at the second signal.
    const bridge = await Promise.race([host.createBridge(settings, log), signals.second.then(() => null)]);
    if (bridge === null) {
      host.err('Ringside was stopped before it had started.\n');
      return 1;
    }
    host.out(asked.json ? readyObject(bridge) : greeting(bridge));
    await signals.first;
    return await end(bridge, settings, signals, log);
  } catch (error) {
    host.err(`Ringside cannot start: ${sentence(error)}\n`);
    log.debug({ err: error }, 'The start failed');
    return error instanceof BridgeError && error.code === 'settings/invalid' ? 2 : 1;
  } finally {
    stopListening();
  }
}

async function end(bridge: Bridge, settings: Settings, signals: Signals, log: Logger): Promise<ExitCode> {
  const landingMs = settings.landingSeconds * 1000;
  log.info({ landingMs }, 'Stopping: nobody is dialled any more, live calls end');
  try {
    bridge.stopDialling();
    const landed = bridge.land(landingMs);
    const inTime = await within(Promise.race([landed, signals.second.then(() => bridge.land(0))]), landingMs + closingMs);
    if (!inTime) log.error('Live calls could not be ended in time');
    if (!(await within(bridge.close(), closingMs))) {
      log.error('Not everything could be closed in time');
      return 1;
    }
    return inTime ? 0 : 1;
  } catch (error) {
    log.error({ err: error }, 'The bridge could not be stopped in good order');
    return 1;
  }
}

class Signals {
  readonly #first = Promise.withResolvers<void>();
  readonly #second = Promise.withResolvers<void>();
  readonly first = this.#first.promise;
  readonly second = this.#second.promise;
  #count = 0;

  note(): void {
    this.#count += 1;
    if (this.#count === 1) this.#first.resolve();
    else this.#second.resolve();
  }
}

/** @returns false when the time ran out first */
async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function readArguments(args: readonly string[]): { readonly json: boolean } | 'help' | (string & {}) {
  try {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
    return values.help ? 'help' : { json: values.json ?? false };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function readyObject(bridge: Bridge): string {
  const ready = {
    event: 'ready',
    consoleUrl: bridge.console.url,
    token: bridge.token,
    ingressUrl: bridge.ingress.url,
    publicUrl: bridge.publicUrl,
  };
  return `${JSON.stringify(ready)}\n`;
}

function greeting(bridge: Bridge): string {
  // Behind the `#` it never leaves the browser.
  const address = `${bridge.console.url}/#token=${encodeURIComponent(bridge.token)}`;
  const next = bridge.setup().canCallForReal ? '' : ' Real calls need more settings; without any key you can rehearse: npm run rehearse';
  return `Ringside is ready: open ${address} in a browser on this computer.${next}\n`;
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const help = `Ringside, the bridge without a window.

  npm run serve [-- --json]

  --json   first line on stdout is one JSON object that says where everything is
  --help   this text

It runs until SIGINT or SIGTERM, then lets live calls say goodbye; a second signal hangs up at once.
To see whole calls without any key or carrier: npm run rehearse

Settings are environment variables:
  RINGSIDE_DATA_DIR             folder of the database and the recordings
  RINGSIDE_CONSOLE_PORT         private side, 4700; 0 picks a free port
  RINGSIDE_CONSOLE_TOKEN        token of the console; else a random one is kept in the data folder
  RINGSIDE_INGRESS_PORT         public side, 4701; 0 picks a free port
  RINGSIDE_PUBLIC_URL           public https address that leads to the public side
  RINGSIDE_LANDING_SECONDS      how long live calls may say goodbye, 20
  RINGSIDE_LOG                  debug, info, warn or error
  OPENAI_API_KEY                speech; OPENAI_BASE_URL for another address
  TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, RINGSIDE_TWILIO_BASE_URL
  PLIVO_AUTH_ID, PLIVO_AUTH_TOKEN, RINGSIDE_PLIVO_BASE_URL
  DEEPGRAM_API_KEY, RINGSIDE_DEEPGRAM_BASE_URL, ELEVENLABS_API_KEY, RINGSIDE_ELEVENLABS_BASE_URL
  CARTESIA_API_KEY, RINGSIDE_CARTESIA_BASE_URL
  NGROK_AUTHTOKEN, RINGSIDE_NGROK_DOMAIN
`;
