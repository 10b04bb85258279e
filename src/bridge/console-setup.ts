import type { CallDesk } from './calls/call-desk.ts';
import type { Worlds } from './calls/worlds.ts';
import type { ConsoleSetup } from './console/setup.ts';
import { BridgeError } from './contract/errors.ts';
import type { TunnelStatus } from './contract/line.ts';
import type { SetupStatus } from './contract/setup.ts';
import type { CredentialKeeper } from './credential-keeper.ts';
import { credentialTests } from './credential-tests.ts';

export interface ConsoleSetupParts {
  readonly keeper: CredentialKeeper;
  readonly worlds: Worlds;
  readonly desk: CallDesk;
  readonly version: string;
  /** Opens the tunnel anew; resolves within ten seconds, whatever came of it. */
  openTunnel(): Promise<TunnelStatus>;
}

/** Set-up as the console sees it: what is configured, where it is kept, and how to try it. */
export function consoleSetup({ keeper, worlds, desk, version, openTunnel }: ConsoleSetupParts): ConsoleSetup {
  return {
    status: () => setupStatus(keeper, worlds, version),
    get testers() {
      return credentialTests(worlds.get('real'), keeper.settings, openTunnel);
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
