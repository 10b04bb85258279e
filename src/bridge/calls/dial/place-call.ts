import { BridgeError } from '#bridge/contract/errors.ts';
import type { AttemptId, CallId } from '#bridge/contract/ids.ts';
import type { CarrierName, LadderStep, World } from '#bridge/contract/words.ts';
import type { DialRejection } from '../../carriers/carrier.ts';
import { type DayMoney, decide } from '../../domain/gate.ts';
import { clockZone, leadPlace } from '../../domain/lead-words.ts';
import { worstCaseMicros } from '../../domain/rates.ts';
import type { AttemptDraft } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import type { CallDesk, EndedAttempt } from '../call-desk.ts';
import type { LiveCall } from '../live-call.ts';
import { newId } from '../new-id.ts';
import { carrierLimitMs } from './attempt-runner.ts';
import { dayMoney } from './day-money.ts';
import type { Dialer, DialOrder, DialOutcome } from './dialer.ts';
import type { Reconciler } from './reconciler.ts';

/** How long a carrier may queue a request before it rings. */
const queueMaxMs = 60_000;
/** How soon a request that never left is tried again, once. */
const resendMs = 1_000;

/** What holds for every dial, as it is at the moment of asking. */
export interface DialLimits {
  /** What a day may cost, micro-dollars; null without a limit. */
  dayBudgetMicros(): number | null;
  isSomeoneOnDuty(): boolean;
}

/** Intent first: the store has the attempt on disk before a request leaves, and a request is never repeated. */
export class PlaceCall implements Dialer {
  readonly #desk: CallDesk;
  readonly #reconciler: Reconciler;
  readonly #limits: DialLimits;
  readonly #abort = new AbortController();

  constructor(desk: CallDesk, reconciler: Reconciler, limits: DialLimits) {
    this.#desk = desk;
    this.#reconciler = reconciler;
    this.#limits = limits;
  }

  get reconciling(): boolean {
    return this.#reconciler.busy;
  }

  notConfigured(world: World, carrier: CarrierName): string | null {
    // The rehearsal world is started when it is first needed; nothing has to be set up for it.
    if (world === 'rehearsal') return null;
    const adapters = this.#desk.parts.worlds.get(world);
    return adapters ? adapters.notConfigured(carrier) : 'Nothing is set up for real calls yet.';
  }

  worstCaseMicros(order: { carrier: CarrierName; ladder: readonly LadderStep[]; maxCallMs: number }): number {
    return worstCaseMicros(
      order.carrier,
      order.maxCallMs,
      order.ladder.some((rung) => rung !== 'announcement'),
    );
  }

  day(world: World, nowMs: number): DayMoney | null {
    return dayMoney(this.#desk.parts.store, world, this.#limits.dayBudgetMicros(), nowMs);
  }

  get isSomeoneOnDuty(): boolean {
    return this.#limits.isSomeoneOnDuty();
  }

  onAttemptEnded(listener: (ended: EndedAttempt) => void): () => void {
    return this.#desk.onEnded(listener);
  }

  async cancel(attempt: AttemptId): Promise<void> {
    const call = this.#desk.get(attempt);
    if (call && !call.talking) call.hangUp('operator', 'the campaign was stopped');
    await Promise.resolve();
  }

  async place(order: DialOrder): Promise<DialOutcome> {
    const { store, worlds } = this.#desk.parts;
    const adapters = await worlds.ready(order.world);
    const draft = this.#draft(order);
    const refusal = store.attempts.intend(draft, (facts) => {
      const nowMs = draft.createdAtMs;
      const { isSomeoneOnDuty } = this;
      return decide({ ...order.gate, ...facts, nowMs, day: this.day(order.world, nowMs), isSomeoneOnDuty });
    });
    if (refusal) return { kind: 'refused', refusal };
    const record = store.attempts.get(draft.id);
    if (!record) throw new BridgeError('internal', 'The attempt vanished after it was written.');
    let call: LiveCall;
    try {
      call = this.#desk.adopt(record, adapters);
    } catch (error) {
      // Nothing was sent: as if it had never been intended.
      store.attempts.release(draft.id);
      throw error;
    }
    return this.#submit(call);
  }

  close(): void {
    this.#abort.abort();
  }

  async #submit(call: LiveCall, again = false): Promise<DialOutcome> {
    const { record, script } = call;
    const ids = { attemptId: record.id, callId: record.callId };
    if (!again) await this.#submitting(call);
    // The disk was waited for: much may have changed since the gate said yes.
    if (!call.over) {
      const no = this.#whyNotAnyMore(call);
      if (no !== null) call.request.takeBack(no);
    }
    if (call.state.kind === 'ended') {
      const cause = call.endedReason ?? 'it was called off';
      return { kind: 'failed', ...ids, outcome: call.state.outcome, cause, stopsCampaign: false, retryAfterMs: null };
    }
    call.request.leaves();
    this.#note(record.id, 'out', {
      carrier: record.carrier,
      to: record.to,
      from: record.from,
      ringTimeoutMs: record.ringTimeoutMs,
      maxCallMs: record.maxCallMs,
      answeringMachine: record.answeringMachine,
    });
    try {
      const accepted = await script.carrier.dial(
        {
          attempt: record.id,
          to: record.to,
          from: record.from,
          links: this.#desk.linksFor(record),
          fallback: { kind: 'say-and-hang-up', ...script.notReached },
          ringTimeoutMs: record.ringTimeoutMs,
          maxCallMs: carrierLimitMs(record.maxCallMs),
          detectMachine: record.answeringMachine !== 'off',
          recordAtCarrier: record.recordAtCarrier,
        },
        this.#abort.signal,
      );
      this.#note(record.id, 'in', accepted);
      call.request.accepted({ carrierCallId: accepted.carrierCallId, requestId: accepted.requestId }, accepted.queueMs);
      return { kind: 'placed', ...ids };
    } catch (error) {
      this.#note(
        record.id,
        'in',
        error instanceof BridgeError ? { code: error.code, message: error.message, details: error.details } : { message: 'no answer' },
      );
      if (!(error instanceof BridgeError)) {
        this.#lost(call);
        return { kind: 'unknown', ...ids };
      }
      return this.#failed(call, error, again);
    }
  }

  #note(attempt: AttemptId, way: 'in' | 'out', content: unknown): void {
    const { clock, note } = this.#desk.parts;
    note?.({ attempt, atMs: clock.nowMs(), way, kind: 'rest', name: 'create call', content });
  }

  /** What leaves now must be on the disk as having left: an intent that is found after a kill is dialled again. */
  async #submitting(call: LiveCall): Promise<void> {
    const { store } = this.#desk.parts;
    call.request.submitting();
    if (store.attempts.get(call.record.id)?.phase === 'submitting' && (await isOnDisk(store))) return;
    const cause = 'The data folder could not be written; nothing was sent.';
    call.request.rejected('our-error', cause, 'bridge');
    throw new BridgeError('store/unavailable', cause, { retryable: true });
  }

  /** In words; null when nothing speaks against it. */
  #whyNotAnyMore({ record: { to, world, campaignId } }: LiveCall): string | null {
    const { store } = this.#desk.parts;
    if (this.#abort.signal.aborted) return 'Ringside was closed';
    if (this.#reconciler.busy) return 'this computer slept before the request had left';
    if (store.suppressions.has(to, world)) return 'the number was put on the do-not-call list';
    if (campaignId !== null && store.campaigns.get(campaignId)?.state !== 'running') return 'the campaign is not running any more';
    return null;
  }

  async #failed(call: LiveCall, error: BridgeError, again: boolean): Promise<DialOutcome> {
    const ids = { attemptId: call.record.id, callId: call.record.callId };
    const failed = (
      outcome: Extract<DialOutcome, { kind: 'failed' }>['outcome'],
      stopsCampaign: boolean,
      retryAfterMs: number | null,
    ): DialOutcome => {
      call.request.rejected(outcome, error.message, outcome === 'our-error' ? 'settings' : 'carrier');
      return { kind: 'failed', ...ids, outcome, cause: error.message, stopsCampaign, retryAfterMs };
    };
    switch (error.code) {
      case 'carrier/rejected': {
        const details = error.details as DialRejection | undefined;
        return failed(details?.outcome ?? 'carrier-error', details?.stopsCampaign ?? false, null);
      }
      case 'carrier/credentials':
        return failed('our-error', true, null);
      case 'carrier/rate-limited': {
        const details = error.details as { readonly retryAfterMs?: number } | undefined;
        return failed('congestion', false, details?.retryAfterMs ?? 5_000);
      }
      case 'carrier/unreachable':
        if (again || this.#abort.signal.aborted) return failed('carrier-error', false, 15_000);
        call.request.stays();
        await new Promise<void>((resume) => this.#desk.parts.clock.after(resendMs, resume));
        return this.#submit(call, true);
      default:
        this.#lost(call);
        return call.over || call.state.kind !== 'unknown' ? { kind: 'placed', ...ids } : { kind: 'unknown', ...ids };
    }
  }

  #lost(call: LiveCall): void {
    call.request.lost();
    if (call.state.kind === 'unknown') this.#reconciler.watch(call);
  }

  #draft({ agent, gate, ...terms }: DialOrder): AttemptDraft {
    const nowMs = this.#desk.parts.clock.nowMs();
    return {
      ...terms,
      id: newId<AttemptId>('att'),
      callId: newId<CallId>('call'),
      agentId: agent.id,
      agentVersion: agent.version,
      agentName: agent.name,
      leadZone: clockZone(gate.timeZones, terms.to, gate.country, nowMs),
      leadPlace: leadPlace(terms.variables, terms.to, gate.country),
      reservedMicros: this.worstCaseMicros(terms),
      deadlineAtMs: nowMs + queueMaxMs + terms.ringTimeoutMs + 5_000 + terms.maxCallMs + 60_000,
      createdAtMs: nowMs,
    };
  }
}

async function isOnDisk(store: Store): Promise<boolean> {
  try {
    await store.synced();
    return true;
  } catch {
    return false;
  }
}
