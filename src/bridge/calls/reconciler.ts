import { BridgeError } from '#bridge/contract/errors.ts';
import type { AttemptRecord } from '../store/records.ts';
import type { CallDesk } from './call-desk.ts';
import type { LiveCall } from './live-call.ts';

/** A carrier's lists may lag behind: an attempt that is not found is asked for again after these waits, then once more at its deadline. */
const askAgainMs = [30_000, 120_000, 600_000];
/** How far apart our clock and the carrier's may be, and how long a request may have been under way. */
const skewMs = 5_000;
const underwayMs = 15 * 60_000;
/** Past its deadline, an attempt that no record mentions is given this much longer. */
const graceMs = 10 * 60_000;

/**
 * Finds out from the carriers' own records what became of attempts whose fate we do not know: after a restart, and after a request whose
 * answer was lost. Nobody is dialled in the meantime, and what stays unknown is never dialled again by itself.
 */
export class Reconciler {
  readonly #desk: CallDesk;
  readonly #timers = new Set<() => void>();
  #busy = true;

  constructor(desk: CallDesk) {
    this.#desk = desk;
  }

  /** From the start until the first comparison is over. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Compare what is open in the store with the carriers' records. Resolves when dialling may begin. */
  async run(): Promise<void> {
    const { store, log, worlds } = this.#desk.parts;
    const open = store.attempts.open();
    try {
      for (const record of open) {
        if (record.phase === 'intent') store.attempts.release(record.id);
        else if (record.world === 'rehearsal') this.#endRehearsal(record);
        else {
          const adapters = worlds.get(record.world);
          if (adapters?.carrier(record.carrier)) await this.#settle(this.#desk.adopt(record, adapters), 0);
          else log.warn({ attempt: record.id }, 'an open attempt cannot be compared: its carrier is not set up');
        }
      }
    } finally {
      this.#busy = false;
      if (open.length > 0) log.info({ attempts: open.length }, 'open attempts were compared with the records of their carriers');
    }
  }

  /** A request to dial may or may not have arrived. */
  watch(call: LiveCall): void {
    this.#later(call, 0);
  }

  close(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  /** The simulated carriers died with the program that simulated them; no phone rings. */
  #endRehearsal(record: AttemptRecord): void {
    const nowMs = this.#desk.parts.clock.nowMs();
    this.#desk.parts.store.attempts.end(
      record.id,
      {
        outcome: 'our-error',
        disposition: 'failed',
        answerType: record.answerType,
        hangupCause: null,
        endedBy: 'bridge',
        endedReason: 'the rehearsal ended with the program',
        endedAtMs: nowMs,
        talkMs: record.answeredAtMs === null ? 0 : nowMs - record.answeredAtMs,
        costMicros: record.costMicros,
      },
      record.leadId === null
        ? null
        : { state: 'ready', stateReason: null, nextAttemptAtMs: null, countsAsAttempt: false, outcome: 'our-error', disposition: 'failed' },
    );
  }

  async #settle(call: LiveCall, asked: number): Promise<void> {
    if (call.over) return;
    const { log } = this.#desk.parts;
    try {
      const found = await this.#find(call);
      if (call.over) return;
      if (found) call.adopt(found);
      // Webhooks go on telling about a leg whose name is known; only one that nobody knows is asked for again.
      else if (call.state.kind === 'unknown' || call.state.kind === 'submitting') this.#notFound(call, asked);
      else call.legEnded('unknown', null, this.#desk.parts.clock.nowMs());
    } catch (error) {
      log.warn(
        { attempt: call.record.id, error: error instanceof BridgeError ? error.code : 'unknown' },
        'the carrier could not be asked about an attempt',
      );
      this.#later(call, asked);
    }
  }

  #notFound(call: LiveCall, asked: number): void {
    call.lost();
    const { clock, log } = this.#desk.parts;
    if (clock.nowMs() > call.record.deadlineAtMs + graceMs) {
      log.warn({ attempt: call.record.id }, 'the carrier knows nothing of an attempt; it may have rung and is left to a person');
      call.step({ type: 'deadline.passed', outcome: 'unknown' });
    } else this.#later(call, asked + 1);
  }

  #later(call: LiveCall, asked: number): void {
    const { clock } = this.#desk.parts;
    const untilDeadlineMs = Math.max(1_000, call.record.deadlineAtMs + graceMs - clock.nowMs() + 1_000);
    const cancel = clock.after(askAgainMs[asked] ?? untilDeadlineMs, () => {
      this.#timers.delete(cancel);
      void this.#settle(call, asked);
    });
    this.#timers.add(cancel);
  }

  async #find(call: LiveCall) {
    const { record, script, leg } = call;
    if (leg.carrierCallId !== null) return script.carrier.lookUp(leg);
    const submittedAtMs = record.submittedAtMs ?? record.createdAtMs;
    const found = await script.carrier.find({
      to: record.to,
      from: record.from,
      createdAfterMs: submittedAtMs - skewMs,
      createdBeforeMs: submittedAtMs + underwayMs,
    });
    const mine = found.filter(({ requestId }) => leg.requestId === null || requestId === null || requestId === leg.requestId);
    const [first, ...others] = [...mine].sort((a, b) => (a.createdAtMs ?? 0) - (b.createdAtMs ?? 0));
    for (const other of others) await this.#doubled(call, other.carrierCallId, other.phase);
    return first ?? null;
  }

  /** The carrier shows more legs than we asked for. The first is ours; a later one that is still up must not go on. */
  async #doubled(call: LiveCall, carrierCallId: string, phase: string): Promise<void> {
    const { log, publish } = this.#desk.parts;
    log.error({ attempt: call.record.id, carrierCallId, phase }, 'the carrier shows two calls for one attempt');
    publish({
      type: 'alert',
      level: 'error',
      message: 'The carrier shows two calls for one attempt; the later one is ended.',
      callId: call.record.callId,
    });
    if (phase !== 'ended') await call.script.carrier.hangUp({ carrierCallId, requestId: null });
  }
}
