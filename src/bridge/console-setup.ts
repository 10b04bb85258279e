import type { CallDesk } from './calls/call-desk.ts';
import type { Worlds } from './calls/worlds.ts';
import type { ConsoleSetup, CredentialTest } from './console/setup.ts';
import type { Provider } from './contract/credentials.ts';
import { BridgeError } from './contract/errors.ts';
import type { SetupStatus } from './contract/operations.ts';
import type { CarrierName } from './contract/words.ts';
import type { CredentialKeeper } from './credential-keeper.ts';
import { accountAt, cartesiaService, deepgramService, elevenLabsService, testAccount } from './engines/cascade/accounts.ts';
import type { Settings } from './settings.ts';

export interface ConsoleSetupParts {
  readonly keeper: CredentialKeeper;
  readonly worlds: Worlds;
  readonly desk: CallDesk;
  readonly version: string;
}

/** Set-up as the console sees it: what is configured, where it is kept, and how to try it. */
export function consoleSetup({ keeper, worlds, desk, version }: ConsoleSetupParts): ConsoleSetup {
  return {
    status: () => setupStatus(keeper, worlds, version),
    get testers() {
      return testersFor(worlds, keeper.settings);
    },
    save: async (provider, values) => {
      if (provider === 'public-url') refuseWhileCalling(desk);
      return keeper.save(provider, values);
    },
    remove: async (provider) => {
      if (provider === 'public-url') refuseWhileCalling(desk);
      return keeper.remove(provider);
    },
    numbers: async (name) => {
      const carrier = worlds.get('real')?.carrier(name);
      if (!carrier) throw new BridgeError('settings/missing', worlds.get('real')?.notConfigured(name) ?? `${name} is not set up.`);
      return [...(await carrier.ownedNumbers())];
    },
  };
}

/** Carriers were given the old address for every call that goes on, and would find nobody there. */
function refuseWhileCalling(desk: CallDesk): void {
  const calls = desk.all.filter((call) => call.record.world === 'real' && !call.over).length;
  if (calls === 0) return;
  const [many, they] = calls === 1 ? ['1 call goes', 'it is'] : [`${calls} calls go`, 'they are'];
  throw new BridgeError('state/conflict', `${many} on over the present public address. Change it when ${they} over.`);
}

function setupStatus(keeper: CredentialKeeper, worlds: Worlds, version: string): SetupStatus {
  const { settings } = keeper;
  const real = worlds.get('real');
  const missing = (['twilio', 'plivo'] as const).map((name) => real?.notConfigured(name) ?? null);
  const canCallForReal = missing.some((problem) => problem === null);
  const nextSteps: string[] = [];
  if (!canCallForReal) {
    nextSteps.push('Run the rehearsal: npm run rehearse. It needs no account and no key.');
    if (settings.twilio === null && settings.plivo === null)
      nextSteps.push(
        'For real calls, set up one carrier in Setup, or by TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or PLIVO_AUTH_ID and PLIVO_AUTH_TOKEN.',
      );
    if (real?.publicOrigin() === null)
      nextSteps.push(
        'Save an ngrok token, or the public https address that leads to the ingress, in Setup; or set NGROK_AUTHTOKEN or RINGSIDE_PUBLIC_URL.',
      );
  }
  if (settings.openai.apiKey === null)
    nextSteps.push('Save an OpenAI key in Setup, or set OPENAI_API_KEY: without it, calls are one-way announcements.');
  return {
    providers: [...settings.providers],
    vault: keeper.vault(),
    publicUrl: real?.publicOrigin() ?? null,
    dataDir: settings.dataDir,
    canCallForReal,
    canRehearse: true,
    nextSteps,
    version,
  };
}

function testersFor(worlds: Worlds, settings: Settings): Partial<Record<Provider, CredentialTest>> {
  const real = worlds.get('real');
  if (!real) return {};
  const carrier = (name: CarrierName) => {
    const adapter = real.carrier(name);
    if (!adapter) return {};
    const test: CredentialTest = async () => {
      const { accountName } = await adapter.testCredentials();
      return accountName === null
        ? `The ${name} account accepts the credentials.`
        : `The ${name} account "${accountName}" accepts the credentials.`;
    };
    return { [name]: test };
  };
  const openai = real.engine.availability().ok ? { openai: async () => (await real.engine.testCredentials()).detail } : {};
  const origin = real.publicOrigin();
  const address = origin === null ? {} : { 'public-url': (signal: AbortSignal) => testAddress(origin, signal) };
  return { ...carrier('twilio'), ...carrier('plivo'), ...openai, ...address, ...stageTesters(settings) };
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
