import type { Clock } from '#bridge/contract/clock.ts';
import type { CallDiagnosis, CarrierView, Exchange } from '#bridge/contract/diagnosis.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { Rung } from '#bridge/contract/words.ts';
import type { LegRecord } from '../../carriers/carrier.ts';
import { type DiagnosedCall, diagnose, fallToAnnouncement, hasFallen, isGood } from '../../domain/diagnosis.ts';
import type { ExchangeRing } from '../../store/exchange-ring.ts';
import type { AttemptRecord } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import type { Calls } from '../calls.ts';
import type { Worlds } from '../worlds.ts';

/** So many calls are looked through for one that went well. */
const lookedThrough = 60;

export interface DiagnosisParts {
  readonly calls: Pick<Calls, 'get' | 'list'>;
  readonly store: Pick<Store, 'attempts'>;
  readonly ring: Pick<ExchangeRing, 'list'>;
  readonly worlds: Worlds;
  readonly clock: Clock;
}

/** What a person asks when a call went wrong: which hop, whose doing, what passed on the wire, and what the carrier says. */
export class DiagnosisDesk {
  readonly #parts: DiagnosisParts;

  constructor(parts: DiagnosisParts) {
    this.#parts = parts;
  }

  /** @throws {BridgeError} `not-found` */
  async diagnose(id: CallId): Promise<CallDiagnosis> {
    const { calls, ring } = this.#parts;
    const call = calls.get(id);
    const attempt = this.#attempt(id);
    const media = ring.list(attempt.id).filter(({ kind, way }) => kind === 'media' && way === 'in');
    const ladder = attempt.ladder.filter((step) => step !== 'human');
    const seen = withSocket(viewed(call, ladder), media);
    return diagnose(seen, await this.#lastGood(call, hasFallen(seen) ? (ladder[0] ?? null) : call.rung));
  }

  /** @throws {BridgeError} `not-found` */
  exchanges(id: CallId): Exchange[] {
    return this.#parts.ring.list(this.#attempt(id).id);
  }

  /** Ask the carrier now. @throws {BridgeError} `not-found`, `settings/missing`, `carrier/credentials`, `carrier/unreachable` */
  async carrierView(id: CallId): Promise<CarrierView> {
    const { clock, worlds, calls } = this.#parts;
    const attempt = this.#attempt(id);
    const carrier = worlds.get(attempt.world)?.carrier(attempt.carrier) ?? null;
    if (carrier === null) {
      const missing = worlds.get(attempt.world)?.notConfigured(attempt.carrier) ?? 'This carrier is not set up now.';
      throw new BridgeError('settings/missing', missing);
    }
    const leg = { carrierCallId: attempt.carrierCallId, requestId: attempt.requestId };
    const at = new Date(clock.nowMs()).toISOString();
    if (leg.carrierCallId === null && leg.requestId === null) return { at, found: false, facts: [], notes: [] };
    const { record, notes } = await carrier.inspect(leg);
    return { at, found: record !== null, facts: record === null ? [] : factsOf(record, calls.get(id)), notes: [...notes] };
  }

  #attempt(id: CallId): AttemptRecord {
    const attempt = this.#parts.store.attempts.byCall(id);
    if (!attempt) throw new BridgeError('not-found', 'There is no such call.');
    return attempt;
  }

  /** @param rung what it is to be like; null for any */
  async #lastGood(call: ReturnType<Calls['get']>, rung: Rung | null): Promise<DiagnosedCall | null> {
    const { calls } = this.#parts;
    const before = await calls.list({ world: call.world, outcome: 'completed', limit: lookedThrough });
    for (const other of before) {
      if (other.id === call.id || other.carrier !== call.carrier || other.state !== 'ended') continue;
      if (rung !== null && other.rung !== rung) continue;
      const seen = viewed(calls.get(other.id), []);
      // A call in which nobody was answered tells nothing of how long a reply takes.
      if (isGood(seen) && (call.turns.length === 0 || (seen.repliesMs ?? []).length > 0)) return seen;
    }
    return null;
  }
}

function viewed(call: ReturnType<Calls['get']>, ladder: readonly Rung[]): DiagnosedCall {
  const { id, startedAt, rung, outcome, disposition, endedBy, endedReason, hops, turns } = call;
  const repliesMs = turns.map(({ latencyMs }) => latencyMs);
  const replyParts = turns.map(({ parts }) => parts ?? null);
  const fall = fallToAnnouncement(call.rungChanges ?? []);
  const isOver = call.state === 'ended';
  return { fall, id, startedAt, rung, ladder, outcome, disposition, endedBy, endedReason, hops, repliesMs, replyParts, isOver };
}

/** What the exchange tells of the media socket. One through which no stream was ever begun is no hop of the call, and opened all the same. */
function withSocket(call: DiagnosedCall, media: readonly Exchange[]): DiagnosedCall {
  const has = (name: string) => media.some((message) => message.name === name);
  const upgrade = media.find(({ name }) => name === 'upgrade');
  const isKnown = upgrade === undefined || call.hops.some(({ name }) => name === 'media-open');
  const opened = isKnown
    ? []
    : [{ name: 'media-open' as const, at: upgrade.at, sinceDialMs: Math.max(0, Date.parse(upgrade.at) - Date.parse(call.startedAt)) }];
  return { ...call, hops: [...call.hops, ...opened], unreadable: has('unreadable'), cut: has('close'), comebacks: comebacksIn(media) };
}

/** How often the media socket was cut off, and another stream was begun after it. */
function comebacksIn(media: readonly Exchange[]): number {
  const isCut = ({ name, detail }: Exchange) => name === 'close' && /"code":\s*1006\b/.test(detail);
  return media.filter((message, at) => isCut(message) && media.slice(at).some(({ name }) => name === 'start')).length;
}

/** The carrier's figures beside ours. A second either way is rounding, not a difference. */
function factsOf(record: LegRecord, call: ReturnType<Calls['get']>): CarrierView['facts'] {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const apart = (theirs: number | null, ours: string | null) =>
    theirs !== null && ours !== null && Math.abs(theirs - Date.parse(ours)) > 2_000;
  const text = (name: string, theirs: string | null, ours: string | null, differs = false) => ({ name, theirs, ours, differs });
  const { outcome, cause } = record;
  return [
    text('Outcome', outcome, call.outcome, outcome !== null && call.outcome !== null && outcome !== call.outcome),
    text('Cause', cause === null ? null : `${cause.text} (${cause.code})`, call.endedReason),
    text('Placed', time(record.createdAtMs), call.startedAt, apart(record.createdAtMs, call.startedAt)),
    text('Answered', time(record.answeredAtMs), call.answeredAt, apart(record.answeredAtMs, call.answeredAt)),
    text('Ended', time(record.endedAtMs), call.endedAt, apart(record.endedAtMs, call.endedAt)),
    text('Talk time', seconds(record.durationMs), call.state === 'ended' ? seconds(call.talkMs) : null),
    text('Price', record.priceMicros === null ? null : `$${(record.priceMicros / 1_000_000).toFixed(4)}`, null),
  ].filter(({ theirs, ours }) => theirs !== null || ours !== null);
}

function seconds(ms: number | null): string | null {
  return ms === null ? null : `${Math.round(ms / 1000)} s`;
}
