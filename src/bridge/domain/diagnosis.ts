import type { RungChange, TurnParts } from '#bridge/contract/calls.ts';
import type { CallDiagnosis, DiagnosedHop, EndCause } from '#bridge/contract/diagnosis.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { Disposition, HopName, LadderStep, Outcome, Party, Rung } from '#bridge/contract/words.ts';
import { callPath } from './call-path.ts';
import { endCauseOf, endCauses } from './end-cause.ts';

/** What of a call is looked at. */
export interface DiagnosedCall {
  readonly id: CallId;
  readonly startedAt: string;
  readonly isOver: boolean;
  readonly rung: Rung | null;
  /** What was to speak, first choice first. */
  readonly ladder?: readonly Rung[];
  /** How long the callee waited for each reply, milliseconds. */
  readonly repliesMs?: readonly number[];
  /** Where each of these went, in the same order; null where it was not measured. */
  readonly replyParts?: readonly (TurnParts | null)[];
  readonly unreadable?: boolean;
  readonly cut?: boolean;
  /** How often the media socket was cut in mid-call, and the call went on over another. */
  readonly comebacks?: number;
  /** Who was to speak when the carrier's own voice took over, and why it did; absent when it did not. */
  readonly fall?: { readonly from: LadderStep | null; readonly because: string } | null;
  readonly outcome: Outcome | null;
  readonly disposition: Disposition | null;
  readonly endedBy: Party | null;
  readonly endedReason: string | null;
  readonly hops: readonly {
    readonly name: HopName;
    readonly at: string;
    readonly sinceDialMs: number;
    readonly detail?: string | undefined;
  }[];
}

/** A step counts as slow when it takes this many times as long as in the good call, and this much longer. */
const slowTimes = 2;
const slowByMs = 500;
/** A reply that takes longer makes people ask whether anybody is there. */
const slowReplyMs = 2_500;
/** Steps that take as long as people do. */
const people: ReadonlySet<HopName> = new Set(['ringing', 'answered']);
/** Needed only where audio passes through us. */
const ofStreams: ReadonlySet<HopName> = new Set(['media-open', 'first-frame-in', 'first-audio-sent', 'first-audio-played']);
const ofEngines: ReadonlySet<HopName> = new Set(['ai-open', 'ai-ready', 'first-ai-audio']);
/** A phone that was not picked up needs nothing of what follows. */
const neverTalked: ReadonlySet<Outcome> = new Set([
  'no-answer',
  'busy',
  'rejected',
  'invalid-number',
  'barred-destination',
  'blocked-by-network',
  'congestion',
  'cancelled',
]);

/** Whether every step of a call's path was reached, so that others may be measured by it. */
export function isGood(call: DiagnosedCall): boolean {
  return call.isOver && call.hops.some(({ name }) => name === 'first-audio-played');
}

/** What a call's path tells. @param good the last good call of the same carrier and world; null when there is none */
export function diagnose(call: DiagnosedCall, good: DiagnosedCall | null): CallDiagnosis {
  const hops = diagnosedHops(call, good);
  const firstMissing = firstMissingIn(hops);
  const slowReply = slowReplyOf(call, good);
  const slowest = slowReply?.slowest ?? slowestOf(hops);
  const fell = hasFallen(call);
  const cause = causeOf(call, hops);
  const meaning = cause === null ? null : endCauses[cause];
  return {
    callId: call.id,
    verdict: verdictOf({
      words: meaning?.words ?? null,
      reason: call.endedReason,
      hops,
      firstMissing,
      slowest,
      slowBecause: slowReply?.because ?? null,
      cameBack: (call.comebacks ?? 0) > 0 && cause !== 'network-cut',
      fell,
      fall: cause !== null && ofAi.has(cause) ? call.fall : null,
    }),
    cause,
    fault: meaning?.fault ?? null,
    cure: meaning?.cure ?? null,
    hops,
    firstMissing,
    slowest,
    comparedWith: good === null ? null : { callId: good.id, at: good.startedAt },
  };
}

/** Why a call is over, by its end and its path; null while it goes on. */
export function causeOf(call: DiagnosedCall, hops: readonly DiagnosedHop[] = diagnosedHops(call, null)): EndCause | null {
  if (!call.isOver) return null;
  return endCauseOf({ ...call, firstMissing: firstMissingIn(hops), fell: hasFallen(call), fellBecause: call.fall?.because ?? null });
}

function firstMissingIn(hops: readonly DiagnosedHop[]): HopName | null {
  return hops.find(({ state }) => state === 'missing')?.name ?? null;
}

function diagnosedHops(call: DiagnosedCall, good: DiagnosedCall | null): DiagnosedHop[] {
  const reached = new Map(call.hops.map((hop) => [hop.name, hop]));
  const steps = stepsOf(call);
  const goodSteps = good === null ? new Map<HopName, number>() : stepsOf(good);
  let isBroken = false;
  return callPath.map(([name, meaning]) => {
    const hop = reached.get(name);
    const state = hop ? 'reached' : isNeeded(call, name, reached) ? (isBroken ? 'not-reached' : 'missing') : 'not-needed';
    if (state === 'missing') isBroken = true;
    return {
      name,
      state,
      at: hop?.at ?? null,
      sinceDialMs: hop?.sinceDialMs ?? null,
      stepMs: steps.get(name) ?? null,
      goodStepMs: goodSteps.get(name) ?? null,
      detail: hop?.detail ?? null,
      meaning: `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`,
    };
  });
}

function isNeeded(call: DiagnosedCall, name: HopName, reached: ReadonlyMap<HopName, unknown>): boolean {
  const answered = reached.has('answered');
  // A carrier may skip a report; a later step is proof enough.
  if (name === 'ringing') return !answered && call.isOver && !neverTalked.has(call.outcome ?? 'unknown');
  if (name === 'accepted' && (reached.has('ringing') || answered)) return false;
  if (name === 'dialled' || name === 'accepted') return true;
  if (!answered) return name === 'answered' && !(call.isOver && neverTalked.has(call.outcome ?? 'unknown'));
  // Without an AI, nobody asked the carrier for a media socket.
  if (hasFallen(call)) return !ofStreams.has(name) || reached.has('ai-ready');
  const speaksItself = call.rung !== null && !streamed.has(call.rung);
  return !(speaksItself && (ofStreams.has(name) || ofEngines.has(name)));
}

const streamed: ReadonlySet<Rung> = new Set(['realtime', 'live', 'cascade']);

/** It was to be a conversation over our own audio, and ended with a voice of the carrier. */
export function hasFallen({ rung, ladder, isOver }: Pick<DiagnosedCall, 'rung' | 'ladder' | 'isOver'>): boolean {
  const [first] = ladder ?? [];
  return isOver && rung !== null && first !== undefined && streamed.has(first) && !streamed.has(rung);
}

/** The change by which the carrier's own voice took over; null when it did not. @param changes of the voice in a call, in order; the last two are enough */
export function fallToAnnouncement(changes: readonly RungChange[]): RungChange | null {
  const last = changes.at(-1);
  if (last?.to !== 'announcement') return null;
  // Whoever could not be reached took nothing away: the voice before them did.
  return last.from === 'human' ? (changes.findLast(({ to }) => to === 'human') ?? last) : last;
}

interface SlowReply {
  readonly slowest: NonNullable<CallDiagnosis['slowest']>;
  /** Who was slow, and at what. */
  readonly because: string;
}

/** Where a reply can spend its time, whose it is, and the hop at its end. */
const replyHops: Readonly<Record<keyof TurnParts, { readonly hop: HopName; readonly because: string }>> = {
  endpointMs: { hop: 'first-ai-audio', because: 'the AI service was slow to notice that the lead had finished' },
  thinkMs: { hop: 'first-ai-audio', because: 'the AI service was slow' },
  sendMs: { hop: 'first-audio-sent', because: 'Ringside was slow to send it' },
  playMs: { hop: 'first-audio-played', because: 'the way to the lead was slow' },
};

/** The slowest reply, where it was slow, and the hop that took most of it. What was not measured is waiting for the AI. */
function slowReplyOf(call: DiagnosedCall, good: DiagnosedCall | null): SlowReply | null {
  const replies = call.repliesMs ?? [];
  const ms = Math.max(0, ...replies);
  const usual = [...(good?.repliesMs ?? [])].sort((one, other) => one - other);
  const goodMs = usual[Math.floor(usual.length / 2)];
  if (goodMs === undefined || ms < slowReplyMs || ms < goodMs * slowTimes) return null;
  const parts = call.replyParts?.[replies.indexOf(ms)] ?? null;
  const names = Object.keys(replyHops) as (keyof TurnParts)[];
  const worst = parts === null ? 'thinkMs' : names.reduce((one, other) => (parts[other] > parts[one] ? other : one));
  const { hop, because } = replyHops[worst];
  return { slowest: { name: hop, ms, goodMs }, because };
}

/** How long each step took, from whichever step was reached before it. Steps of different threads may come in any order. */
function stepsOf({ hops }: DiagnosedCall): Map<HopName, number> {
  const inOrder = [...hops].sort((one, other) => one.sinceDialMs - other.sinceDialMs);
  return new Map(inOrder.map((hop, index) => [hop.name, hop.sinceDialMs - (inOrder[index - 1]?.sinceDialMs ?? 0)]));
}

function slowestOf(hops: readonly DiagnosedHop[]): CallDiagnosis['slowest'] {
  const slow = hops.flatMap(({ name, stepMs, goodStepMs }) =>
    stepMs !== null && goodStepMs !== null && !people.has(name) && stepMs > goodStepMs * slowTimes && stepMs - goodStepMs > slowByMs
      ? [{ name, ms: stepMs, goodMs: goodStepMs }]
      : [],
  );
  return slow.sort((one, other) => other.ms - other.goodMs - (one.ms - one.goodMs))[0] ?? null;
}

function verdictOf(of: {
  readonly words: string | null;
  readonly reason: string | null;
  readonly hops: readonly DiagnosedHop[];
  readonly firstMissing: HopName | null;
  readonly slowest: CallDiagnosis['slowest'];
  /** Of a slow reply, who was slow; null when another step was. */
  readonly slowBecause: string | null;
  readonly cameBack: boolean;
  readonly fell: boolean;
  readonly fall: DiagnosedCall['fall'];
}): string {
  const { words, reason, hops, firstMissing, slowest, slowBecause, cameBack, fell, fall } = of;
  const parts: string[] = [];
  if (words !== null) parts.push(`${words}${fell ? `${causeOfFall(fall)}, so the voice of the carrier spoke` : ''}.`);
  if (cameBack) parts.push('The connection to the carrier broke off in mid-call, and came back.');
  // Whatever made it fall is said by then.
  if (firstMissing !== null && !fell) parts.push(hops.find(({ name }) => name === firstMissing)?.meaning ?? '');
  else if (firstMissing === null && words === null && slowest === null) parts.push('Every step of the path so far was reached.');
  if (slowest !== null) {
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
    parts.push(
      slowBecause !== null
        ? `A reply took ${seconds(slowest.ms)}, because ${slowBecause}; in the last good call ${seconds(slowest.goodMs)}.`
        : `The step “${slowest.name.replaceAll('-', ' ')}” took ${seconds(slowest.ms)}; in the last good call ${seconds(slowest.goodMs)}.`,
    );
  }
  if (firstMissing === null && !fell && words !== null && reason !== null && !words.toLowerCase().includes(reason.toLowerCase()))
    parts.push(`${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/\.$/, '')}.`);
  return parts.filter((part) => part !== '').join(' ');
}

/** Causes that are better told with the words of whoever failed. */
const ofAi: ReadonlySet<EndCause> = new Set(['ai-not-reached', 'ai-refused', 'ai-failed']);

const providers: Readonly<Record<LadderStep, string>> = {
  realtime: 'OpenAI Realtime',
  live: 'OpenAI Live',
  cascade: 'the cascade',
  relay: "the carrier's relay",
  'turn-based': "the carrier's recogniser",
  human: 'the person that was rung',
  announcement: 'the carrier',
};

function causeOfFall(fall: DiagnosedCall['fall']): string {
  if (!fall) return '';
  return fall.from === null ? ` (${fall.because})` : ` (${providers[fall.from]}: ${fall.because})`;
}
