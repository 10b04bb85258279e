import { BridgeError } from '#bridge/contract/errors.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { AttemptRecord } from '../../store/records.ts';
import type { CallDesk } from '../call-desk.ts';
import type { LiveCall } from '../live-call.ts';
import { ClockWatch } from './clock-watch.ts';

/** A carrier's lists may lag behind: an attempt that is not found is asked for again after these waits, then once more at its deadline. */
const askAgainMs = [5_000, 30_000, 120_000, 600_000];
/** A carrier that cannot be asked is left alone this long. */
const unreachableMs = 30_000;
/** A carrier that answers slowly must not keep people on dead lines waiting for an apology, nor be flooded. */
const askedAtOnce = 6;
/** Attempts of the same number that began this long before are another matter, and their legs are theirs. */
const othersSinceMs = 3_600_000;
const othersMax = 1_000;
/** How far apart our clock and the carrier's may be, and how long a request may have been under way. */
const skewMs = 5_000;
const underwayMs = 15 * 60_000;
/** Past its deadline, an attempt that no record mentions is given this much longer. */
const graceMs = 10 * 60_000;

/**
 * Finds out from the carriers' own records what became of attempts whose fate we do not know: after a restart, after a sleep of the machine
 * or a jump of its clock, and after a request whose answer was lost. Nobody is dialled in the meantime, and what stays unknown is never dialled again by itself.
 */
export class Reconciler {
  readonly #desk: CallDesk;
  /** When an attempt is asked about again. */
  readonly #timers = new Map<AttemptId, () => void>();
  /** Attempts that could not be compared, because their carrier was not set up. */
  readonly #leftOver = new Set<AttemptId>();
  readonly #watch: ClockWatch;
  #running: Promise<void> | null = null;
  #isFirst = true;
  #closed = false;

  constructor(desk: CallDesk) {
    this.#desk = desk;
    const { clock, log } = desk.parts;
    this.#watch = new ClockWatch(clock, (gapMs) => {
      // What the first comparison finds out, or has still to find out, is not older than the jump.
      if (this.#isFirst) return;
      log.warn({ gapMs }, 'this computer slept, or its clock was set: open attempts are compared with the records of their carriers');
      this.run().catch((error: unknown) => log.error({ error: messageOf(error) }, 'open attempts could not be compared'));
    });
  }

  /** From the start until the first comparison is over, and again after a sleep. */
  get busy(): boolean {
    this.#watch.look();
    return this.#isFirst || this.#running !== null;
  }

  /** Compare what is open in the store with the carriers' records. Resolves when dialling may begin. */
  run(): Promise<void> {
    this.#running ??= this.#compare().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #compare(): Promise<void> {
    const { store, log } = this.#desk.parts;
    const open = store.attempts.open();
    // Whoever was talking with us hears nothing at this moment, and comes first.
    const inTurn = [...open].sort((a, b) => Number(b.phase === 'answered') - Number(a.phase === 'answered')).values();
    const next = async () => {
      for (const { id } of inTurn) {
        try {
          await this.#takeUp(id);
        } catch (error) {
          // It stays open and holds its number; the others are asked about all the same.
          log.error({ attempt: id, error: messageOf(error) }, 'an open attempt could not be taken up');
        }
      }
    };
    try {
      await Promise.all([this.#desk.transfers.hangUpLeft(), ...Array.from({ length: askedAtOnce }, next)]);
    } finally {
      this.#isFirst = false;
      if (open.length > 0) log.info({ attempts: open.length }, 'open attempts were compared with the records of their carriers');
    }
  }

  async #takeUp(id: AttemptId): Promise<void> {
    const { store, log, worlds } = this.#desk.parts;
    const record = store.attempts.get(id);
    // A webhook may have ended it while we asked about others.
    if (!record || record.phase === 'ended') return;
    const known = this.#desk.get(id);
    if (known) {
      // Placed by this run of the program: it is asked about only when there is something that the carrier can know.
      if (!known.over && !known.request.isLeaving) await this.#settle(known, 0);
      return;
    }
    if (record.phase === 'intent' && !hasLeft(record)) {
      log.info({ attempt: id }, 'an intent that was never sent is taken back');
      store.attempts.release(id);
    } else if (record.world === 'rehearsal') this.#endRehearsal(record);
    else {
      const adapters = worlds.get(record.world);
      if (adapters?.carrier(record.carrier)) await this.#settle(this.#desk.adopt(record, adapters), 0);
      else {
        this.#leftOver.add(id);
        log.warn({ attempt: id }, 'an open attempt cannot be compared: its carrier is not set up');
      }
    }
  }

  /** There may be credentials for a carrier that could not be asked before. */
  carriersChanged(): void {
    const { log } = this.#desk.parts;
    const ids = [...this.#leftOver];
    this.#leftOver.clear();
    for (const id of ids) {
      this.#takeUp(id).catch((error: unknown) =>
        log.error({ attempt: id, error: messageOf(error) }, 'an open attempt could not be taken up'),
      );
    }
  }

  /** A request to dial may or may not have arrived. */
  watch(call: LiveCall): void {
    this.#later(call, 0);
  }

  close(): void {
    this.#closed = true;
    this.#watch.close();
    for (const cancel of this.#timers.values()) cancel();
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
    const isNamed = call.leg.carrierCallId !== null;
    try {
      const found = await this.#find(call);
      if (call.over) return;
      if (found) call.adopt(found);
      // Only lists lag behind. Of a leg that it has named itself, the carrier says at once when there is none.
      else if (!isNamed) this.#notFound(call, asked);
      else call.legEnded('unknown', null, this.#desk.parts.clock.nowMs());
    } catch (error) {
      log.warn(
        { attempt: call.record.id, error: error instanceof BridgeError ? error.code : 'unknown' },
        'the carrier could not be asked about an attempt',
      );
      this.#after(unreachableMs, call, asked);
    }
  }

  #notFound(call: LiveCall, asked: number): void {
    call.request.lost();
    const { clock, log } = this.#desk.parts;
    if (clock.nowMs() > call.record.deadlineAtMs + graceMs) {
      log.warn({ attempt: call.record.id }, 'the carrier knows nothing of an attempt; it may have rung and is left to a person');
      call.step({ type: 'deadline.passed', outcome: 'unknown' });
    } else this.#later(call, asked);
  }

  /** @param asked how often it was not found */
  #later(call: LiveCall, asked: number): void {
    const untilDeadlineMs = Math.max(1_000, call.record.deadlineAtMs + graceMs - this.#desk.parts.clock.nowMs() + 1_000);
    this.#after(askAgainMs[asked] ?? untilDeadlineMs, call, asked + 1);
  }

  #after(ms: number, call: LiveCall, asked: number): void {
    if (this.#closed) return;
    const { id } = call.record;
    this.#timers.get(id)?.();
    const cancel = this.#desk.parts.clock.after(ms, () => {
      this.#timers.delete(id);
      void this.#settle(call, asked);
    });
    this.#timers.set(id, cancel);
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
    const others = this.#legsOfOthers(record, submittedAtMs);
    const mine = found.filter(
      ({ carrierCallId, requestId }) =>
        !others.has(carrierCallId) && (leg.requestId === null || requestId === null || requestId === leg.requestId),
    );
    const [first, ...later] = [...mine].sort((a, b) => (a.createdAtMs ?? 0) - (b.createdAtMs ?? 0));
    for (const other of later) await this.#doubled(call, other.carrierCallId, other.phase);
    return first ?? null;
  }

  /** Somebody may have dialled the same number shortly before; the carrier's lists show that leg too. */
  #legsOfOthers({ id, to, world }: AttemptRecord, submittedAtMs: number): ReadonlySet<string> {
    const recent = this.#desk.parts.store.attempts.list({ world, sinceMs: submittedAtMs - othersSinceMs, limit: othersMax });
    const names = recent.map((other) => (other.to === to && other.id !== id ? other.carrierCallId : null));
    return new Set(names.filter((name) => name !== null));
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

/** An intent is written before anything leaves; whatever shows that its request did leave weighs more than the word. */
function hasLeft({ submittedAtMs, requestId, carrierCallId, answeredAtMs }: AttemptRecord): boolean {
  return submittedAtMs !== null || requestId !== null || carrierCallId !== null || answeredAtMs !== null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
