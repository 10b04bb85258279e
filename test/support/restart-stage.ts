import { pino } from 'pino';
import { CallDesk } from '#bridge/calls/call-desk.ts';
import type { DialOrder } from '#bridge/calls/dial/dialer.ts';
import { PlaceCall } from '#bridge/calls/dial/place-call.ts';
import { Reconciler } from '#bridge/calls/dial/reconciler.ts';
import type { CallDocument, Carrier, DialAccepted, LegEvent, LegQuery, LegRecord, LegRef } from '#bridge/carriers/carrier.ts';
import { twilioMirror } from '#bridge/carriers/twilio/mirror.ts';
import type { Agent } from '#bridge/contract/agents.ts';
import type { FeedBody } from '#bridge/contract/feed.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import { announcementFor, apologyFor, callbackOfferFor, optedOutFor } from '#bridge/engines/announcement/announcement.ts';
import { EngineHealth } from '#bridge/engines/health.ts';
import type { AttemptDraft, AttemptPatch, AttemptRecord } from '#bridge/store/records.ts';
import type { Store } from '#bridge/store/store.ts';
import { ManualClock } from './manual-clock.ts';
import { addAgent, addCampaign, addLead, attemptDraft, openTestStore, phoneNumber } from './store.ts';

/** A phone company of which only the books matter. */
export class BooksOnlyCarrier implements Carrier {
  readonly name = 'twilio';
  readonly webhooks = [];
  readonly mirror = twilioMirror('AC00000000000000000000000000000001', 'test_token_1');
  readonly legs: LegRecord[] = [];
  readonly asked: LegQuery[] = [];
  readonly lookedUp: LegRef[] = [];
  readonly hungUp: LegRef[] = [];
  readonly redirected: CallDocument[] = [];
  readonly dialled: string[] = [];
  /** What happens while the books are being read. */
  meanwhile: () => void = () => {};
  trouble: Error | null = null;
  /** What becomes of a request to dial. */
  onDial: () => Promise<DialAccepted> = () => Promise.resolve({ requestId: 'leg-1', carrierCallId: 'leg-1', queueMs: null });

  dial(request: { readonly to: string }): Promise<DialAccepted> {
    this.dialled.push(request.to);
    return this.onDial();
  }

  hangUp(leg: LegRef): Promise<void> {
    this.hungUp.push(leg);
    return Promise.resolve();
  }

  redirect(_leg: LegRef, document: CallDocument): Promise<void> {
    this.redirected.push(document);
    return Promise.resolve();
  }

  async inspect(leg: LegRef) {
    return { record: await this.lookUp(leg), notes: [] };
  }

  lookUp(leg: LegRef): Promise<LegRecord | null> {
    this.lookedUp.push(leg);
    return this.#read(this.legs.filter(({ carrierCallId }) => carrierCallId === leg.carrierCallId)).then(([found]) => found ?? null);
  }

  find(query: LegQuery): Promise<readonly LegRecord[]> {
    this.asked.push(query);
    return this.#read(this.legs);
  }

  async #read(legs: readonly LegRecord[]): Promise<readonly LegRecord[]> {
    await Promise.resolve();
    this.meanwhile();
    if (this.trouble) throw this.trouble;
    return legs;
  }

  record(): Promise<void> {
    return Promise.resolve();
  }

  sendDigits(): Promise<void> {
    return Promise.resolve();
  }

  account(): Promise<never> {
    return Promise.reject(new Error('this carrier keeps no accounts'));
  }

  isVerified(): Promise<boolean> {
    return Promise.resolve(false);
  }

  testCredentials(): Promise<{ readonly accountName: null }> {
    return Promise.resolve({ accountName: null });
  }

  ownedNumbers(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  isSigned(): boolean {
    return true;
  }

  isUpgradeSigned(): string {
    return 'any';
  }

  openMedia(): never {
    throw new Error('there is no audio on this stage');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export function legRecord(fields: Partial<LegRecord> = {}): LegRecord {
  return {
    carrierCallId: 'leg-1',
    requestId: null,
    phase: 'ringing',
    outcome: null,
    cause: null,
    createdAtMs: 0,
    answeredAtMs: null,
    endedAtMs: null,
    durationMs: null,
    priceMicros: null,
    ...fields,
  };
}

/** A store that an earlier run has left behind, and a run that begins with it. */
export interface RestartStage extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly carrier: BooksOnlyCarrier;
  readonly store: Store;
  readonly desk: CallDesk;
  readonly reconciler: Reconciler;
  readonly dialer: PlaceCall;
  readonly agent: Agent;
  readonly events: readonly FeedBody[];
  /** An attempt of a lead of its own, in the state in which a kill has left it. */
  left(patch: AttemptPatch & { readonly phase: NonNullable<AttemptPatch['phase']> }, draft?: Partial<AttemptDraft>): AttemptId;
  attempt(id: AttemptId): AttemptRecord;
  leadState(id: AttemptId): string | undefined;
  /** A webhook about this attempt. */
  tell(event: Omit<Extract<LegEvent, { leg: LegRef }>, 'attempt' | 'atMs' | 'leg'> | object, id: AttemptId): void;
  pass(ms: number): Promise<void>;
}

export async function openRestartStage(wrap: (store: Store) => Store = (same) => same): Promise<RestartStage> {
  const clock = new ManualClock();
  const store = await openTestStore({ clock });
  const carrier = new BooksOnlyCarrier();
  const events: FeedBody[] = [];
  const adapters = {
    world: 'real',
    engine: {
      availability: () => ({ ok: false, reason: 'there is no AI on this stage' }),
    } as never,
    speakers: { engines: {}, health: new EngineHealth(clock), mind: null },
    carrier: () => carrier,
    publicOrigin: () => 'https://tunnel.example',
    notConfigured: () => null,
  } as const;
  const desk = new CallDesk({
    store: wrap(store),
    clock,
    log: pino({ level: 'silent' }),
    publish: (event) => void events.push(event),
    ticketSecret: 'a secret of a test that is long enough',
    random: () => 0.5,
    worlds: { get: () => adapters, ready: () => Promise.resolve(adapters) },
    texts: { announcement: announcementFor, callback: callbackOfferFor, apology: apologyFor, optedOut: optedOutFor, tools: () => [] },
  });
  const host = desk.hostFor('real', 'twilio', adapters.publicOrigin);
  const reconciler = new Reconciler(desk);
  const dialer = new PlaceCall(desk, reconciler, { dayBudgetMicros: () => null, isSomeoneOnDuty: () => false });
  const agent = addAgent(store);
  let leads = 0;
  const campaign = addCampaign(store, { agentId: agent.id, world: 'real' });
  const attempt = (id: AttemptId) => {
    const record = store.attempts.get(id);
    if (!record) throw new Error('there is no such attempt');
    return record;
  };
  return {
    clock,
    carrier,
    store,
    desk,
    reconciler,
    dialer,
    agent,
    events,
    left({ phase, ...patch }, fields = {}) {
      leads += 1;
      const lead = addLead(store, campaign, phoneNumber(leads));
      const draft = attemptDraft({
        world: 'real',
        campaign,
        lead,
        createdAtMs: clock.nowMs(),
        deadlineAtMs: clock.nowMs() + 300_000,
        ...fields,
      });
      store.attempts.intend(draft, () => null);
      if (phase !== 'intent') store.attempts.update(draft.id, { phase, submittedAtMs: clock.nowMs(), ...patch });
      return draft.id;
    },
    attempt,
    leadState: (id) => {
      const { leadId } = attempt(id);
      return leadId === null ? undefined : store.leads.get(leadId)?.state;
    },
    tell(event, id) {
      host.onLegEvent({ leg: { carrierCallId: 'leg-1', requestId: null }, ...event, attempt: id, atMs: clock.nowMs() } as LegEvent);
    },
    async pass(ms) {
      clock.advance(ms);
      for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
    },
    async [Symbol.asyncDispose]() {
      dialer.close();
      reconciler.close();
      desk.close();
      await store.close();
    },
  };
}

/** Somebody wants this number called, outside any campaign unless the fields say so; the gate has nothing against it. */
export function orderOn({ agent, clock }: RestartStage, fields: Partial<DialOrder> = {}): DialOrder {
  return {
    campaignId: null,
    leadId: null,
    leadName: null,
    agent,
    carrier: 'twilio',
    world: 'real',
    to: '+15550100001',
    from: '+15550109999',
    ladder: ['announcement'],
    callBudgetMicros: null,
    variables: {},
    compliance: { hours: 'off', consent: 'off' },
    consent: null,
    ringTimeoutMs: 20_000,
    maxCallMs: 60_000,
    answeringMachine: 'off',
    recordAtCarrier: false,
    gate: {
      nowMs: clock.nowMs(),
      ringTimeoutMs: 20_000,
      inCampaign: false,
      notConfigured: null,
      reconciling: false,
      country: 'US',
      countries: null,
      numberProblem: null,
      maxAttempts: null,
      maxAttempts24h: null,
      minimumGapMs: 0,
      consent: null,
      compliance: { hours: 'off', consent: 'off' },
      timeZones: [],
      window: null,
      fromNumber: '+15550109999',
      missingVariables: [],
      budgetMicros: null,
      reserveMicros: 0,
      needsDesk: false,
      lines: null,
      pacedUntilMs: null,
    },
    ...fields,
  };
}
