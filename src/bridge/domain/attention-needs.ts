import { type AttentionRule, attentionRule } from '#bridge/contract/attention.ts';
import type { SegmentId } from '#bridge/contract/ids.ts';
import type { AnswerType, Floor } from '#bridge/contract/words.ts';
import { type Dismissals, effectOf, isTunable } from './attention-tuning.ts';
import type { Gist } from './same-words.ts';

/** Why a person should look at a call, or is needed on it. Instants are epoch milliseconds. */
export interface Need {
  /** Which rule raised it. */
  readonly rule: AttentionRule;
  readonly level: 'look' | 'act';
  readonly reason: string;
  readonly sinceMs: number;
  /** The words that raised it; null where none did. */
  readonly segmentId: SegmentId | null;
}

/** A sentence that was said, to know it again. */
export interface Said {
  readonly segmentId: SegmentId;
  readonly words: Gist;
}

export interface AttentionState {
  readonly needs: Readonly<Partial<Record<AttentionRule, Need>>>;
  /** Rules that somebody does not need on this call. */
  readonly notNeeded: readonly AttentionRule[];
  readonly dismissals: Dismissals;
  /** A person of ours has the call. */
  readonly isHeld: boolean;
  /** How often each rule had a reason, and by which words the last time. */
  readonly hits: Readonly<Partial<Record<AttentionRule, { readonly count: number; readonly segmentId: SegmentId | null }>>>;
  /** When each rule last had a reason. */
  readonly hitAtMs: Readonly<Partial<Record<AttentionRule, number>>>;
  /** Since when a state holds that is not shown yet. */
  readonly holdsSinceMs: Readonly<Partial<Record<AttentionRule, number>>>;
  /** Segments in which the lead asked for a person. */
  readonly asks: readonly SegmentId[];
  /** Segments in which the lead declined, in a friendly way. */
  readonly refusals: readonly SegmentId[];
  /** What the lead asked, and what the AI said, newest last. */
  readonly questions: readonly Said[];
  readonly aiSaid: readonly Said[];
  readonly lastSaid: { readonly segmentId: SegmentId; readonly atMs: number } | null;
  readonly isTransferring: boolean;
  /** Since when nobody is heard, and who was last. */
  readonly quiet: { readonly sinceMs: number; readonly after: Floor } | null;
  readonly lastFloor: Floor;
  readonly leadTalksSinceMs: number | null;
  /** What tells who picked up. */
  readonly pickedUp: {
    /** The carrier's opinion, where it has one. */
    readonly carrier: AnswerType | null;
    /** Words of a mailbox. */
    readonly mailbox: SegmentId | null;
    /** The first thing that was heard went on for so long. */
    readonly longSpeech: boolean;
    /** Turns of the lead, each after words of ours. */
    readonly exchanges: number;
    readonly weSpoke: boolean;
  };
  readonly failedTools: number;
  readonly replies: { readonly slow: number; readonly quickInARow: number; readonly worstMs: number; readonly latest: readonly number[] };
}

/** A call on which nothing has happened. */
export const calm: AttentionState = {
  needs: {},
  notNeeded: [],
  dismissals: {},
  isHeld: false,
  hits: {},
  hitAtMs: {},
  holdsSinceMs: {},
  asks: [],
  refusals: [],
  questions: [],
  aiSaid: [],
  lastSaid: null,
  isTransferring: false,
  quiet: null,
  lastFloor: 'none',
  leadTalksSinceMs: null,
  pickedUp: { carrier: null, mailbox: null, longSpeech: false, exchanges: 0, weSpoke: false },
  failedTools: 0,
  replies: { slow: 0, quickInARow: 0, worstMs: 0, latest: [] },
};

/** A state that was not needed has to last so much longer for each time. */
const stepMs = 4_000;
/** What a person who has a call must know all the same, and what is about the moment in which they left it. */
const whileHeld: ReadonlySet<AttentionRule> = new Set(['opt-out', 'returned']);

/** What stands above all else; null when nothing does. A call that lands after an opt-out needs nobody any more. */
export function gravest({ needs }: AttentionState): Need | null {
  if (needs['opt-out']) return needs['opt-out'];
  for (const level of ['act', 'look'] as const) {
    for (const rule of attentionRule.options) if (needs[rule]?.level === level) return needs[rule];
  }
  return null;
}

/** How often the rule was not needed in this campaign. */
export function dismissed({ dismissals }: AttentionState, rule: AttentionRule): number {
  return isTunable(rule) ? (dismissals[rule] ?? 0) : 0;
}

/** It has a reason once more. It is raised when it had more of them than it was not needed. The same words count once. */
export function hit(
  state: AttentionState,
  rule: AttentionRule,
  level: Need['level'],
  reason: string,
  atMs: number,
  segmentId: SegmentId | null,
): AttentionState {
  if (state.isHeld && !whileHeld.has(rule)) return state;
  const before = state.hits[rule];
  const isSame = segmentId !== null && before?.segmentId === segmentId;
  const count = (before?.count ?? 0) + (isSame ? 0 : 1);
  const next = {
    ...state,
    hits: { ...state.hits, [rule]: { count, segmentId } },
    hitAtMs: { ...state.hitAtMs, [rule]: atMs },
  };
  return count > dismissed(state, rule) ? raise(next, rule, level, reason, atMs, segmentId) : next;
}

/** Raise it while there is a reason, drop it when there is none. Where it was not needed the reason has to last for longer. */
export function set(
  state: AttentionState,
  rule: AttentionRule,
  reason: string | null,
  level: Need['level'],
  atMs: number,
  segmentId: SegmentId | null = null,
): AttentionState {
  const times = dismissed(state, rule);
  if (reason === null) {
    if (state.holdsSinceMs[rule] === undefined) return drop(state, rule);
    const { [rule]: _gone, ...holdsSinceMs } = state.holdsSinceMs;
    return drop({ ...state, holdsSinceMs }, rule);
  }
  if (times === 0) return raise(state, rule, level, reason, atMs, segmentId);
  const sinceMs = state.holdsSinceMs[rule];
  if (sinceMs === undefined) return { ...state, holdsSinceMs: { ...state.holdsSinceMs, [rule]: atMs } };
  return atMs - sinceMs < times * stepMs ? state : raise(state, rule, level, reason, atMs, segmentId);
}

/** What was there already keeps its time, unless it has become graver. */
export function raise(
  state: AttentionState,
  rule: AttentionRule,
  asked: Need['level'],
  reason: string,
  atMs: number,
  segmentId: SegmentId | null,
): AttentionState {
  if (state.notNeeded.includes(rule) || (state.isHeld && !whileHeld.has(rule))) return state;
  const effect = effectOf(dismissed(state, rule));
  if (effect === 'silent') return state;
  const level = effect === 'look' ? 'look' : asked;
  const old = state.needs[rule];
  if (old && old.level === level && old.reason === reason && (segmentId === null || old.segmentId === segmentId)) return state;
  const sinceMs = old?.level === level ? old.sinceMs : atMs;
  return {
    ...state,
    needs: { ...state.needs, [rule]: { rule, level, reason, sinceMs, segmentId: segmentId ?? old?.segmentId ?? null } },
  };
}

/** Nothing asks for a person by this rule any more. */
export function drop(state: AttentionState, rule: AttentionRule): AttentionState {
  if (state.needs[rule] === undefined) return state;
  const { [rule]: _gone, ...needs } = state.needs;
  return { ...state, needs };
}

/** A person has the call: what was asked, missed or said before them is theirs, and nothing is counted until they have left. */
export function held(state: AttentionState): AttentionState {
  const { notNeeded, dismissals, lastSaid, isTransferring, pickedUp } = state;
  const optOut = state.needs['opt-out'];
  return { ...calm, notNeeded, dismissals, lastSaid, isTransferring, pickedUp, isHeld: true, needs: optOut ? { 'opt-out': optOut } : {} };
}

/** The campaign's dismissals have changed; what is shown follows. */
export function tuned(state: AttentionState, dismissals: Dismissals): AttentionState {
  let next: AttentionState = { ...state, dismissals };
  for (const rule of attentionRule.options) {
    const need = next.needs[rule];
    const effect = effectOf(dismissed(next, rule));
    if (!need || (effect !== 'silent' && effect !== 'look')) continue;
    if (effect === 'silent') next = drop(next, rule);
    else if (need.level === 'act') next = { ...next, needs: { ...next.needs, [rule]: { ...need, level: 'look' } } };
  }
  return next;
}
