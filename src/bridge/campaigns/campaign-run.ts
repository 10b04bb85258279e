import type { Logger } from 'pino';
import { assertNever } from '#bridge/contract/assert-never.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { AttemptId, CampaignId, LeadId } from '#bridge/contract/ids.ts';
import type { Outcome } from '#bridge/contract/words.ts';
import { type DayMoney, decide, type Refusal } from '#bridge/domain/gate.ts';
import type { Dialer, DialOrder, DialOutcome } from '../calls/dial/dialer.ts';
import type { LeadRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { Breaker } from './breaker.ts';
import { type DialMoment, type DialPlan, gateFacts, momentOf, planOf } from './dial-plan.ts';
import { isOfEverybody, LONGEST_SLEEP_MS, type Next, orderFor, type RunStatus, soon, wait } from './next-step.ts';
import type { Pace } from './pace.ts';
import { putOff, rearmSome, repairDialling } from './queue.ts';

/** Leads looked at in one go; then others get their turn on the processor. */
const LOOK = 50;
const RECONCILING_MS = 1_000;

export interface RunParts {
  readonly store: Store;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly pace: Pace;
  /** Something that health shows has changed. */
  readonly changed: () => void;
  readonly pause: (reason: string) => void;
  /** Nobody else is dialled until tomorrow; told once a day. */
  readonly dayIsSpent: (message: string) => void;
  readonly complete: () => void;
}

export interface AttemptEnded {
  readonly attemptId: AttemptId;
  readonly leadId: LeadId | null;
  readonly outcome: Outcome;
  readonly stopsCampaign: string | null;
}

/**
 * Dials one running campaign: looks when something has happened (a call ended, a lead is due, the pace allows it) and sleeps otherwise.
 * Keeps nothing that a restart would miss: leads and attempts are in the store, the gate asks the store.
 */
export class CampaignRun {
  readonly #id: CampaignId;
  readonly #parts: RunParts;
  readonly #breaker: Breaker;
  /** Leads whose orders are under way to the carrier. */
  readonly #placing = new Set<LeadId>();
  /** Attempts that ring or talk. */
  readonly #active = new Set<AttemptId>();
  /** Attempts that ended before the carrier's answer to their order was read. */
  readonly #endedEarly = new Set<AttemptId>();
  readonly #refusals = new Map<string, Refusal>();
  #timer: { readonly dueMs: number; readonly cancel: () => void } | null = null;
  #closed = false;
  /** The end of the day of which it was told that it is spent. */
  #spentUntilMs: number | null = null;
  #repaired = false;
  /** Where putting leads back into the queue has come to after a resume; null when it is done. */
  #rearming: { readonly after: LeadId | undefined } | null;
  #status: RunStatus = { name: 'starting', message: 'Dialling begins.', clearsAtMs: null };

  /** @param options `rearm`: leads that the gate had put off are looked at again */
  constructor(id: CampaignId, parts: RunParts, options: { readonly rearm: boolean }) {
    this.#id = id;
    this.#parts = parts;
    this.#breaker = new Breaker(parts.clock);
    this.#rearming = options.rearm ? { after: undefined } : null;
    for (const attempt of parts.store.attempts.open()) {
      if (attempt.campaignId === id && attempt.phase !== 'unknown') this.#active.add(attempt.id);
    }
    this.wake();
  }

  get status(): RunStatus {
    return this.#status;
  }

  get isDialling(): boolean {
    return this.#linesInUse > 0 || this.#status.name === 'pacing';
  }

  /** Refusals that hold leads back, newest first. */
  get refusals(): readonly Refusal[] {
    const nowMs = this.#parts.clock.nowMs();
    return [...this.#refusals.values()].filter((refusal) => refusal.clearsAtMs === null || refusal.clearsAtMs > nowMs).reverse();
  }

  /** Look again soon. */
  wake(): void {
    this.#sleep(0);
  }

  ended({ attemptId, outcome, stopsCampaign }: AttemptEnded): void {
    this.#active.delete(attemptId);
    if (this.#placing.size > 0) this.#endedEarly.add(attemptId);
    try {
      this.#judge(attemptId, outcome, stopsCampaign);
    } catch (error) {
      this.#broken(error);
    }
    this.#parts.changed();
    this.wake();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#timer = null;
  }

  get #linesInUse(): number {
    return this.#active.size + this.#placing.size;
  }

  #sleep(ms: number): void {
    if (this.#closed) return;
    const { clock } = this.#parts;
    const delayMs = Math.min(Math.max(0, ms), LONGEST_SLEEP_MS);
    const dueMs = clock.monotonicMs() + delayMs;
    if (this.#timer && this.#timer.dueMs <= dueMs) return;
    this.#timer?.cancel();
    const cancel = clock.after(delayMs, () => {
      this.#timer = null;
      this.#look();
    });
    this.#timer = { dueMs, cancel };
  }

  /** Nothing that goes wrong in here may take the bridge down: it pauses the campaign, which says why. */
  #look(): void {
    if (this.#closed) return;
    try {
      this.#do(this.#next());
    } catch (error) {
      this.#broken(error);
    }
  }

  #do(next: Next): void {
    switch (next.kind) {
      case 'again':
        if (next.status) this.#show(next.status);
        this.#sleep(next.inMs);
        break;
      case 'place':
        this.#place(next.order, next.lead);
        this.#sleep(this.#parts.pace.waitMs(next.callsPerSecond));
        break;
      case 'pause':
        this.#parts.pause(next.reason);
        break;
      case 'complete':
        this.#parts.complete();
        break;
      case 'over':
        this.close();
        break;
      default:
        assertNever(next);
    }
  }

  #next(): Next {
    const { store, dialer, clock, pace, random } = this.#parts;
    const campaign = store.campaigns.get(this.#id);
    if (campaign?.state !== 'running') return { kind: 'over' };
    if (dialer.reconciling) {
      return wait('reconciling', "The carriers' records are being compared with ours; dialling begins after that.", RECONCILING_MS);
    }
    if (!this.#repaired) repairDialling(store, campaign, clock.nowMs(), random);
    this.#repaired = true;
    if (this.#rearming) {
      const after = rearmSome(store, campaign.id, this.#rearming.after);
      this.#rearming = after === null ? null : { after };
      return soon;
    }
    const notConfigured = dialer.notConfigured(campaign.world, campaign.carrier);
    if (notConfigured !== null) return { kind: 'pause', reason: notConfigured };
    const agent = store.agents.get(campaign.agentId);
    if (!agent) return { kind: 'pause', reason: 'Its agent does not exist any more.' };
    if (this.#linesInUse >= campaign.lines) return wait('no-line', `All ${campaign.lines} lines are in use.`);
    const pacedMs = pace.waitMs(campaign.callsPerSecond);
    if (pacedMs > 0) return wait('pacing', 'The next call waits for the calls-per-second limit.', pacedMs);
    return this.#pick(planOf(campaign, agent, dialer), momentOf(campaign, dialer, clock.nowMs()));
  }

  /** Puts off whom the gate refuses, up to the first lead that may be dialled. */
  #pick(plan: DialPlan, moment: DialMoment): Next {
    const { store } = this.#parts;
    const limit = LOOK + this.#placing.size;
    const leads = store.leads.dialable(this.#id, moment.nowMs, limit);
    const refused: [LeadRecord, Refusal][] = [];
    let next: Next | null = null;
    for (const lead of leads) {
      if (this.#placing.has(lead.id)) continue;
      const refusal = decide(gateFacts(plan, lead, moment, store));
      if (refusal === null) next = orderFor(plan, lead, moment);
      else if (isOfEverybody(refusal)) next = this.#forEverybody(refusal, moment.day);
      else refused.push([lead, refusal]);
      if (next) break;
    }
    if (refused.length > 0) this.#putOff(refused);
    return next ?? (leads.length >= limit ? soon : this.#idle());
  }

  #idle(): Next {
    const { store, clock } = this.#parts;
    const totals = store.campaigns.totals(this.#id);
    // The end of an order wakes us: its lead may still look as if it were due.
    if (this.#placing.size > 0) return wait('dialling', 'Calls are being placed.');
    const next = totals.nextEligibleAtMs;
    const inMs = next === null ? LONGEST_SLEEP_MS : Math.max(next - clock.nowMs(), 1);
    if ((totals.leads.dialling ?? 0) > 0) return wait('in-calls', 'Nobody else can be dialled now; calls are under way.', inMs);
    if ((totals.leads.ready ?? 0) > 0) return { kind: 'again', inMs: 1, status: null };
    return next === null
      ? { kind: 'complete' }
      : wait('waiting-for-next', 'Nobody can be dialled now; the next lead is due later.', inMs, next);
  }

  #place(order: DialOrder, lead: LeadRecord): void {
    this.#parts.pace.take();
    this.#placing.add(lead.id);
    this.#show({ name: 'dialling', message: 'Calls are being placed.', clearsAtMs: null });
    void this.#parts.dialer
      .place(order)
      .then((outcome) => this.#placed(lead, outcome))
      .catch((error: unknown) => this.#broken(error))
      .finally(() => {
        this.#placing.delete(lead.id);
        if (this.#placing.size === 0) this.#endedEarly.clear();
        this.wake();
      });
  }

  #placed(lead: LeadRecord, outcome: DialOutcome): void {
    switch (outcome.kind) {
      case 'refused':
        if (this.#closed) break;
        if (isOfEverybody(outcome.refusal)) this.#do(this.#forEverybody(outcome.refusal, null));
        else this.#putOff([[lead, outcome.refusal]]);
        break;
      case 'placed':
        if (!this.#endedEarly.has(outcome.attemptId)) this.#active.add(outcome.attemptId);
        if (this.#closed) this.#cancelIfStopped(outcome.attemptId);
        else this.#parts.changed();
        break;
      case 'failed':
        if (outcome.retryAfterMs !== null) this.#parts.pace.hold(outcome.retryAfterMs);
        this.#judge(outcome.attemptId, outcome.outcome, outcome.stopsCampaign ? outcome.cause : null);
        break;
      case 'unknown':
        this.#judge(outcome.attemptId, 'unknown', null);
        break;
      default:
        assertNever(outcome);
    }
  }

  /** Somebody stopped the campaign while the order was under way. */
  #cancelIfStopped(attempt: AttemptId): void {
    const { store, dialer, log } = this.#parts;
    if (store.campaigns.get(this.#id)?.state !== 'stopped') return;
    dialer
      .cancel(attempt)
      .catch((error: unknown) => log.warn({ err: error, attempt }, 'a call of a stopped campaign could not be cancelled'));
  }

  #judge(attempt: AttemptId, outcome: Outcome, stopsCampaign: string | null): void {
    const tripped = this.#breaker.count(attempt, outcome);
    const reason = stopsCampaign ?? tripped;
    if (reason !== null && !this.#closed) this.#parts.pause(reason);
  }

  #forEverybody(refusal: Refusal, day: DayMoney | null): Next {
    switch (refusal.name) {
      case 'campaign-not-running':
        return soon;
      case 'budget':
        // What is held for open calls may come free; with nothing open it never will by itself.
        return this.#linesInUse > 0 ? wait('budget', refusal.message) : { kind: 'pause', reason: refusal.message };
      case 'budget-per-day':
        return this.#forTheDay(refusal, day);
      case 'not-configured':
      case 'no-caller-number':
        return { kind: 'pause', reason: refusal.message };
      default:
        return wait(refusal.name, refusal.message, refusal.name === 'reconciling' ? RECONCILING_MS : undefined);
    }
  }

  #forTheDay({ name, message, clearsAtMs }: Refusal, day: DayMoney | null): Next {
    if (clearsAtMs === null) return { kind: 'pause', reason: message };
    // What calls under way hold back may come free.
    if (day?.heldMicros === 0 && this.#spentUntilMs !== clearsAtMs) {
      this.#spentUntilMs = clearsAtMs;
      this.#parts.dayIsSpent(message);
    }
    return wait(name, message, undefined, clearsAtMs);
  }

  #putOff(refused: readonly (readonly [LeadRecord, Refusal])[]): void {
    putOff(this.#parts.store, this.#id, refused, this.#parts.clock.nowMs());
    for (const [, refusal] of refused) {
      this.#refusals.delete(refusal.name);
      this.#refusals.set(refusal.name, refusal);
    }
    this.#parts.changed();
  }

  #show(status: RunStatus): void {
    const isNew = status.name !== this.#status.name;
    this.#status = status;
    if (isNew) this.#parts.changed();
  }

  #broken(error: unknown): void {
    this.#parts.log.error({ err: error, campaign: this.#id }, 'dialling of a campaign failed');
    if (this.#closed) return;
    const cause = error instanceof Error ? error.message : 'an unknown error';
    try {
      this.#parts.pause(`Dialling failed: ${cause}`);
    } catch (second) {
      // The store refuses (a full disk): ask again later instead of dialling without it.
      this.#parts.log.error({ err: second, campaign: this.#id }, 'the campaign could not be paused');
      this.#do(wait('store', 'The data folder cannot be written; dialling waits.'));
    }
  }
}
