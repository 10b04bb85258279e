import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Provider, ProviderStatus } from './contract/credentials.ts';
import { BridgeError } from './contract/errors.ts';
import { isLoopbackHost, nearest } from './settings-words.ts';

/** Everything the bridge is told from outside, checked. Secrets are in here: never log it. */
export interface Settings {
  /** Absolute path; need not exist yet. */
  readonly dataDir: string;
  /** 0 picks a free port. */
  readonly consolePort: number;
  /** Null when nobody chose one: then a random one is kept in the data folder (see `readOrCreateSecret`). */
  readonly consoleToken: string | null;
  /** 0 picks a free port. */
  readonly ingressPort: number;
  /** Public origin of the ingress without a slash at the end; null when there is none. */
  readonly publicUrl: string | null;
  readonly ngrok: { readonly authToken: string; readonly domain: string | null } | null;
  readonly openai: { readonly apiKey: string | null; readonly baseUrl: string };
  /** Null unless both halves of the credentials are there; `providers` says what is missing. */
  readonly twilio: { readonly accountSid: string; readonly authToken: string; readonly baseUrl: string } | null;
  readonly plivo: { readonly authId: string; readonly authToken: string; readonly baseUrl: string } | null;
  readonly deepgram: { readonly apiKey: string | null; readonly baseUrl: string };
  readonly elevenlabs: { readonly apiKey: string | null; readonly baseUrl: string };
  readonly cartesia: { readonly apiKey: string | null; readonly baseUrl: string };
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** How long live calls get to say goodbye when the bridge is told to stop. */
  readonly landingSeconds: number;
  /** What is configured, and where from; never a secret. */
  readonly providers: readonly ProviderStatus[];
  /** The variables as they were given, before anything stored was added: what is saved later goes behind them. */
  readonly environment: Readonly<Partial<Record<VariableName, string>>>;
}

const flatUrl = (text: string) => text.replace(/\/+$/, '');

/** Address of a service: http or https, nothing behind the path. Kept without a slash at the end. */
const serviceUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address as https://api.example.com', abort: true })
  .refine((text) => !/[?#]/.test(text), 'must not have a query or a fragment')
  .refine((text) => !hasUserInfo(text), 'must not hold a name or password')
  .transform(flatUrl);

const publicUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address as https://tunnel.example.com', abort: true })
  .refine((text) => /^https?:\/\/[^/?#@]+\/*$/i.test(text), {
    error: 'must be an origin only: no path, query, name or password',
    abort: true,
  })
  .refine((text) => /^https:/i.test(text) || isLoopbackHost(new URL(text).hostname), 'must begin with https://')
  .transform((text) => new URL(text).origin);

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number from 0 to 65535')
  .transform(Number)
  .refine((number) => number <= 65_535, 'must be a port number from 0 to 65535');

const seconds = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'must be a number of seconds from 0 to 3600')
  .transform(Number)
  .refine((number) => number <= 3_600, 'must be a number of seconds from 0 to 3600');

/** The token travels as part of a WebSocket subprotocol too, which allows only the characters of an HTTP token (RFC 9110, 5.6.2). */
const consoleToken = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}$/, 'may hold letters, digits and -._~ only, at most 256 of them');

const secret = z.string().regex(/^[\x21-\x7e]{1,512}$/, 'must be printable characters without spaces');
const word = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be letters and digits only');

/** Every variable that means something to us. Anything else that begins with `RINGSIDE_` is a mistake, and is named. */
const variables = z.object({
  RINGSIDE_DATA_DIR: z.string().optional(),
  RINGSIDE_CONSOLE_PORT: port.default(4700),
  RINGSIDE_CONSOLE_TOKEN: consoleToken.optional(),
  RINGSIDE_INGRESS_PORT: port.default(4701),
  RINGSIDE_PUBLIC_URL: publicUrl.optional(),
  RINGSIDE_NGROK_DOMAIN: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,253}$/, 'must be a host name as bridge.ngrok.app')
    .optional(),
  RINGSIDE_TWILIO_BASE_URL: serviceUrl.default('https://api.twilio.com'),
  RINGSIDE_PLIVO_BASE_URL: serviceUrl.default('https://api.plivo.com'),
  RINGSIDE_DEEPGRAM_BASE_URL: serviceUrl.default('https://api.deepgram.com'),
  RINGSIDE_ELEVENLABS_BASE_URL: serviceUrl.default('https://api.elevenlabs.io'),
  RINGSIDE_CARTESIA_BASE_URL: serviceUrl.default('https://api.cartesia.ai'),
  RINGSIDE_LOG: z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error').default('info'),
  RINGSIDE_LANDING_SECONDS: seconds.default(20),
  NGROK_AUTHTOKEN: secret.optional(),
  OPENAI_API_KEY: secret.optional(),
  OPENAI_BASE_URL: serviceUrl.default('https://api.openai.com/v1'),
  TWILIO_ACCOUNT_SID: word.optional(),
  TWILIO_AUTH_TOKEN: secret.optional(),
  PLIVO_AUTH_ID: word.optional(),
  PLIVO_AUTH_TOKEN: secret.optional(),
  DEEPGRAM_API_KEY: secret.optional(),
  ELEVENLABS_API_KEY: secret.optional(),
  CARTESIA_API_KEY: secret.optional(),
});

export type VariableName = keyof z.infer<typeof variables>;
/** Values that somebody saved, under the names of the variables that go before them. */
export type StoredVariables = Readonly<Partial<Record<VariableName, string>>>;
const variableNames = Object.keys(variables.shape) as VariableName[];

const keysOf: Readonly<Record<Provider, readonly VariableName[]>> = {
  twilio: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'],
  plivo: ['PLIVO_AUTH_ID', 'PLIVO_AUTH_TOKEN'],
  openai: ['OPENAI_API_KEY'],
  ngrok: ['NGROK_AUTHTOKEN'],
  deepgram: ['DEEPGRAM_API_KEY'],
  elevenlabs: ['ELEVENLABS_API_KEY'],
  cartesia: ['CARTESIA_API_KEY'],
  'public-url': ['RINGSIDE_PUBLIC_URL'],
};

/**
 * Read the settings from the environment. An empty variable counts as not set; half of a pair of credentials counts as missing, not as
 * wrong.
 *
 * @param env as `process.env`
 * @param stored values that were saved before, under the same names; the environment goes first
 * @param storedIn where those are kept
 * @throws {BridgeError} `settings/invalid` naming each variable that is unknown or wrong, and what it should be
 */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  stored: StoredVariables = {},
  storedIn: 'keychain' | 'data-folder' = 'data-folder',
): Settings {
  refuseUnknown(env);
  const environment: Partial<Record<VariableName, string>> = {};
  const given: Partial<Record<VariableName, string>> = {};
  for (const name of variableNames) {
    const value = env[name]?.trim();
    if (value) environment[name] = value;
    const used = value || stored[name]?.trim();
    if (used) given[name] = used;
  }
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
    throw invalid(problems.map(({ field, message }) => `${field} ${message}.`).join(' '), problems);
  }
  const values = parsed.data;
  if (values.RINGSIDE_CONSOLE_PORT !== 0 && values.RINGSIDE_CONSOLE_PORT === values.RINGSIDE_INGRESS_PORT) {
    const message = `is ${values.RINGSIDE_INGRESS_PORT}, which is the console's port too: give each its own`;
    throw invalid(`RINGSIDE_INGRESS_PORT ${message}.`, [{ field: 'RINGSIDE_INGRESS_PORT', message }]);
  }
  return {
    dataDir: resolve(values.RINGSIDE_DATA_DIR ?? platformDataDir(process.platform, env, homedir())),
    consolePort: values.RINGSIDE_CONSOLE_PORT,
    consoleToken: values.RINGSIDE_CONSOLE_TOKEN ?? null,
    ingressPort: values.RINGSIDE_INGRESS_PORT,
    publicUrl: values.RINGSIDE_PUBLIC_URL ?? null,
    ngrok: values.NGROK_AUTHTOKEN ? { authToken: values.NGROK_AUTHTOKEN, domain: values.RINGSIDE_NGROK_DOMAIN ?? null } : null,
    openai: { apiKey: values.OPENAI_API_KEY ?? null, baseUrl: values.OPENAI_BASE_URL },
    twilio:
      values.TWILIO_ACCOUNT_SID && values.TWILIO_AUTH_TOKEN
        ? { accountSid: values.TWILIO_ACCOUNT_SID, authToken: values.TWILIO_AUTH_TOKEN, baseUrl: values.RINGSIDE_TWILIO_BASE_URL }
        : null,
    plivo:
      values.PLIVO_AUTH_ID && values.PLIVO_AUTH_TOKEN
        ? { authId: values.PLIVO_AUTH_ID, authToken: values.PLIVO_AUTH_TOKEN, baseUrl: values.RINGSIDE_PLIVO_BASE_URL }
        : null,
    deepgram: { apiKey: values.DEEPGRAM_API_KEY ?? null, baseUrl: values.RINGSIDE_DEEPGRAM_BASE_URL },
    elevenlabs: { apiKey: values.ELEVENLABS_API_KEY ?? null, baseUrl: values.RINGSIDE_ELEVENLABS_BASE_URL },
    cartesia: { apiKey: values.CARTESIA_API_KEY ?? null, baseUrl: values.RINGSIDE_CARTESIA_BASE_URL },
    logLevel: values.RINGSIDE_LOG,
    landingSeconds: values.RINGSIDE_LANDING_SECONDS,
    providers: (Object.keys(keysOf) as Provider[]).map((provider) => statusOfProvider(provider, given, environment, storedIn)),
    environment,
  };
}

/** The same settings with what is saved now; where the data is and who listens where stays. @throws {BridgeError} `settings/invalid` */
export function withStored(settings: Settings, stored: StoredVariables, storedIn: 'keychain' | 'data-folder'): Settings {
  const { dataDir, consolePort, consoleToken, ingressPort, logLevel, landingSeconds } = settings;
  return {
    ...readSettings(settings.environment, stored, storedIn),
    dataDir,
    consolePort,
    consoleToken,
    ingressPort,
    logLevel,
    landingSeconds,
  };
}

/** Whether nothing that is saved for this provider can count, because the environment gives all of it. */
export function isFromEnvironment(settings: Settings, provider: Provider): boolean {
  return keysOf[provider].every((name) => settings.environment[name] !== undefined);
}

/**
 * Where the platform keeps an application's data: `~/Library/Application Support` on macOS, `%APPDATA%` on Windows, the XDG data home
 * elsewhere.
 */
export function platformDataDir(platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>, home: string): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Ringside');
  if (platform === 'win32') return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'Ringside');
  const dataHome = env.XDG_DATA_HOME;
  // A relative path is to be ignored: XDG Base Directory Specification, 0.8.
  return join(dataHome && isAbsolute(dataHome) ? dataHome : join(home, '.local', 'share'), 'ringside');
}

function refuseUnknown(env: Readonly<Record<string, string | undefined>>): void {
  const known = new Set<string>(variableNames);
  // Without the prefix, which all names share and which would make any two of them look alike.
  const bare = new Map(variableNames.map((name) => [name.replace('RINGSIDE_', ''), name]));
  const unknown = Object.keys(env).filter((name) => name.startsWith('RINGSIDE_') && !known.has(name));
  if (unknown.length === 0) return;
  const problems = unknown.map((name) => {
    const meant = bare.get(nearest(name.replace('RINGSIDE_', ''), [...bare.keys()]) ?? '');
    return {
      field: name,
      message: meant ? `is not a setting of Ringside; did you mean ${meant}?` : 'is not a setting of Ringside: unset it.',
    };
  });
  throw invalid(problems.map(({ field, message }) => `${field} ${message}`).join(' '), problems);
}

function statusOfProvider(
  provider: Provider,
  given: Readonly<Partial<Record<VariableName, string>>>,
  environment: Readonly<Partial<Record<VariableName, string>>>,
  storedIn: 'keychain' | 'data-folder',
): ProviderStatus {
  const keys = keysOf[provider];
  const missing = keys.filter((name) => !given[name]);
  const present = keys.filter((name) => given[name]);
  const last = keys.at(-1);
  const key = last && given[last];
  return {
    provider,
    configured: missing.length === 0,
    missing,
    source: present.length === 0 ? 'none' : present.some((name) => environment[name]) ? 'environment' : storedIn,
    // Four characters of a short value would give most of it away; an address is no key.
    endsIn: key && key.length >= 12 && provider !== 'public-url' ? key.slice(-4) : null,
  };
}

function hasUserInfo(text: string): boolean {
  const url = new URL(text);
  return url.username !== '' || url.password !== '';
}

function invalid(message: string, details: unknown): BridgeError {
  return new BridgeError('settings/invalid', message, { details });
}
