import type { Bridge, CreateBridge } from './bridge.ts';
import { BridgeWorlds } from './bridge-worlds.ts';
import { CallDesk } from './calls/call-desk.ts';
import { CallsService } from './calls/calls-service.ts';
import { PlaceCall } from './calls/place-call.ts';
import { Reconciler } from './calls/reconciler.ts';
import type { Worlds } from './calls/worlds.ts';
import { createCampaigns } from './campaigns/campaign-service.ts';
import { LiveFeed } from './console/live-feed.ts';
import { startConsole } from './console/start-console.ts';
import { BridgeError } from './contract/errors.ts';
import type { SetupStatus } from './contract/operations.ts';
import { warmOptOut } from './domain/opt-out.ts';
import { announcementFor, apologyFor, optedOutFor } from './engines/announcement/announcement.ts';
import { toolsFor } from './engines/openai-realtime/tools.ts';
import { startIngress } from './ingress/start-ingress.ts';
import { readOrCreateSecret } from './secret.ts';
import type { Settings } from './settings.ts';
import { openStore } from './store/open-store.ts';
import { systemClock } from './system-clock.ts';
import { FixedUrlTunnel } from './tunnel/fixed-url/fixed-url.ts';

/** The version that `setup.status` and the console's description tell. */
const version = '0.1.0';

/** The one place that names concrete adapters and hands everyone what they need. */
export const createBridge: CreateBridge = async (settings, log) => {
  const clock = systemClock;
  const closers: (() => Promise<void> | void)[] = [];
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= (async () => {
      for (const end of closers.splice(0).reverse()) await end();
    })();
    return closing;
  };
  try {
    const store = await openStore({ dataDir: settings.dataDir, now: () => clock.nowMs(), log });
    closers.push(() => store.close());
    if (!store.lease.acquire()) {
      throw new BridgeError(
        'state/conflict',
        `Another Ringside is using the data folder ${settings.dataDir}. Close it, or choose another folder with RINGSIDE_DATA_DIR.`,
      );
    }
    const mended = await store.recordings.repair();
    if (mended > 0) log.info({ recordings: mended }, 'recordings that a stopped process left behind were mended');

    const feed = new LiveFeed({ clock });
    const tunnel = settings.publicUrl === null ? null : new FixedUrlTunnel(settings.publicUrl);
    let ingressUrl = '';
    const worlds = new BridgeWorlds({ settings, clock, log, tunnel, ingressUrl: () => ingressUrl });
    closers.push(() => worlds.close());
    const desk = new CallDesk({
      store,
      clock,
      log,
      publish: feed.publish,
      worlds,
      ticketSecret: readOrCreateSecret(settings.dataDir, 'ticket-secret'),
      random: Math.random,
      texts: {
        announcement: announcementFor,
        apology: apologyFor,
        optedOut: optedOutFor,
        tools: (agent) => toolsFor(agent.tools),
      },
    });
    closers.push(() => desk.close());
    worlds.attach(desk);
    const reconciler = new Reconciler(desk);
    closers.push(() => reconciler.close());
    const dialer = new PlaceCall(desk, reconciler);
    closers.push(() => dialer.close());
    const calls = new CallsService(desk, dialer);
    const campaigns = createCampaigns({ store, dialer, publish: feed.publish, clock, log, random: Math.random });
    closers.push(() => campaigns.close());

    const ingress = await startIngress({ port: settings.ingressPort, doors: desk, log, clock });
    closers.push(() => ingress.close());
    ingressUrl = ingress.url;
    await tunnel?.open();
    closers.push(() => tunnel?.close());

    const token = settings.consoleToken ?? readOrCreateSecret(settings.dataDir, 'console-token');
    const setup = (): SetupStatus => setupStatus(settings, worlds);
    const console = await startConsole({
      port: settings.consolePort,
      token,
      calls,
      campaigns,
      store,
      feed,
      clock,
      log,
      version,
      setup: { status: setup, testers: testersFor(worlds) },
    });
    closers.push(() => console.close());

    // Nobody is dialled before the carriers' records have been compared with ours; the console need not wait for that.
    const reconciled = reconciler.run().catch((error: unknown) => {
      log.error(
        { error: error instanceof Error ? error.message : 'unknown' },
        'open attempts could not be compared with the records of their carriers',
      );
    });
    closers.push(() => reconciled);
    campaigns.run();
    // The first look compiles some hundred expressions; better now than while somebody speaks.
    const warming = setImmediate(warmOptOut);
    closers.push(() => clearImmediate(warming));
    closers.push(() => feed.close());

    let dialling = true;
    const bridge: Bridge = {
      console: { url: console.url, port: console.port },
      ingress: { url: ingress.url, port: ingress.port },
      get publicUrl() {
        return tunnel?.publicOrigin() ?? null;
      },
      token,
      setup,
      stopDialling: () => {
        if (!dialling) return;
        dialling = false;
        void campaigns.close();
      },
      land: (limitMs) => calls.land(limitMs),
      close,
    };
    return bridge;
  } catch (error) {
    await close();
    throw error;
  }
};

function setupStatus(settings: Settings, worlds: Worlds): SetupStatus {
  const real = worlds.get('real');
  const missing = (['twilio', 'plivo'] as const).map((name) => real?.notConfigured(name) ?? null);
  const canCallForReal = missing.some((problem) => problem === null);
  const nextSteps: string[] = [];
  if (!canCallForReal) {
    nextSteps.push('Run the rehearsal: npm run rehearse. It needs no account and no key.');
    if (settings.twilio === null && settings.plivo === null)
      nextSteps.push(
        'For real calls, set up one carrier: TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or PLIVO_AUTH_ID and PLIVO_AUTH_TOKEN.',
      );
    if (settings.publicUrl === null) nextSteps.push('Set RINGSIDE_PUBLIC_URL to the public https address that leads to the ingress.');
  }
  if (settings.openai.apiKey === null) nextSteps.push('Set OPENAI_API_KEY: without it, calls are one-way announcements.');
  return {
    providers: [...settings.providers],
    publicUrl: real?.publicOrigin() ?? null,
    dataDir: settings.dataDir,
    canCallForReal,
    canRehearse: true,
    nextSteps,
    version,
  };
}

function testersFor(worlds: Worlds) {
  const real = worlds.get('real');
  const carrier = (name: 'twilio' | 'plivo') => {
    const adapter = real?.carrier(name);
    if (!adapter) return {};
    return {
      [name]: async () => {
        const { accountName } = await adapter.testCredentials();
        return accountName === null
          ? `The ${name} account accepts the credentials.`
          : `The ${name} account "${accountName}" accepts the credentials.`;
      },
    };
  };
  const openai = real?.engine.availability().ok ? { openai: async () => (await real.engine.testCredentials()).detail } : {};
  return { ...carrier('twilio'), ...carrier('plivo'), ...openai };
}
