import { join } from 'node:path';
import type { Bridge, CreateBridge } from './bridge.ts';
import { bridgeLine, machineOf, Signatures } from './bridge-line.ts';
import { BridgeWorlds } from './bridge-worlds.ts';
import { CallDesk } from './calls/call-desk.ts';
import { CallsService } from './calls/calls-service.ts';
import { PlaceCall } from './calls/dial/place-call.ts';
import { Reconciler } from './calls/dial/reconciler.ts';
import { Duty } from './calls/person/duty.ts';
import { CallReview } from './calls/record/call-review.ts';
import { DiagnosisDesk } from './calls/record/diagnosis-desk.ts';
import { supportBundle } from './calls/record/support-bundle.ts';
import { createCampaigns } from './campaigns/campaign-service.ts';
import { LiveFeed } from './console/live-feed.ts';
import { startConsole } from './console/start-console.ts';
import { ConsoleSettingsFile } from './console-settings.ts';
import { consoleSetup } from './console-setup.ts';
import { CredentialKeeper } from './credential-keeper.ts';
import { warmLeadMoods } from './domain/lead-moods.ts';
import { warmLeadTopics } from './domain/lead-topics.ts';
import { warmOptOut } from './domain/opt-out.ts';
import { endOfLog } from './end-of-log.ts';
import { announcementFor, apologyFor, callbackOfferFor, optedOutFor } from './engines/announcement/announcement.ts';
import { stageProbes } from './engines/cascade/stage-probes.ts';
import { toolsFor } from './engines/openai-realtime/tools.ts';
import { FileVault } from './file-vault.ts';
import { startIngress } from './ingress/start-ingress.ts';
import { isProbe, Probes } from './line-proof/probes.ts';
import { loadVoiceDetector } from './media/voice-activity.ts';
import { ProofFile } from './proof-file.ts';
import { PublicSide } from './public-side.ts';
import { RetentionJob } from './retention-job.ts';
import { SampleDesk } from './sample-desk.ts';
import { readOrCreateSecret } from './secret.ts';
import type { Settings } from './settings.ts';
import { ExchangeRing } from './store/exchange-ring.ts';
import { openStore } from './store/open-store.ts';
import { systemClock } from './system-clock.ts';
import { startNodeHelper } from './tunnel/helper-process.ts';
import { TunnelUsageFile } from './tunnel-usage-file.ts';

/** Beside the built bridge; two folders further up when the sources run as they are. */
const builtRenderer = join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? '../../out/renderer' : '../renderer');
/** The version that `setup.status` and the console's description tell. */
const version = '0.1.0';

/** The one place that names concrete adapters and hands everyone what they need. */
export const createBridge: CreateBridge = async (environment, log, host = {}) => {
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
    const { dataDir } = environment;
    const store = await openStore({ dataDir, now: () => clock.nowMs(), log, alone: true });
    closers.push(() => store.close());
    const mended = await store.recordings.repair();
    if (mended > 0) log.info({ recordings: mended }, 'recordings that a stopped process left behind were mended');

    // Above every number of earlier runs: nobody tells a thousand things in a millisecond.
    const feed = new LiveFeed({ clock, startsBehind: clock.nowMs() * 1_000 });
    const consoleSettings = await ConsoleSettingsFile.open(dataDir, log);
    const vault = host.vault ?? new FileVault({ path: join(dataDir, 'credentials.json') });
    const keeper = await CredentialKeeper.open(environment, vault, log, (changed) => adopt(changed));
    const { settings } = keeper;
    const publicSide = new PublicSide(settings, {
      publish: feed.publish,
      startHelper: host.startHelper ?? startNodeHelper,
      clock,
      log,
    });
    const ring = await ExchangeRing.open(dataDir, clock, log);
    closers.push(() => ring.close());
    let ingressUrl = '';
    const probes = new Probes();
    const signatures = new Signatures(clock);
    const openDetector = await loadVoiceDetector();
    const worlds = new BridgeWorlds({
      settings,
      clock,
      log,
      openDetector,
      probes,
      tunnel: () => publicSide.tunnel,
      ingressUrl: () => ingressUrl,
    });
    closers.push(() => worlds.close());
    const desk = new CallDesk({
      store,
      clock,
      log,
      publish: feed.publish,
      worlds,
      ticketSecret: readOrCreateSecret(dataDir, 'ticket-secret'),
      note: ring.note,
      random: Math.random,
      openDetector,
      texts: {
        announcement: announcementFor,
        callback: callbackOfferFor,
        apology: apologyFor,
        optedOut: optedOutFor,
        tools: (agent) => toolsFor(agent.tools),
      },
    });
    closers.push(() => desk.close());
    worlds.attach(desk);
    const reconciler = new Reconciler(desk);
    closers.push(() => reconciler.close());
    const duty = new Duty();
    const dialer = new PlaceCall(desk, reconciler, {
      dayBudgetMicros: () => consoleSettings.get().spending.dayBudgetMicros,
      isSomeoneOnDuty: () => duty.isSomeoneThere,
    });
    closers.push(() => dialer.close());
    const review = new CallReview({ store, clock, publish: feed.publish, scorecard: () => consoleSettings.get().scorecard });
    const calls = new CallsService(desk, dialer, review);
    const campaigns = createCampaigns({ store, dialer, publish: feed.publish, clock, log, random: Math.random });
    closers.push(() => campaigns.close());
    closers.push(duty.onChange(() => campaigns.wake()));
    const sample = new SampleDesk({ store, campaigns, clock, log });
    closers.push(() => sample.close());

    const ingress = await startIngress({
      port: settings.ingressPort,
      doors: {
        webhookTarget: (carrier, ticket) => probes.webhookTarget(carrier, ticket) ?? desk.webhookTarget(carrier, ticket),
        mediaTarget: (carrier, mediaToken) => probes.mediaTarget(carrier, mediaToken) ?? desk.mediaTarget(carrier, mediaToken),
      },
      log,
      clock,
      publicOrigin: () => publicSide.tunnel?.publicOrigin() ?? null,
      identify: (nonce) => probes.identify(nonce),
      onSignature: (carrier, attempt, isRight) => {
        if (!isProbe(attempt)) signatures.note(carrier, isRight);
      },
      note: (exchange) => {
        if (!isProbe(exchange.attempt)) ring.note(exchange);
      },
    });
    closers.push(() => ingress.close());
    ingressUrl = ingress.url;
    publicSide.open(ingress.port);
    closers.push(() => publicSide.close());
    const usage = await TunnelUsageFile.open(dataDir, clock, log);
    usage.watch({ take: () => ingress.takeTraffic() });
    closers.push(() => usage.close());
    const proofs = await ProofFile.open(dataDir, log);
    closers.push(() => proofs.close());
    const retention = new RetentionJob({ store, settings: () => consoleSettings.get().retention, clock, log });
    closers.push(() => retention.close());
    const line = bridgeLine({
      publicSide,
      usage,
      probes,
      signatures,
      clock,
      log: log.child({ part: 'line-proof' }),
      publish: feed.publish,
      machine: machineOf(dataDir, store, host),
      ready: (world) => worlds.ready(world),
      aiProven: (world) => worlds.aiProven(world),
      speech: (world) => {
        const accounts = worlds.speechAccounts(world);
        return accounts ? stageProbes({ ...accounts, clock }) : [];
      },
      shelf: proofs,
      mayNotRing: (number, world) => (store.suppressions.has(number, world) ? 'This number may never be called: it is suppressed.' : null),
    });
    closers.push(() => line.close());
    line.health.run();
    const adopt = async (changed: Settings) => {
      await publicSide.move(changed);
      worlds.update(changed);
      reconciler.carriersChanged();
      signatures.forget();
      line.changed();
    };

    const token = settings.consoleToken ?? readOrCreateSecret(dataDir, 'console-token');
    const setup = consoleSetup({
      keeper,
      worlds,
      desk,
      version,
      openTunnel: async () => {
        await line.console.restartTunnel();
        return line.console.tunnel();
      },
    });
    const diagnosis = new DiagnosisDesk({ calls, store, ring, worlds, clock });
    const about = () => ({
      version,
      platform: process.platform,
      architecture: process.arch,
      node: process.versions.node,
      setup: setup.status(),
      tunnel: line.console.tunnel(),
    });
    const console = await startConsole({
      port: settings.consolePort,
      token,
      calls,
      campaigns,
      duty,
      store,
      feed,
      clock,
      log,
      version,
      setup,
      line: line.console,
      diagnosis: {
        diagnose: (id) => diagnosis.diagnose(id),
        exchanges: (id) => diagnosis.exchanges(id),
        carrierView: (id) => diagnosis.carrierView(id),
        bundle: (callId) =>
          supportBundle(
            {
              calls,
              store,
              ring,
              diagnosis,
              clock,
              about,
              proofs: line.console.proofs,
              log: (maxBytes) => endOfLog(join(dataDir, 'ringside.log'), maxBytes),
            },
            callId,
          ),
      },
      settings: {
        get: () => consoleSettings.get(),
        update: async (change) => {
          const settings = await consoleSettings.update(change);
          if (change.retention) retention.wake();
          if (change.spending) campaigns.wake();
          return settings;
        },
      },
      rehearsal: sample,
      rendererDir: host.rendererDir ?? builtRenderer,
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
    retention.run();
    sample.open();
    // The first look compiles some hundred expressions; better now than while somebody speaks.
    const warming = setImmediate(() => {
      warmOptOut();
      warmLeadMoods();
      warmLeadTopics();
    });
    closers.push(() => clearImmediate(warming));
    closers.push(() => feed.close());

    const bridge: Bridge = {
      console: { url: console.url, port: console.port },
      ingress: { url: ingress.url, port: ingress.port },
      get publicUrl() {
        return publicSide.tunnel?.publicOrigin() ?? null;
      },
      token,
      setup: () => setup.status(),
      openConsole: (pipe) => console.openConsole(pipe),
      watch: (listener) => {
        for (const call of calls.live()) listener({ type: 'call.changed', call });
        for (const campaign of campaigns.list()) listener({ type: 'campaign.changed', campaign });
        return feed.onPublished(listener);
      },
      stopDialling: () => campaigns.hold(),
      resumeDialling: () => campaigns.run(),
      land: (limitMs) => calls.land(limitMs),
      close,
    };
    return bridge;
  } catch (error) {
    await close();
    throw error;
  }
};
