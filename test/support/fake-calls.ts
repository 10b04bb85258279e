import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import pino from 'pino';
import type { WebSocket } from 'ws';
import type { AudioListener, Calls, Hearer, MediaTarget, Microphone, PublicDoors, Session } from '#bridge/calls/calls.ts';
import type { Answered } from '#bridge/calls/record/call-review.ts';
import type { Transfers } from '#bridge/calls/transfer/transfers.ts';
import type { Campaigns } from '#bridge/campaigns/campaigns.ts';
import type { Carrier, Webhook, WebhookRequest } from '#bridge/carriers/carrier.ts';
import type { ConsoleRehearsal } from '#bridge/console/overview-handlers.ts';
import type { ConsoleSetup } from '#bridge/console/setup.ts';
import type { ConsoleSettingsKeeper } from '#bridge/console/setup-handlers.ts';
import { type Agent, type AgentDraft, agent } from '#bridge/contract/agents.ts';
import { type Call, type CallClip, call as callSchema, type Nudge } from '#bridge/contract/calls.ts';
import { type Campaign, campaign as campaignSchema } from '#bridge/contract/campaigns.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import {
  type AttemptId,
  agentId,
  attemptId,
  type CallClipId,
  type CallId,
  type CampaignId,
  callClipId,
  callId,
  campaignId,
  colleagueId,
  type MarkId,
  markId,
  nudgeId,
  suppressionId,
} from '#bridge/contract/ids.ts';
import type { Suppression } from '#bridge/contract/leads.ts';
import type { ConsoleSettings } from '#bridge/contract/settings.ts';
import type { SetupStatus } from '#bridge/contract/setup.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { AudioHistory } from '#bridge/media/audio-history.ts';
import type { DayFigures, Peaks, SearchQuery, TagCount } from '#bridge/store/reader.ts';
import type { AttemptRecord } from '#bridge/store/records.ts';
import type { Store } from '#bridge/store/store.ts';

/** A log that says nothing. */
export const silentLog = pino({ level: 'silent' });

const at = '2026-11-23T15:00:00.000Z';

/** A call that has ended well; name what shall be different. */
export function aCall(change: Partial<Call> = {}): Call {
  return callSchema.parse({
    id: 'call_1',
    attemptId: 'att_1',
    leadId: null,
    campaignId: null,
    agentId: 'agt_1',
    agentVersion: 1,
    world: 'rehearsal',
    carrier: 'twilio',
    carrierCallId: 'CA1',
    to: '+15550100001',
    from: '+15550100002',
    leadName: 'Ada',
    leadZone: 'America/New_York',
    leadPlace: 'New York, NY',
    agentName: 'Mia',
    attemptNumber: 1,
    state: 'ended',
    stateSince: at,
    speaking: null,
    thinking: false,
    speakingSince: null,
    holder: null,
    heldBy: null,
    transfer: null,
    transferRequest: null,
    attention: null,
    listeners: [],
    personInvolved: false,
    rung: 'realtime',
    outcome: 'completed',
    disposition: 'interested',
    answerType: 'human',
    startedAt: at,
    answeredAt: at,
    endedAt: at,
    endedBy: 'lead',
    endedReason: 'The callee hung up.',
    hangupCause: '16',
    talkMs: 5_000,
    costMicros: 1_000,
    compliance: { hours: 'enforce', consent: 'enforce' },
    lastLine: null,
    lastSpeaker: null,
    hops: [],
    transcript: [],
    toolCalls: [],
    turns: [],
    marks: [],
    nudges: [],
    involvements: [],
    costs: [],
    disclosurePlayedAt: null,
    note: null,
    ...change,
  });
}

export function aCampaign(change: Partial<Campaign> = {}): Campaign {
  return campaignSchema.parse({
    id: 'cmp_1',
    state: 'draft',
    stateReason: null,
    name: 'First',
    agentId: 'agt_1',
    carrier: 'twilio',
    world: 'rehearsal',
    fromNumbers: ['+15550100002'],
    createdAt: at,
    updatedAt: at,
    startedAt: null,
    endedAt: null,
    ...change,
  });
}

/** An operator at a console. */
export function aSession(change: Partial<Session> = {}): Session {
  return { id: 'console_1', name: 'Dana', role: 'owner', ...change };
}

const notFound = (what: string) => new BridgeError('not-found', `There is no such ${what}.`);

/** Calls that a test fills by hand. `speak` sends audio to whoever listens. */
export class FakeCalls implements Calls {
  readonly calls = new Map<CallId, Call>();
  readonly recordings = new Map<CallId, string>();
  readonly listeners = new Map<CallId, Set<AudioListener>>();
  /** Everybody who ever listened. */
  readonly hearers = new Set<Hearer>();
  /** What the next operation fails with. */
  failWith: Error | null = null;
  landedAfterMs: number | null = null;

  put(call: Call): Call {
    this.calls.set(call.id, call);
    return call;
  }

  /** What was said on each call so far. */
  readonly histories = new Map<CallId, AudioHistory>();

  /** One frame of 20 ms to everybody who hears this call. @param number the next one of this side when absent */
  speak(id: CallId, side: 1 | 2, bytes: Uint8Array, number = this.#historyOf(id).end(side)): void {
    this.#historyOf(id).lanes[side].write(bytes, number * 160);
    for (const listener of this.listeners.get(id) ?? []) listener.frame(side, bytes, number);
  }

  #historyOf(id: CallId): AudioHistory {
    const history = this.histories.get(id) ?? new AudioHistory();
    this.histories.set(id, history);
    return history;
  }

  end(id: CallId): void {
    const heard = this.listeners.get(id) ?? new Set();
    this.listeners.delete(id);
    for (const listener of heard) listener.ended();
  }

  get listenerCount(): number {
    return [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }

  async dial(): Promise<Call> {
    this.#fail();
    return this.put(aCall());
  }

  get(id: CallId): Call {
    this.#fail();
    const call = this.calls.get(id);
    if (!call) throw notFound('call');
    return call;
  }

  async list(): Promise<readonly Call[]> {
    this.#fail();
    return [...this.calls.values()];
  }

  async count(): Promise<number> {
    return this.calls.size;
  }

  live(): readonly Call[] {
    this.#fail();
    return [...this.calls.values()];
  }

  async peaks(id: CallId, bucketMs: number): Promise<Peaks> {
    this.get(id);
    return { durationMs: 40, bucketMs, lead: Uint8Array.of(0, 255), ours: Uint8Array.of(7, 0) };
  }

  async figures(): Promise<DayFigures> {
    return { calls: 3, answered: 2, talkMs: 5_000, spentMicros: 7_000 };
  }

  async hangUp(id: CallId): Promise<Call> {
    return this.get(id);
  }

  correctVerdict(id: CallId): Call {
    return this.get(id);
  }

  setLegalHold(id: CallId, session: Session, on: boolean, reason: string | null): Call {
    return this.put({ ...this.get(id), legalHold: on ? { since: at, by: session.name, reason } : null });
  }

  mark(id: CallId, _session: Session, note: string | null, offsetMs: number | null) {
    this.get(id);
    return { id: markId.parse('mrk_1'), at, offsetMs: offsetMs ?? 0, note };
  }

  async sendDigits(id: CallId): Promise<void> {
    this.get(id);
  }

  setDisposition(id: CallId, disposition: Call['disposition'], note: string | null): Call {
    return this.put({ ...this.get(id), disposition, note });
  }

  setTags(id: CallId, tags: readonly string[]): Call {
    return this.put({ ...this.get(id), tags: [...tags] });
  }

  async tags(): Promise<readonly TagCount[]> {
    return [{ tag: 'vip', calls: 1 }];
  }

  score(id: CallId, session: Session, answers: readonly Answered[]): Call {
    this.done.push(`score ${id} ${session.id} ${answers.length}`);
    return this.get(id);
  }

  addClip(id: CallId, session: Session, clip: Pick<CallClip, 'fromMs' | 'toMs' | 'note'>): CallClip {
    this.get(id);
    return { ...clip, id: callClipId.parse('clip_1'), by: session.name, at };
  }

  removeMark(id: CallId, mark: MarkId): void {
    this.get(id);
    this.done.push(`remove ${id} ${mark}`);
  }

  removeClip(id: CallId, clip: CallClipId): void {
    this.get(id);
    this.done.push(`remove ${id} ${clip}`);
  }

  listen(id: CallId, listener: AudioListener, hearer: Hearer | null): () => void {
    const call = this.get(id);
    if (call.state !== 'live') throw new BridgeError('state/conflict', 'This call is not live.');
    const set = this.listeners.get(id) ?? new Set<AudioListener>();
    const history = this.#historyOf(id);
    listener.begun?.({
      now: () => history.end(1),
      end: (side) => history.end(side),
      read: (side, number, out) => history.read(side, number, out),
    });
    set.add(listener);
    this.listeners.set(id, set);
    if (hearer) this.hearers.add(hearer);
    return () => set.delete(listener);
  }

  readonly transfers: Transfers = {
    colleagues: () => [],
    saveColleague: (draft) => ({ ...draft, id: colleagueId.parse(draft.id ?? 'colleague_1'), availableNow: draft.onDuty }),
    removeColleague: () => undefined,
    begin: (id, session, order) => void this.done.push(`transfer ${id} ${session.id} ${order.kind} ${order.to}`),
    cancel: (id, session) => void this.done.push(`cancel transfer ${id} ${session.id}`),
    answerRequest: (id, session, { ok }) => void this.done.push(`answer ${id} ${session.id} ${ok}`),
  };

  /** What the operators did, in order. */
  readonly done: string[] = [];

  notNeeded(id: CallId): void {
    this.get(id);
    this.done.push(`not needed ${id}`);
  }

  resetAttention(id: CampaignId): Campaign {
    throw new BridgeError('not-found', `There is no campaign ${id}.`);
  }

  takeOver(id: CallId, session: Session): Call {
    const call = this.get(id);
    this.done.push(`take ${id} ${session.id}`);
    return this.put({ ...call, heldBy: session.name, holder: { kind: 'operator', name: session.name, console: session.id, since: at } });
  }

  askForCall(id: CallId, session: Session, note: string | null): void {
    this.get(id);
    this.done.push(`ask ${id} ${session.id} ${note}`);
  }

  giveBack(id: CallId, session: Session, how: { readonly note: string | null; readonly open: 'bridge' | 'wait' }): Call {
    const call = this.get(id);
    this.done.push(`give ${id} ${session.id} ${how.open}`);
    return this.put({ ...call, heldBy: null, holder: { kind: 'ai', name: null, console: null, since: at } });
  }

  coach(id: CallId, session: Session, text: string): Nudge {
    this.get(id);
    return { id: nudgeId.parse('nudge_1'), text, state: 'queued', at, by: session.name };
  }

  withdrawNudge(id: CallId): Nudge {
    this.get(id);
    return { id: nudgeId.parse('nudge_1'), text: '', state: 'withdrawn', at, by: '' };
  }

  say(id: CallId, session: Session, text: string): void {
    this.get(id);
    this.done.push(`say ${id} ${session.id} ${text}`);
  }

  openMicrophone(id: CallId, session: Session, ended: () => void): Microphone {
    if (this.get(id).holder?.console !== session.id) throw new BridgeError('state/conflict', 'Take the call over first.');
    return {
      frame: (counter) => void this.done.push(`frame ${id} ${counter}`),
      ping: () => void this.done.push(`ping ${id}`),
      close: () => {
        this.done.push(`mute ${id}`);
        ended();
      },
    };
  }

  sessionGone(session: Session): void {
    this.done.push(`gone ${session.id}`);
  }

  recordingPath(id: CallId): string | null {
    this.get(id);
    return this.recordings.get(id) ?? null;
  }

  liveCount(): number {
    return [...this.calls.values()].filter((call) => call.state !== 'ended').length;
  }

  async land(limitMs: number): Promise<void> {
    this.landedAfterMs = limitMs;
  }

  #fail(): void {
    const error = this.failWith;
    this.failWith = null;
    if (error) throw error;
  }
}

/** One campaign, in whatever state it was last put. */
export class FakeCampaigns implements Campaigns {
  campaign = aCampaign();
  imported: string[] = [];

  create(): Campaign {
    return this.campaign;
  }
  update(): Campaign {
    return this.campaign;
  }
  get(id: string): Campaign {
    if (id !== this.campaign.id) throw notFound('campaign');
    return this.campaign;
  }
  list(): readonly Campaign[] {
    return [this.campaign];
  }
  async preview() {
    return { leads: 0, willDial: 0, refusals: [], forecast: { attempts: 0, durationMs: 0, costMicros: 0, maxCallCostMicros: 0 } };
  }
  start(id: string): Campaign {
    if (this.get(id).state === 'running') throw new BridgeError('state/conflict', 'It runs already.');
    this.campaign = { ...this.campaign, state: 'running' };
    return this.campaign;
  }
  pause(): Campaign {
    return this.campaign;
  }
  resume(): Campaign {
    return this.campaign;
  }
  async stop(): Promise<Campaign> {
    return this.campaign;
  }
  complete(): Campaign {
    return this.campaign;
  }
  duplicate(): Campaign {
    return this.campaign;
  }
  async remove(id: string): Promise<void> {
    this.get(id);
  }
  async check() {
    return [];
  }
  health(): never {
    throw notFound('campaign');
  }
  async export() {
    return { fileName: 'campaign.csv', mediaType: 'text/csv', content: '', encoding: 'utf8' as const };
  }
  async importLeads(input: { csv?: string | undefined }) {
    this.imported.push(input.csv ?? '');
    return {
      imported: 1,
      duplicates: 0,
      rejected: [],
      rejectedCount: 0,
      mapping: { phone: 'phone' },
      rows: 1,
      encoding: 'utf-8',
      delimiter: ',',
    };
  }
  async leads() {
    return [];
  }
  async importSuppressions() {
    return { added: 0, alreadyThere: 0, rejected: [] };
  }
  run(): void {}
  hold(): void {}
  wake(): void {}
  async close(): Promise<void> {}
}

/** The parts of the store that the console asks, in memory. */
export class FakeStore {
  readonly agentRows: Agent[] = [];
  readonly suppressionRows: Suppression[] = [];
  readonly attemptRows = new Map<CallId, AttemptRecord>();
  readonly searches: SearchQuery[] = [];

  asStore(): Store {
    const agents = {
      create: (draft: AgentDraft) => {
        const made = agent.parse({ ...draft, id: `agt_${this.agentRows.length + 1}`, version: 1, createdAt: at, updatedAt: at });
        this.agentRows.push(made);
        return made;
      },
      update: (id: string, change: Partial<AgentDraft>) => {
        const old = this.agentRows.findLast((row) => row.id === id);
        if (!old) throw notFound('agent');
        const made = { ...old, ...change, version: old.version + 1 };
        this.agentRows.push(made);
        return made;
      },
      get: (id: string, version?: number) =>
        this.agentRows.findLast((row) => row.id === id && (version === undefined || row.version === version)) ?? null,
      list: () => this.agentRows,
    };
    const suppressions = {
      add: (numbers: readonly string[]) => ({ added: numbers.length, alreadyThere: 0 }),
      list: () => this.suppressionRows,
      remove: (id: string) => id === suppressionId.parse('sup_1'),
    };
    const attempts = { byCall: (id: CallId) => this.attemptRows.get(id) ?? null };
    const search = {
      transcripts: async (query: SearchQuery) => {
        this.searches.push(query);
        return [];
      },
    };
    return { agents, suppressions, attempts, search } as unknown as Store;
  }
}

/** A rehearsal that starts one campaign and knows one person. */
export const fakeRehearsal: ConsoleRehearsal = {
  startSample: async () => [aCampaign({ state: 'running' })],
  people: () => [{ name: 'Olivia Reyes', number: '+12125550111', description: 'Wants the visit.' }],
};

export function anAttempt(change: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    id: attemptId.parse('att_1'),
    callId: callId.parse('call_1'),
    campaignId: campaignId.parse('cmp_1'),
    leadId: null,
    leadName: 'Ada',
    agentId: agentId.parse('agt_1'),
    agentVersion: 1,
    agentName: 'Mia',
    leadZone: null,
    leadPlace: null,
    attemptNumber: 1,
    personInvolved: false,
    transfer: null,
    legalHold: null,
    world: 'rehearsal',
    carrier: 'twilio',
    to: '+15550100001',
    from: '+15550100002',
    ladder: ['realtime'],
    callBudgetMicros: null,
    variables: { firstName: 'Ada' },
    compliance: { hours: 'off', consent: 'enforce' },
    consent: { basis: 'written' },
    ringTimeoutMs: 25_000,
    maxCallMs: 300_000,
    answeringMachine: 'off',
    recordAtCarrier: false,
    reservedMicros: 0,
    deadlineAtMs: 0,
    createdAtMs: 0,
    phase: 'ended',
    requestId: null,
    carrierCallId: 'CA1',
    submittedAtMs: 1_000,
    ringingAtMs: null,
    answeredAtMs: null,
    endedAtMs: null,
    rung: 'realtime',
    outcome: 'completed',
    disposition: 'interested',
    answerType: 'human',
    answerReason: null,
    talk: null,
    hangupCause: null,
    endedBy: 'lead',
    endedReason: null,
    talkMs: 0,
    costMicros: 0,
    disclosurePlayedAtMs: null,
    recordingFile: null,
    note: null,
    ...change,
  };
}

export const aSetup: SetupStatus = {
  providers: [{ provider: 'twilio', configured: false, missing: ['TWILIO_ACCOUNT_SID'], source: 'none', endsIn: null }],
  vault: { kind: 'file', message: 'Saved keys are in a file.' },
  publicUrl: null,
  dataDir: '/tmp',
  canCallForReal: false,
  canRehearse: true,
  nextSteps: ['Set TWILIO_ACCOUNT_SID'],
  version: '0.0.0',
};

/** Nothing is set up, and nothing can be. */
export function aConsoleSetup(change: Partial<ConsoleSetup> = {}): ConsoleSetup {
  const refuse = async () => {
    throw new BridgeError('unavailable', 'Nothing can be saved here.');
  };
  return { status: () => aSetup, testers: {}, save: refuse, remove: refuse, numbers: refuse, ...change };
}

/** What a person has set, in memory. */
export class FakeSettings implements ConsoleSettingsKeeper {
  settings: ConsoleSettings = {
    operatorName: 'Ann',
    defaults: {
      carrier: 'twilio',
      fromNumbers: [],
      region: 'US',
      lines: 3,
      ringSeconds: 25,
      maxCallSeconds: 300,
      budgetMicros: null,
      window: { days: ['mon'], start: '09:00', end: '20:00' },
    },
    spending: { dayBudgetMicros: null },
    scorecard: [],
    retention: { recordingDays: null, transcriptDays: null, personalDays: null },
  };

  get(): ConsoleSettings {
    return this.settings;
  }

  async update({ operatorName }: { readonly operatorName?: string | undefined }): Promise<ConsoleSettings> {
    this.settings = { ...this.settings, operatorName: operatorName ?? this.settings.operatorName };
    return this.settings;
  }
}

/** Doors to one attempt of one carrier: ticket `ticket-1`, media tokens as given. A request is signed when it says so. */
export class FakeDoors implements PublicDoors {
  readonly attempt: AttemptId = attemptId.parse('att_1');
  readonly handled: WebhookRequest[] = [];
  readonly accepted: { socket: WebSocket; underlying: Duplex }[] = [];
  readonly tokens: Set<string>;
  /** How often a signature was asked for. */
  checks = 0;
  answer: () => { status: number; contentType: string; body: string } = () => ({
    status: 200,
    contentType: 'text/xml',
    body: '<Response/>',
  });
  onAccept: (socket: WebSocket) => void = () => {};
  readonly #name: CarrierName;

  constructor(name: CarrierName = 'twilio', tokens: readonly string[] = ['token-1']) {
    this.#name = name;
    this.tokens = new Set(tokens);
  }

  webhookTarget(carrier: CarrierName, ticket: string) {
    return carrier === this.#name && ticket === 'ticket-1' ? { attempt: this.attempt, carrier: this.#carrier() } : null;
  }

  mediaTarget(carrier: CarrierName, token: string): MediaTarget | null {
    if (carrier !== this.#name || !this.tokens.has(token)) return null;
    return {
      attempt: this.attempt,
      carrier: this.#carrier(),
      claim: () => this.tokens.delete(token),
      accept: (socket, underlying) => {
        this.accepted.push({ socket, underlying });
        this.onAccept(socket);
      },
    };
  }

  #carrier(): Carrier {
    const handle = (request: WebhookRequest) => {
      const reply = this.answer();
      this.handled.push(request);
      return reply;
    };
    const webhooks: Webhook[] = [
      { path: '/answer/:ticket', methods: ['GET', 'POST'], handle },
      { path: '/status/:ticket', methods: ['POST'], handle },
      { path: '/stream/:ticket/events', methods: ['POST'], handle },
    ];
    return {
      name: this.#name,
      webhooks,
      isSigned: (request: WebhookRequest) => {
        this.checks += 1;
        if (request.headers['x-signed'] === 'throw') throw new Error('broken');
        return request.headers['x-signed'] === 'yes';
      },
      isUpgradeSigned: (request: IncomingMessage) => (request.headers['x-signed'] === 'yes' ? 'wss' : null),
    } as unknown as Carrier;
  }
}
