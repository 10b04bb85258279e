import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { CallDesk } from '#bridge/calls/call-desk.ts';
import { CallsService } from '#bridge/calls/calls-service.ts';
import { PlaceCall } from '#bridge/calls/dial/place-call.ts';
import { Reconciler } from '#bridge/calls/dial/reconciler.ts';
import type { WorldAdapters } from '#bridge/calls/worlds.ts';
import type { Carrier } from '#bridge/carriers/carrier.ts';
import { PlivoCarrier } from '#bridge/carriers/plivo/plivo-carrier.ts';
import { TwilioCarrier } from '#bridge/carriers/twilio/twilio-carrier.ts';
import type { AgentDraft } from '#bridge/contract/agents.ts';
import type { Call } from '#bridge/contract/calls.ts';
import type { FeedBody } from '#bridge/contract/feed.ts';
import { operations } from '#bridge/contract/operations.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { standardScorecard } from '#bridge/domain/score.ts';
import { announcementFor, apologyFor, callbackOfferFor, optedOutFor } from '#bridge/engines/announcement/announcement.ts';
import { EngineHealth } from '#bridge/engines/health.ts';
import { OpenAiRealtimeEngine } from '#bridge/engines/openai-realtime/openai-realtime-engine.ts';
import { toolsFor } from '#bridge/engines/openai-realtime/tools.ts';
import { startIngress } from '#bridge/ingress/start-ingress.ts';
import { type RehearsalOptions, type RehearsalWorld, startRehearsalWorld } from '#bridge/rehearsal/world.ts';
import { sampleAgent } from '#bridge/sample.ts';
import { openStore } from '#bridge/store/open-store.ts';
import type { Store } from '#bridge/store/store.ts';
import { systemClock } from '#bridge/system-clock.ts';
import { reviewOf } from './call-review.ts';

export interface CallsRig {
  readonly world: RehearsalWorld;
  readonly store: Store;
  readonly desk: CallDesk;
  readonly calls: CallsService;
  readonly events: readonly FeedBody[];
  readonly log: readonly string[];
  /** Dial, and wait until the call has ended and its last words and files are in. */
  callThrough(to: string, options?: { carrier?: CarrierName; agent?: Partial<AgentDraft>; input?: object }): Promise<Call>;
  dial(to: string, options?: { carrier?: CarrierName; agent?: Partial<AgentDraft>; input?: object }): Promise<Call>;
  /** Wait until a call has ended and has gone from memory. */
  over(call: Call): Promise<Call>;
  close(): Promise<void>;
}

/** The whole bridge but for its console and campaigns, against the simulated services in this very process: a test can script faults. */
export async function openCallsRig(
  options: Partial<RehearsalOptions> & { readonly dataDir?: string; readonly apiKey?: string | null } = {},
): Promise<CallsRig> {
  const { dataDir, apiKey, ...worldOptions } = options;
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const clock = systemClock;
  const world = await startRehearsalWorld({ seed: 7, callsPerSecond: 50, ...worldOptions });
  const store = await openStore({ dataDir: dataDir ?? ':memory:', now: () => clock.nowMs(), log });
  const events: FeedBody[] = [];
  let origin = '';
  let adapters: WorldAdapters | null = null;
  const desk = new CallDesk({
    store,
    clock,
    log,
    publish: (event) => void events.push(event),
    ticketSecret: randomBytes(32).toString('hex'),
    random: () => 0.5,
    worlds: {
      get: () => adapters,
      ready: async () => {
        if (!adapters) throw new Error('the rig is not ready');
        return adapters;
      },
    },
    texts: {
      announcement: announcementFor,
      callback: callbackOfferFor,
      apology: apologyFor,
      optedOut: optedOutFor,
      tools: (agent) => toolsFor(agent.tools),
    },
  });
  const { twilio, plivo, openai } = world.addresses;
  const shared = (name: CarrierName) => ({ host: desk.hostFor('rehearsal', name, () => origin), clock, log });
  const carriers: Record<CarrierName, Carrier> = {
    twilio: new TwilioCarrier({ ...shared('twilio'), credentials: twilio, baseUrl: twilio.baseUrl }),
    plivo: new PlivoCarrier({ ...shared('plivo'), credentials: plivo, baseUrl: plivo.baseUrl }),
  };
  const engine = new OpenAiRealtimeEngine({ apiKey: apiKey === undefined ? openai.apiKey : apiKey, baseUrl: openai.baseUrl, clock, log });
  adapters = {
    world: 'rehearsal',
    engine,
    speakers: { engines: { realtime: engine }, health: new EngineHealth(clock), mind: null },
    carrier: (name) => carriers[name],
    publicOrigin: () => origin,
    notConfigured: () => null,
  };
  const ingress = await startIngress({ port: 0, doors: desk, log, clock });
  origin = ingress.url;
  const reconciler = new Reconciler(desk);
  await reconciler.run();
  const dialer = new PlaceCall(desk, reconciler, { dayBudgetMicros: () => null, isSomeoneOnDuty: () => false });
  const calls = new CallsService(
    desk,
    dialer,
    reviewOf(desk, () => standardScorecard),
  );

  const rig: CallsRig = {
    world,
    store,
    desk,
    calls,
    events,
    log: lines,
    async dial(to, { carrier = 'twilio', agent = {}, input = {} } = {}) {
      const { id } = store.agents.create(
        operations['agents.create'].input.parse({
          ...sampleAgent,
          tools: { endCall: true, callback: true, optOut: true, transferTo: [{ name: 'Dana', number: '+12025550199' }] },
          ...agent,
        }),
      );
      return calls.dial(
        operations['calls.dial'].input.parse({
          to,
          agentId: id,
          carrier,
          from: '+12025550100',
          world: 'rehearsal',
          variables: { firstName: 'Olivia', city: 'New York' },
          compliance: 'off',
          ringSeconds: 15,
          maxCallSeconds: 90,
          ...input,
        }),
      );
    },
    async over(call) {
      while (desk.byCall(call.id)) await new Promise((resume) => setTimeout(resume, 20));
      return calls.get(call.id);
    },
    async callThrough(to, callOptions) {
      return rig.over(await rig.dial(to, callOptions));
    },
    async close() {
      dialer.close();
      reconciler.close();
      for (const call of desk.all) call.hangUp('operator', 'the test is over');
      const deadlineMs = Date.now() + 5_000;
      while (desk.all.length > 0 && Date.now() < deadlineMs) await new Promise((resume) => setTimeout(resume, 20));
      desk.close();
      await ingress.close();
      await Promise.all(Object.values(carriers).map((carrier) => carrier.close()));
      await world.close();
      await store.close();
    },
  };
  return rig;
}
