import type { AttentionRule } from '#bridge/contract/attention.ts';
import type { Call, CallClip, CallSummary, DialInput, Mark, Nudge } from '#bridge/contract/calls.ts';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { CallClipId, CallId, CampaignId, InvolvementId, MarkId, NudgeId } from '#bridge/contract/ids.ts';
import type { OperationInput } from '#bridge/contract/operations.ts';
import type { AnswerType, Disposition, World } from '#bridge/contract/words.ts';
import { isTunable } from '../domain/attention-tuning.ts';
import { leadName } from '../domain/lead-words.ts';
import { readPhoneNumber } from '../domain/phone-number.ts';
import { zonesOfNumber } from '../domain/time-zones.ts';
import { missingVariables } from '../domain/variables.ts';
import type { CallFilter } from '../store/call-filter.ts';
import type { DayFigures, Peaks, TagCount } from '../store/reader.ts';
import type { AttemptRecord } from '../store/records.ts';
import type { CallDesk } from './call-desk.ts';
import { callView } from './call-view.ts';
import type { AudioListener, Calls, Hearer, Microphone, Session } from './calls.ts';
import type { Dialer } from './dial/dialer.ts';
import type { LiveCall } from './live-call.ts';
import { newId } from './new-id.ts';
import type { Answered, CallReview } from './record/call-review.ts';
import type { Transfers } from './transfer/transfers.ts';

/** How often landing looks whether everybody has gone. */
const landingPollMs = 100;

/** Calls as the console sees them: those in memory and those in the store. */
export class CallsService implements Calls {
  readonly #desk: CallDesk;
  readonly #dialer: Dialer;
  readonly #review: CallReview;
  #landNow: (() => void) | null = null;

  constructor(desk: CallDesk, dialer: Dialer, review: CallReview) {
    this.#desk = desk;
    this.#dialer = dialer;
    this.#review = review;
  }

  get transfers(): Transfers {
    return this.#desk.transfers;
  }

  async dial(input: DialInput): Promise<Call> {
    const { store, clock } = this.#desk.parts;
    const agent = store.agents.get(input.agentId);
    if (!agent) throw new BridgeError('not-found', `There is no agent ${input.agentId}.`);
    const number = readPhoneNumber(input.to, 'US');
    const ringTimeoutMs = input.ringSeconds * 1_000;
    const maxCallMs = input.maxCallSeconds * 1_000;
    const outcome = await this.#dialer.place({
      campaignId: null,
      leadId: null,
      leadName: leadName(input.variables),
      agent,
      carrier: input.carrier,
      world: input.world,
      to: input.to,
      from: input.from,
      ladder: input.ladder,
      callBudgetMicros: input.callBudgetMicros ?? null,
      variables: input.variables,
      compliance: input.compliance,
      consent: input.consent ?? null,
      ringTimeoutMs,
      maxCallMs,
      answeringMachine: input.answeringMachine,
      recordAtCarrier: false,
      gate: {
        nowMs: clock.nowMs(),
        ringTimeoutMs,
        inCampaign: false,
        notConfigured: this.#dialer.notConfigured(input.world, input.carrier),
        reconciling: this.#dialer.reconciling,
        country: number.ok ? number.country : null,
        countries: null,
        numberProblem: number.ok ? null : number.reason,
        maxAttempts: null,
        maxAttempts24h: null,
        minimumGapMs: 0,
        consent: input.consent ?? null,
        compliance: input.compliance,
        timeZones: number.ok ? zonesOfNumber(number.phone, number.country) : [],
        window: null,
        fromNumber: input.from,
        missingVariables: missingVariables([agent.disclosure, agent.greeting, agent.instructions], input.variables),
        budgetMicros: null,
        reserveMicros: this.#dialer.worstCaseMicros({
          carrier: input.carrier,
          ladder: input.ladder,
          maxCallMs,
          model: agent.model ?? null,
        }),
        needsDesk: false,
        lines: null,
        pacedUntilMs: null,
      },
    });
    switch (outcome.kind) {
      case 'refused': {
        const { name, message, clearsAtMs } = outcome.refusal;
        throw new BridgeError('gate/refused', message, {
          details: { refusal: name, clearsAt: clearsAtMs === null ? null : new Date(clearsAtMs).toISOString() },
        });
      }
      case 'failed':
      case 'placed':
      case 'unknown':
        return this.get(outcome.callId);
    }
  }

  get(id: CallId): Call {
    const record = this.#record(id);
    return { ...callView(this.#desk.parts.store, record, this.#live(id)), ...this.#review.view(record) };
  }

  async list({ cursor, limit, ...filter }: OperationInput<'calls.list'>): Promise<readonly CallSummary[]> {
    const asked = { ...callFilter(filter), limit, ...(cursor === undefined ? {} : { after: cursor as CallId }) };
    return this.#fresh(await this.#desk.parts.store.search.calls(asked));
  }

  count(filter: OperationInput<'calls.count'>): Promise<number> {
    return this.#desk.parts.store.search.countCalls(callFilter(filter));
  }

  live(): readonly CallSummary[] {
    return this.#fresh(this.#desk.parts.store.attempts.openSummaries());
  }

  async peaks(id: CallId, bucketMs: number): Promise<Peaks> {
    const { recordingFile: file } = this.#record(id);
    const peaks = file === null ? null : await this.#desk.parts.store.figures.peaks({ file, bucketMs });
    if (peaks) return peaks;
    // The first second of audio has not reached the disk.
    if (file !== null && this.#live(id)) return { durationMs: 0, bucketMs, lead: new Uint8Array(), ours: new Uint8Array() };
    throw new BridgeError('not-found', 'There is no such recording.');
  }

  async figures(world: World, sinceMs: number): Promise<DayFigures> {
    const { calls, answered, talkMs, spentMicros } = await this.#desk.parts.store.figures.day({ world, sinceMs });
    const open = this.#desk.all.filter(({ over, record }) => !over && record.world === world && record.createdAtMs >= sinceMs);
    const running = open.map((call) => call.summary());
    const sum = (amount: (call: CallSummary) => number) => running.reduce((total, call) => total + amount(call), 0);
    return { calls, answered, talkMs: talkMs + sum((call) => call.talkMs), spentMicros: spentMicros + sum((call) => call.costMicros) };
  }

  async hangUp(id: CallId, session: Session): Promise<Call> {
    const call = this.#liveOrConflict(id, 'The call is over already.');
    call.people.note(session.name, 'hung-up');
    call.hangUp('operator', 'hung up from the console');
    await Promise.resolve();
    return this.get(id);
  }

  correctVerdict(id: CallId, session: Session, answerType: AnswerType): Call {
    const live = this.#live(id);
    if (live && !live.over) live.correctVerdict(answerType, session);
    else this.#correctRecord(this.#record(id), session, answerType);
    return this.get(id);
  }

  setLegalHold(id: CallId, session: Session, on: boolean, reason: string | null): Call {
    const { store, clock, log } = this.#desk.parts;
    const record = this.#record(id);
    const since = new Date(clock.nowMs()).toISOString();
    store.attempts.update(record.id, { legalHold: on ? { since, by: nameOf(session), reason } : null });
    log.info({ call: id, on }, on ? 'a call was put under a legal hold' : 'a call was let go of its legal hold');
    return this.get(id);
  }

  mark(id: CallId, session: Session, note: string | null, offsetMs: number | null): Mark {
    const live = this.#live(id);
    if (live) return live.mark(note, offsetMs, session);
    const record = this.#record(id);
    const { store, clock, publish } = this.#desk.parts;
    const mark: Mark = { id: newId<MarkId>('mark'), at: new Date(clock.nowMs()).toISOString(), offsetMs: offsetMs ?? record.talkMs, note };
    store.attempts.addMark(record.id, mark);
    publish({ type: 'call.mark', callId: id, mark });
    return mark;
  }

  async sendDigits(id: CallId, digits: string): Promise<void> {
    this.#liveOrConflict(id, 'The call is over; no keys can be pressed any more.').sendDigits(digits);
    await Promise.resolve();
  }

  setDisposition(id: CallId, disposition: Disposition, note: string | null): Call {
    this.#review.setDisposition(this.#record(id), disposition, note);
    return this.get(id);
  }

  setTags(id: CallId, tags: readonly string[]): Call {
    this.#review.setTags(this.#record(id), tags);
    return this.get(id);
  }

  tags(world: World | null): Promise<readonly TagCount[]> {
    return this.#desk.parts.store.search.tags(world);
  }

  score(id: CallId, session: Session, answers: readonly Answered[]): Call {
    this.#review.score(this.#record(id), nameOf(session), answers);
    return this.get(id);
  }

  addClip(id: CallId, session: Session, clip: Pick<CallClip, 'fromMs' | 'toMs' | 'note'>): CallClip {
    return this.#review.addClip(this.#record(id), nameOf(session), clip);
  }

  removeMark(id: CallId, mark: MarkId): void {
    this.#review.removeMark(this.#record(id), mark);
  }

  removeClip(id: CallId, clip: CallClipId): void {
    this.#review.removeClip(this.#record(id), clip);
  }

  listen(id: CallId, listener: AudioListener, hearer: Hearer | null): () => void {
    return this.#liveOrConflict(id, 'Only a call in progress can be listened to; this one is over.').listen(listener, hearer);
  }

  notNeeded(id: CallId): void {
    const call = this.#liveOrConflict(id, 'The call is over already.');
    const rule = call.people.notNeeded();
    const { campaignId } = call.record;
    if (rule === null || campaignId === null || !isTunable(rule)) return;
    this.#desk.parts.store.attention.dismiss(campaignId, rule);
    this.#attentionTuned(campaignId);
  }

  resetAttention(id: CampaignId, rule: AttentionRule): Campaign {
    this.#desk.parts.store.attention.reset(id, rule);
    return this.#attentionTuned(id);
  }

  takeOver(id: CallId, session: Session): Call {
    const call = this.#liveOrConflict(id, 'The call is over already.');
    call.people.takeOver(session);
    // One mouth speaks on one call.
    for (const other of this.#desk.all) if (other !== call) other.people.wentElsewhere(session);
    return this.get(id);
  }

  askForCall(id: CallId, session: Session, note: string | null): void {
    this.#liveOrConflict(id, 'The call is over already.').people.askFor(session, note);
  }

  giveBack(id: CallId, session: Session, how: { readonly note: string | null; readonly open: 'bridge' | 'wait' }): Call {
    this.#liveOrConflict(id, 'The call is over already.').people.giveBack(session, how);
    return this.get(id);
  }

  coach(id: CallId, session: Session, text: string): Nudge {
    return this.#liveOrConflict(id, 'The call is over already.').people.coach(session, text);
  }

  withdrawNudge(id: CallId, nudge: NudgeId): Nudge {
    return this.#liveOrConflict(id, 'The call is over already.').people.withdraw(nudge);
  }

  say(id: CallId, session: Session, text: string, when: 'gap' | 'now'): void {
    this.#liveOrConflict(id, 'The call is over already.').people.say(session, text, when);
  }

  openMicrophone(id: CallId, session: Session, ended: () => void): Microphone {
    return this.#liveOrConflict(id, 'The call is over already.').people.microphone(session, ended);
  }

  sessionGone(session: Session): void {
    for (const call of this.#desk.all) call.people.sessionGone(session);
  }

  recordingPath(id: CallId): string | null {
    const { recordingFile } = this.#record(id);
    return recordingFile === null ? null : this.#desk.parts.store.recordings.path(recordingFile);
  }

  liveCount(): number {
    return this.#desk.all.filter((call) => !call.over).length;
  }

  async land(limitMs: number): Promise<void> {
    const { clock } = this.#desk.parts;
    // Whoever may or may not have been rung cannot be told anything; the next start asks the carrier again.
    const landing = () => this.#desk.all.filter(({ state }) => state.kind !== 'unknown');
    for (const call of landing()) call.land();
    if (limitMs <= 0) this.#landNow?.();
    const deadlineMs = clock.monotonicMs() + limitMs;
    let hurried = limitMs <= 0;
    this.#landNow ??= () => {
      hurried = true;
    };
    // What was hung up still needs the carrier's word for it, but nobody waits for that for ever.
    const graceMs = 3_000;
    let hungUpAtMs: number | null = null;
    while (landing().length > 0) {
      const nowMs = clock.monotonicMs();
      if (hungUpAtMs === null && (hurried || nowMs >= deadlineMs)) {
        hungUpAtMs = nowMs;
        for (const call of landing()) call.hangUp('operator', 'Ringside was closed');
      }
      if (hungUpAtMs !== null && nowMs - hungUpAtMs > graceMs) break;
      await new Promise<void>((resume) => clock.after(landingPollMs, resume));
    }
    this.#landNow = null;
  }

  /** Of a call that is over: nothing else follows from it. */
  #correctRecord(record: AttemptRecord, session: Session, answerType: AnswerType): void {
    const { store, clock, publish } = this.#desk.parts;
    if (record.phase !== 'ended') throw new BridgeError('state/conflict', 'Nobody knows yet what became of this call.');
    if (record.answeredAtMs === null) throw new BridgeError('state/conflict', 'Nobody has answered this call.');
    const startMs = record.talkMs;
    store.transaction(() => {
      store.attempts.update(record.id, { answerType, answerReason: 'corrected by an operator' });
      store.attempts.saveInvolvement(record.id, {
        id: newId<InvolvementId>('inv'),
        who: nameOf(session),
        action: 'corrected',
        startMs,
        endMs: startMs,
        at: new Date(clock.nowMs()).toISOString(),
        detail: answerType,
      });
    });
    publish({ type: 'call.changed', call: store.attempts.summary(record) });
  }

  /** Calls that go on follow at once. */
  #attentionTuned(id: CampaignId): Campaign {
    const { store, publish } = this.#desk.parts;
    const campaign = store.campaigns.get(id);
    if (!campaign) throw new BridgeError('not-found', `There is no campaign ${id}.`);
    for (const call of this.#desk.all) if (call.record.campaignId === id) call.people.attentionTuned();
    publish({ type: 'campaign.changed', campaign });
    return campaign;
  }

  /** Who runs a call knows better than the store. */
  #fresh(calls: readonly CallSummary[]): readonly CallSummary[] {
    return calls.map((call) => this.#live(call.id)?.summary() ?? call);
  }

  #record(id: CallId): AttemptRecord {
    const record = this.#desk.parts.store.attempts.byCall(id);
    if (!record) throw new BridgeError('not-found', `There is no call ${id}.`);
    return record;
  }

  #live(id: CallId): LiveCall | null {
    return this.#desk.byCall(id);
  }

  #liveOrConflict(id: CallId, message: string): LiveCall {
    const live = this.#live(id);
    if (live && !live.over) return live;
    this.#record(id);
    throw new BridgeError('state/conflict', message);
  }
}

/** A question of the console as the store understands it. */
function callFilter({ since, until, ...filter }: OperationInput<'calls.count'>): CallFilter {
  const named = Object.entries(filter).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(named),
    ...(since === undefined ? {} : { sinceMs: Date.parse(since) }),
    ...(until === undefined ? {} : { untilMs: Date.parse(until) }),
  };
}

/** Whoever has not said who they are. */
function nameOf({ name }: Session): string {
  return name || 'Operator';
}
