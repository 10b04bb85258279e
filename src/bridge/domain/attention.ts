import { assertNever } from '#bridge/contract/assert-never.ts';
import type { SegmentId } from '#bridge/contract/ids.ts';
import type { Floor, HopName } from '#bridge/contract/words.ts';
import { asksForHuman, soundsUpset } from './lead-moods.ts';

/** What may need a person, the gravest of a level first. */
const kinds = ['opt-out', 'transfer', 'human', 'returned', 'ai-lost', 'silence', 'hop', 'rung', 'tool', 'upset', 'slow', 'budget'] as const;
type Kind = (typeof kinds)[number];
/** What can raise a need, by name. */
export type AttentionRule = Kind;

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

/** What can be seen of a call at one moment. */
export interface CallFacts {
  /** The AI is in a conversation: it, or the lead, should be heard. */
  readonly isConversing: boolean;
  readonly floor: Floor;
  readonly isTransferring: boolean;
  /** Why the call left the rung on which it began; null while it has not. */
  readonly rungFell: string | null;
  /** Why there is no AI at this moment, and nothing has taken its place. */
  readonly aiLost: string | null;
  readonly hasOptedOut: boolean;
  /** A person of ours has the call. */
  readonly isHeld?: boolean;
  /** The first hop that is absent and should be there, in words, and when the one before it was reached. */
  readonly missingHop: { readonly name: HopName; readonly text: string; readonly sinceMs: number } | null;
  /** Of the campaign; null when it has no limit. */
  readonly budget: { readonly spentMicros: number; readonly limitMicros: number } | null;
}

export type AttentionEvent =
  /** Final words of the lead; again when they were corrected. */
  | { readonly type: 'lead.said'; readonly atMs: number; readonly segmentId: SegmentId; readonly text: string }
  | { readonly type: 'tool.answered'; readonly atMs: number; readonly name: string; readonly ok: boolean }
  /** The AI has answered after so long. */
  | { readonly type: 'ai.replied'; readonly atMs: number; readonly latencyMs: number }
  /** A person had the call, and the AI has it again without having been given it. */
  | { readonly type: 'returned'; readonly atMs: number; readonly reason: string }
  /** The AI waits for an operator's word on a transfer; null when it waits no more. */
  | { readonly type: 'transfer.asked'; readonly atMs: number; readonly reason: string | null }
  /** Somebody has looked, and wants to hear no more of this rule on this call. */
  | { readonly type: 'not-needed'; readonly rule: AttentionRule }
  /** Somebody has taken the matter in hand. */
  | { readonly type: 'person.acted' }
  | { readonly type: 'seen'; readonly atMs: number; readonly facts: CallFacts };

export interface AttentionState {
  readonly needs: Readonly<Partial<Record<Kind, Need>>>;
  /** Rules that somebody does not need on this call. */
  readonly notNeeded: readonly AttentionRule[];
  /** Segments in which the lead asked for a person. */
  readonly asks: readonly SegmentId[];
  readonly lastSaid: { readonly segmentId: SegmentId; readonly atMs: number } | null;
  readonly isTransferring: boolean;
  /** Since when nobody is heard, and who was last. */
  readonly quiet: { readonly sinceMs: number; readonly after: Floor } | null;
  readonly lastFloor: Floor;
  readonly failedTools: number;
  readonly replies: { readonly slow: number; readonly quickInARow: number; readonly worstMs: number };
  readonly upsetAtMs: number | null;
}

export const calm: AttentionState = {
  needs: {},
  notNeeded: [],
  asks: [],
  lastSaid: null,
  isTransferring: false,
  quiet: null,
  lastFloor: 'none',
  failedTools: 0,
  replies: { slow: 0, quickInARow: 0, worstMs: 0 },
  upsetAtMs: null,
};

/** A pause that is longer is no pause for thought; at twice the time nobody saves the call by waiting. */
const quietLookMs = 6_000;
const quietActMs = 12_000;
/** Somebody who waits longer for an answer says "hello?". */
const slowReplyMs = 3_000;
const times = 2;
/** A temper that was lost this long ago has cooled down, as far as words tell. */
const upsetMs = 60_000;
/** Whoever wanted to take the call again has done so. */
const returnedMs = 60_000;
const nearlySpent = 0.9;
/** Words older than this have not raised what is seen now. */
const justSaidMs = 5_000;
const transferTool = 'transfer_to_human';

/** How long each hop may take after the one before it. A phone may ring as long as it was told to. */
const hopLimitsMs: Readonly<Record<HopName, number>> = {
  dialled: Number.POSITIVE_INFINITY,
  accepted: 8_000,
  ringing: 20_000,
  answered: Number.POSITIVE_INFINITY,
  'document-served': 5_000,
  'media-open': 5_000,
  'first-frame-in': 3_000,
  'ai-open': 4_000,
  'ai-ready': 5_000,
  'first-ai-audio': 5_000,
  'first-audio-sent': 2_000,
  'first-audio-played': 8_000,
  'disclosure-played': Number.POSITIVE_INFINITY,
  ended: Number.POSITIVE_INFINITY,
};
/** From here on somebody has picked up and hears nothing. */
const beforeAnswer: ReadonlySet<HopName> = new Set(['dialled', 'accepted', 'ringing', 'answered']);

/** A call that asks for nothing gives the state back unchanged. */
export function stepAttention(state: AttentionState, event: AttentionEvent): AttentionState {
  switch (event.type) {
    case 'lead.said':
      return leadSaid(state, event);
    case 'tool.answered':
      return toolAnswered(state, event);
    case 'ai.replied':
      return replied(state, event);
    case 'not-needed':
      return drop({ ...state, notNeeded: [...state.notNeeded, event.rule] }, event.rule);
    case 'person.acted':
      return drop(drop({ ...state, asks: [] }, 'human'), 'returned');
    case 'transfer.asked':
      return event.reason === null ? drop(state, 'transfer') : raise(state, 'transfer', 'act', event.reason, event.atMs, null);
    case 'returned':
      return raise(state, 'returned', 'look', event.reason, event.atMs, null);
    case 'seen':
      return seen(state, event.facts, event.atMs);
    default:
      return assertNever(event);
  }
}

/** What stands above all else; null when nothing does. A call that lands after an opt-out needs nobody any more. */
export function gravest({ needs }: AttentionState): Need | null {
  if (needs['opt-out']) return needs['opt-out'];
  for (const level of ['act', 'look'] as const) {
    for (const kind of kinds) if (needs[kind]?.level === level) return needs[kind];
  }
  return null;
}

function leadSaid(state: AttentionState, { atMs, segmentId, text }: Extract<AttentionEvent, { type: 'lead.said' }>): AttentionState {
  let next: AttentionState = { ...state, lastSaid: { segmentId, atMs } };
  if (!state.asks.includes(segmentId) && asksForHuman(text)) {
    const asks = [...state.asks, segmentId];
    next =
      asks.length < times && state.needs.human === undefined
        ? raise({ ...next, asks }, 'human', 'look', 'Asked for a human', atMs, segmentId)
        : raise({ ...next, asks }, 'human', 'act', 'Asked for a human twice', atMs, segmentId);
  }
  if (soundsUpset(text)) next = raise({ ...next, upsetAtMs: atMs }, 'upset', 'look', 'Sounds upset', atMs, segmentId);
  return next;
}

function toolAnswered(state: AttentionState, { atMs, name, ok }: Extract<AttentionEvent, { type: 'tool.answered' }>): AttentionState {
  if (ok) return drop({ ...state, failedTools: 0 }, 'tool');
  const failedTools = state.failedTools + 1;
  let next: AttentionState = { ...state, failedTools };
  if (name === transferTool) next = notReached(next, 'Asked for a human, nobody is available', atMs);
  if (failedTools < times) return next;
  return raise(next, 'tool', 'look', `A tool failed twice (${name.replaceAll('_', ' ').slice(0, 40)})`, atMs, null);
}

/** Whoever the AI would have put through wanted a person, whatever words they used. */
function notReached(state: AttentionState, reason: string, atMs: number): AttentionState {
  return raise(state, 'human', 'act', reason, atMs, state.asks.at(-1) ?? null);
}

function replied(state: AttentionState, { atMs, latencyMs }: Extract<AttentionEvent, { type: 'ai.replied' }>): AttentionState {
  const { slow, quickInARow, worstMs } = state.replies;
  if (latencyMs <= slowReplyMs) {
    if (slow === 0) return state;
    if (quickInARow + 1 >= times) return drop({ ...state, replies: calm.replies }, 'slow');
    return { ...state, replies: { slow, quickInARow: quickInARow + 1, worstMs } };
  }
  const replies = { slow: slow + 1, quickInARow: 0, worstMs: Math.max(worstMs, latencyMs) };
  const next = { ...state, replies };
  return replies.slow < times
    ? next
    : raise(next, 'slow', 'look', `Slow replies, worst ${(replies.worstMs / 1000).toFixed(1)} s`, atMs, null);
}

function seen(before: AttentionState, facts: CallFacts, atMs: number): AttentionState {
  let state = before;
  if (facts.isTransferring !== state.isTransferring) {
    // It came to nothing: a transfer that succeeds ends the conversation with us.
    if (!facts.isTransferring && facts.isConversing) state = notReached(state, 'Asked for a human, nobody answered', atMs);
    state = { ...state, isTransferring: facts.isTransferring };
  }
  if (facts.hasOptedOut) {
    const { lastSaid } = state;
    const words = lastSaid !== null && atMs - lastSaid.atMs <= justSaidMs ? lastSaid.segmentId : null;
    const reason = `Asked not to be called again. ${facts.isHeld ? 'End the call' : 'The call is landing'}`;
    if (state.needs['opt-out']?.reason !== reason) state = raise(state, 'opt-out', facts.isHeld ? 'act' : 'look', reason, atMs, words);
  }
  state = listen(state, facts, atMs);
  state = set(
    state,
    'rung',
    facts.rungFell === null ? null : `${lost('Realtime', facts.rungFell)}. The announcement is playing`,
    'look',
    atMs,
  );
  const aiLevel = facts.isConversing ? 'act' : 'look';
  state = set(state, 'ai-lost', facts.aiLost === null ? null : lost('The AI connection', facts.aiLost), aiLevel, atMs);
  const hop = facts.missingHop;
  const isLate = hop !== null && atMs - hop.sinceMs > hopLimitsMs[hop.name];
  state = set(state, 'hop', isLate ? sentence(hop.text) : null, isLate && beforeAnswer.has(hop.name) ? 'look' : 'act', atMs);
  const { budget } = facts;
  const isNear = budget !== null && budget.limitMicros > 0 && budget.spentMicros >= budget.limitMicros * nearlySpent;
  state = set(state, 'budget', isNear ? "The campaign's budget is nearly spent" : null, 'look', atMs);
  const { returned } = state.needs;
  if (returned && atMs - returned.sinceMs > returnedMs) state = drop(state, 'returned');
  if (state.upsetAtMs !== null && atMs - state.upsetAtMs > upsetMs) state = drop({ ...state, upsetAtMs: null }, 'upset');
  return state;
}

/** Silence is the AI's to break after the lead's words; after its own it waits, and asks whether somebody is there. */
function listen(before: AttentionState, { isConversing, floor }: CallFacts, atMs: number): AttentionState {
  if (!isConversing || floor !== 'none') {
    const state = before.lastFloor === floor && before.quiet === null ? before : { ...before, lastFloor: floor, quiet: null };
    return drop(state, 'silence');
  }
  const quiet = before.quiet ?? { sinceMs: atMs, after: before.lastFloor };
  const state = before.quiet ? before : { ...before, quiet };
  const forMs = atMs - quiet.sinceMs;
  if (forMs >= quietActMs) return set(state, 'silence', 'Nobody is heard, 12 s of silence', 'act', quiet.sinceMs);
  if (forMs >= quietLookMs && quiet.after !== 'ai')
    return set(state, 'silence', 'The AI owes an answer, 6 s of silence', 'look', quiet.sinceMs);
  return state;
}

function lost(what: string, cause: string): string {
  const [, code] = /\((\d{3,4})\)$/.exec(cause) ?? [];
  // A code of a socket says nothing that the words before it would; one of HTTP comes with a cause.
  return code?.length === 4 ? `${what} closed (code ${code})` : `${what} failed: ${cause}`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Raise it while there is a reason, drop it when there is none. */
function set(state: AttentionState, kind: Kind, reason: string | null, level: Need['level'], sinceMs: number): AttentionState {
  return reason === null ? drop(state, kind) : raise(state, kind, level, reason, sinceMs, null);
}

/** What was there already keeps its time, unless it has become graver. */
function raise(
  state: AttentionState,
  kind: Kind,
  level: Need['level'],
  reason: string,
  atMs: number,
  segmentId: SegmentId | null,
): AttentionState {
  if (state.notNeeded.includes(kind)) return state;
  const old = state.needs[kind];
  if (old && old.level === level && old.reason === reason && (segmentId === null || old.segmentId === segmentId)) return state;
  const sinceMs = old?.level === level ? old.sinceMs : atMs;
  return {
    ...state,
    needs: { ...state.needs, [kind]: { rule: kind, level, reason, sinceMs, segmentId: segmentId ?? old?.segmentId ?? null } },
  };
}

function drop(state: AttentionState, kind: Kind): AttentionState {
  if (state.needs[kind] === undefined) return state;
  const { [kind]: _gone, ...needs } = state.needs;
  return { ...state, needs };
}
