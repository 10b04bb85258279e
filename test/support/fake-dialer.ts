import { randomUUID } from 'node:crypto';
import { dayMoney } from '#bridge/calls/dial/day-money.ts';
import type { Dialer, DialOrder, DialOutcome } from '#bridge/calls/dial/dialer.ts';
import type { AttemptId, CallId } from '#bridge/contract/ids.ts';
import type { Disposition, Outcome, World } from '#bridge/contract/words.ts';
import { type DayMoney, decide } from '#bridge/domain/gate.ts';
import { leadAfterAttempt } from '#bridge/domain/retry.ts';
import type { AttemptRecord } from '#bridge/store/records.ts';
import type { Store } from '#bridge/store/store.ts';
import type { ManualClock } from './manual-clock.ts';

type Listener = Parameters<Dialer['onAttemptEnded']>[0];
type Failure = Omit<Extract<DialOutcome, { kind: 'failed' }>, 'kind' | 'attemptId' | 'callId'>;

/** What the carrier answers to an order: it takes it (when nothing is said), fails it, or its answer is lost. */
export type Answer = { readonly failed: Partial<Failure> } | 'unknown' | Error;

/** Places calls into the store through the real gate and rings nobody; a test says how each call ends. */
export class FakeDialer implements Dialer {
  readonly #store: Store;
  readonly #clock: ManualClock;
  readonly #listeners = new Set<Listener>();
  /** Orders that passed the gate, in their order. */
  readonly orders: DialOrder[] = [];
  readonly cancelled: AttemptId[] = [];
  /** When each order passed the gate. */
  readonly placedAtMs: number[] = [];
  reconciling = false;
  missing: string | null = null;
  costMicrosPerMinute = 100_000;
  /** What a day may cost. */
  dayBudgetMicros: number | null = null;
  isSomeoneOnDuty = false;
  answer: (order: DialOrder) => Answer | null = () => null;
  /** Resolves before an order is written; a test may hold it back. */
  ready: () => Promise<void> = () => Promise.resolve();
  /** Most calls that were open at one time. */
  mostOpen = 0;

  constructor(store: Store, clock: ManualClock) {
    this.#store = store;
    this.#clock = clock;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  notConfigured(_world: World): string | null {
    return this.missing;
  }

  worstCaseMicros(order: { maxCallMs: number }): number {
    return Math.ceil(order.maxCallMs / 60_000) * this.costMicrosPerMinute;
  }

  day(world: World, nowMs: number): DayMoney | null {
    return dayMoney(this.#store, world, this.dayBudgetMicros, nowMs);
  }

  onAttemptEnded(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  cancel(attempt: AttemptId): Promise<void> {
    this.cancelled.push(attempt);
    return Promise.resolve();
  }

  async place(order: DialOrder): Promise<DialOutcome> {
    await this.ready();
    const ids = { attemptId: `attempt_${randomUUID()}` as AttemptId, callId: `call_${randomUUID()}` as CallId };
    const nowMs = this.#clock.nowMs();
    const { gate, agent, ...columns } = order;
    const draft = {
      ...columns,
      id: ids.attemptId,
      callId: ids.callId,
      agentId: agent.id,
      agentVersion: agent.version,
      agentName: agent.name,
      leadZone: null,
      leadPlace: null,
      reservedMicros: gate.reserveMicros,
      deadlineAtMs: nowMs + 600_000,
      createdAtMs: nowMs,
    };
    const answer = this.answer(order);
    if (answer instanceof Error) throw answer;
    const refusal = this.#store.attempts.intend(draft, (facts) =>
      decide({ ...gate, ...facts, day: this.day(order.world, nowMs), isSomeoneOnDuty: this.isSomeoneOnDuty }),
    );
    if (refusal) return { kind: 'refused', refusal };
    this.orders.push(order);
    this.placedAtMs.push(nowMs);
    this.mostOpen = Math.max(this.mostOpen, this.#store.attempts.open().length);
    if (answer === 'unknown') {
      this.#store.attempts.update(ids.attemptId, { phase: 'unknown', submittedAtMs: nowMs });
      return { kind: 'unknown', ...ids };
    }
    this.#store.attempts.update(ids.attemptId, { phase: 'accepted', submittedAtMs: nowMs });
    if (answer === null) return { kind: 'placed', ...ids };
    const failure: Failure = {
      outcome: 'carrier-error',
      cause: 'The carrier said no.',
      stopsCampaign: false,
      retryAfterMs: null,
      ...answer.failed,
    };
    this.#end(ids.attemptId, failure.outcome, 'failed', 0, 0, null);
    return { kind: 'failed', ...ids, ...failure };
  }

  /** The call to this number ends. */
  end(
    to: string,
    outcome: Outcome,
    options: { disposition?: Disposition; talkMs?: number; costMicros?: number; stopsCampaign?: string } = {},
  ): void {
    const attempt = this.open().find((record) => record.to === to);
    if (!attempt) throw new Error(`nobody is being called at ${to}`);
    const { disposition = outcome === 'completed' ? 'talked' : 'no-answer', talkMs = 0, costMicros = 0, stopsCampaign = null } = options;
    this.#end(attempt.id, outcome, disposition, talkMs, costMicros, stopsCampaign);
  }

  endAll(outcome: Outcome = 'completed'): void {
    for (const attempt of this.open()) this.end(attempt.to, outcome);
  }

  open(): readonly AttemptRecord[] {
    return this.#store.attempts.open();
  }

  #end(id: AttemptId, outcome: Outcome, disposition: Disposition, talkMs: number, costMicros: number, stopsCampaign: string | null): void {
    const record = this.#store.attempts.get(id);
    const lead = record?.leadId ? this.#store.leads.get(record.leadId) : null;
    const campaign = record?.campaignId ? this.#store.campaigns.get(record.campaignId) : null;
    const nowMs = this.#clock.nowMs();
    const faults = lead ? this.#store.attempts.faultsInARow(lead.id) : 0;
    const ended = { outcome, disposition, answerType: null, talkMs, faults, attempts: lead?.attempts ?? 1, policy: campaign?.retry ?? {} };
    const change = leadAfterAttempt({ ...ended, nowMs, random: () => 0.5 });
    const ending = {
      outcome,
      disposition,
      answerType: null,
      hangupCause: null,
      endedBy: 'lead' as const,
      endedReason: 'the end',
      endedAtMs: nowMs,
    };
    this.#store.attempts.end(id, { ...ending, talkMs, costMicros }, lead && change);
    const event = { attemptId: id, campaignId: record?.campaignId ?? null, leadId: record?.leadId ?? null, outcome, stopsCampaign };
    for (const listener of this.#listeners) listener(event);
  }
}
