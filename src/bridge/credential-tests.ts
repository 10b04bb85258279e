import type { WorldAdapters } from './calls/worlds.ts';
import type { CarrierAccount } from './carriers/mirror.ts';
import type { CredentialTest } from './console/setup.ts';
import type { Provider } from './contract/credentials.ts';
import { BridgeError } from './contract/errors.ts';
import type { TunnelStatus } from './contract/line.ts';
import type { CarrierName } from './contract/words.ts';
import { accountAt, cartesiaService, deepgramService, elevenLabsService, testAccount } from './engines/cascade/accounts.ts';
import { deafHandlers } from './engines/deaf-handlers.ts';
import type { Engine } from './engines/engine.ts';
import type { Settings } from './settings.ts';

/** A session that is not ready by then is not to be had. */
const sessionLimitMs = 8_000;

/** How each provider that is configured can be tried, in words for a person. Who is not configured has no test. */
export function credentialTests(
  real: WorldAdapters | null,
  settings: Settings,
  openTunnel: () => Promise<TunnelStatus>,
): Partial<Record<Provider, CredentialTest>> {
  if (!real) return {};
  const carrier = (name: CarrierName) => {
    const adapter = real.carrier(name);
    if (!adapter) return {};
    const test: CredentialTest = async () => {
      const account = await adapter.account();
      return accountWords(name === 'twilio' ? 'Twilio' : 'Plivo', account);
    };
    return { [name]: test };
  };
  const openai = real.engine.availability(true).ok
    ? {
        openai: async () => {
          const { detail } = await real.engine.testCredentials();
          return `${detail} ${await openedOnce(real.engine)}`;
        },
      }
    : {};
  const ngrok = settings.ngrok === null ? {} : { ngrok: async () => tunnelWords(await openTunnel()) };
  const origin = real.publicOrigin();
  const address = origin === null ? {} : { 'public-url': (signal: AbortSignal) => testAddress(origin, signal) };
  return { ...carrier('twilio'), ...carrier('plivo'), ...openai, ...ngrok, ...address, ...stageTesters(settings) };
}

/** @throws {BridgeError} `carrier/credentials` when the account may not call */
function accountWords(name: string, account: CarrierAccount): string {
  if (account.barred !== null) throw new BridgeError('carrier/credentials', `The ${name} account is ${account.barred} and cannot call.`);
  const words = [`The ${name} account${account.name === null ? '' : ` "${account.name}"`} accepts the credentials.`];
  if (account.balanceMicros !== null) words.push(`Balance $${(account.balanceMicros / 1_000_000).toFixed(2)}.`);
  if (account.isTrial) words.push('It is a trial account: it rings only numbers that you verified there, and plays a notice first.');
  return words.join(' ');
}

/** @throws {BridgeError} `unavailable`, with the cause in words */
function tunnelWords({ state, publicUrl, cause, cure }: TunnelStatus): string {
  if (state === 'up' && publicUrl !== null) return `The tunnel is open: ${publicUrl}.`;
  throw new BridgeError('unavailable', [cause ?? 'The tunnel is not open.', cure].filter((part) => part !== null).join(' '));
}

/** A session costs nothing until something is said. @throws {BridgeError} `engine/unreachable` when none is had */
async function openedOnce(engine: Engine): Promise<string> {
  const startedAtMs = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (words: string) => reject(new BridgeError('engine/unreachable', words));
  const session = engine.open(
    {
      instructions: 'Stay silent.',
      voice: null,
      language: null,
      model: null,
      turnDetection: null,
      tools: [],
      safetyIdentifier: 'set-up',
      world: 'real',
      insist: true,
    },
    {
      ...deafHandlers,
      ready: () => resolve(),
      failed: ({ cause, cure }) => fail([`No session was had: ${cause}.`, cure].filter((part) => part !== null).join(' ')),
    },
  );
  const timer = setTimeout(() => fail(`No session was had within ${sessionLimitMs / 1000} s.`), sessionLimitMs);
  try {
    await promise;
    return `A session was ready after ${Math.round(performance.now() - startedAtMs)} ms.`;
  } finally {
    clearTimeout(timer);
    session.close();
  }
}

/** Services that are a stage of the cascade; who is not configured has no test. */
function stageTesters(settings: Settings): Partial<Record<Provider, CredentialTest>> {
  const services = { deepgram: deepgramService, elevenlabs: elevenLabsService, cartesia: cartesiaService } as const;
  const testers: Partial<Record<Provider, CredentialTest>> = {};
  for (const name of ['deepgram', 'elevenlabs', 'cartesia'] as const) {
    const account = accountAt(services[name], settings[name]);
    if (account.apiKey !== null) testers[name] = (signal) => testAccount(account, signal);
  }
  return testers;
}

/** Asks through the public address whether our own public side is at its end. */
async function testAddress(origin: string, signal: AbortSignal): Promise<string> {
  let response: Response;
  try {
    response = await fetch(`${origin}/health`, { signal, redirect: 'error' });
  } catch (error) {
    throw new BridgeError('unavailable', `${origin} cannot be reached from this computer.`, { cause: error });
  }
  const body: unknown = await response.json().catch(() => null);
  const isOurs = response.ok && typeof body === 'object' && body !== null && 'ok' in body && body.ok === true;
  if (!isOurs)
    throw new BridgeError('unavailable', `${origin} answers (HTTP ${response.status}), but not as the public side of Ringside does.`);
  return `${origin} leads to the public side of Ringside.`;
}
