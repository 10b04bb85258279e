import { assertNever } from '#bridge/contract/assert-never.ts';
import type { AttentionRule } from '#bridge/contract/attention.ts';
import type { AnswerType, Floor, HopName } from '#bridge/contract/words.ts';
import { isUnattended } from './answer-verdict.ts';
import { type AttentionState, calm, dismissed, drop, held, hit, raise, set, tuned } from './attention-needs.ts';
import type { Dismissals } from './attention-tuning.ts';
import { aiSaid, leadSaid, type Words } from './attention-words.ts';

/** What can be seen of a call at one moment. */
export interface CallFacts {
  /** The AI is in a conversation: it, or the lead, should be heard. */
  readonly isConversing: boolean;
  readonly floor: Floor;
  readonly isTransferring: boolean;
  /** Why the call left the rung on which it began; null while it has not. */
  readonly rungFell: string | null;
  /** The voice that speaks in place of a better one, both as a person names them. */
  readonly rungBelow?: { readonly from: string; readonly to: string; readonly because: string } | null;
  /** Why there is no AI at this moment, and nothing has taken its place. */
  readonly aiLost: string | null;
  readonly hasOptedOut: boolean;
  /** A person of ours has the call. */
  readonly isHeld?: boolean;
  /** Who picked up, as all that is known together tells; null or absent while nothing does. */
  readonly answerType?: AnswerType | null;
  /** Epoch milliseconds. */
  readonly answeredAtMs?: number | null;
  /** The first hop that is absent and should be there, in words, and when the one before it was reached. */
  readonly missingHop: { readonly name: HopName; readonly text: string; readonly sinceMs: number } | null;
  /** Of the campaign; null when it has no limit. */
  readonly budget: { readonly spentMicros: number; readonly limitMicros: number } | null;
}

export type AttentionEvent =
  /** The lead has said something; what it means is told a moment later. */
  | ({ readonly type: 'lead.spoke' } & Omit<Words, 'text'>)
  /** Final words of the lead; again when they were corrected. */
  | ({ readonly type: 'lead.said' } & Words)
  /** Words of the AI's own that were heard to the end. */
  | ({ readonly type: 'ai.said' } & Words)
  | { readonly type: 'tool.answered'; readonly atMs: number; readonly name: string; readonly ok: boolean }
  /** The AI has answered after so long. */
  | { readonly type: 'ai.replied'; readonly atMs: number; readonly latencyMs: number }
  /** The carrier's opinion of who picked up. */
  | { readonly type: 'carrier.said'; readonly answerType: AnswerType }
  /** A person had the call, and the AI has it again without having been given it. */
  | { readonly type: 'returned'; readonly atMs: number; readonly reason: string }
  /** The AI waits for an operator's word on a transfer; null when it waits no more. */
  | { readonly type: 'transfer.asked'; readonly atMs: number; readonly reason: string | null }
  /** Somebody has looked, and wants to hear no more of this rule on this call. */
  | { readonly type: 'not-needed'; readonly rule: AttentionRule }
  /** What was not needed in the campaign so far. */
  | { readonly type: 'tuned'; readonly dismissals: Dismissals }
  /** Somebody has taken the matter in hand. */
  | { readonly type: 'person.acted' }
  | { readonly type: 'seen'; readonly atMs: number; readonly facts: CallFacts };

/** A pause that is longer is no pause for thought; at twice the time nobody saves the call by waiting. */
const quietLookMs = 6_000;
const quietActMs = 12_000;
/** Somebody who waits longer for an answer says "hello?". */
const slowReplyMs = 3_000;
const times = 2;
/** One reply this much slower than the others is a spike, as soon as there are others. */
const spikeFactor = 3;
const repliesForMedian = 3;
const repliesKept = 20;
/** The moment of these has passed after that; a temper that was lost this long ago has cooled down, as far as words tell. */
const fadeMs = 60_000;
const fading: readonly AttentionRule[] = [
  'returned',
  'upset',
  'asked-twice',
  'ai-repeats',
  'maybe-opt-out',
  'spike',
  'complaint',
  'contract',
  'price',
];
/** What somebody has seen to when they act on the call. */
const seenTo: readonly AttentionRule[] = [
  'human',
  'returned',
  'law',
  'complaint',
  'contract',
  'price',
  'asked-twice',
  'ai-repeats',
  'maybe-opt-out',
];
/** Nobody who picks up a phone talks for so long without a pause; it counts when it begins this soon after the answer. */
const longSpeechMs = 12_000;
const startMs = 10_000;
/** So many turns after words of ours, and somebody is there. */
const exchangesOfPerson = 2;
/** Each "not needed" moves the limit by so much. */
const quietStepMs = 2_000;
const budgetStep = 0.02;
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
    case 'lead.spoke':
      return { ...state, lastSaid: { segmentId: event.segmentId, atMs: event.atMs } };
    case 'lead.said':
      return leadSaid(state, event);
    case 'ai.said':
      return aiSaid(state, event);
    case 'tool.answered':
      return state.isHeld ? state : toolAnswered(state, event);
    case 'ai.replied':
      return state.isHeld ? state : replied(state, event);
    case 'carrier.said':
      return { ...state, pickedUp: { ...state.pickedUp, carrier: event.answerType } };
    case 'not-needed':
      return drop({ ...state, notNeeded: [...state.notNeeded, event.rule] }, event.rule);
    case 'tuned':
      return tuned(state, event.dismissals);
    case 'person.acted':
      return seenTo.reduce(drop, { ...state, asks: [], refusals: [] });
    case 'transfer.asked':
      return event.reason === null ? drop(state, 'transfer') : raise(state, 'transfer', 'act', event.reason, event.atMs, null);
    case 'returned':
      return hit(state, 'returned', 'look', event.reason, event.atMs, null);
    case 'seen':
      return seen(state, event.facts, event.atMs);
    default:
      return assertNever(event);
  }
}

function toolAnswered(state: AttentionState, { atMs, name, ok }: Extract<AttentionEvent, { type: 'tool.answered' }>): AttentionState {
  if (ok) return drop({ ...state, failedTools: 0 }, 'tool');
  const failedTools = state.failedTools + 1;
  let next: AttentionState = { ...state, failedTools };
  if (name === transferTool) next = notReached(next, 'Asked for a human, nobody is available', atMs);
  if (failedTools < times) return next;
  return hit(next, 'tool', 'look', `A tool failed twice (${name.replaceAll('_', ' ').slice(0, 40)})`, atMs, null);
}

/** Whoever the AI would have put through wanted a person, whatever words they used. */
function notReached(state: AttentionState, reason: string, atMs: number): AttentionState {
  return raise(state, 'human', 'act', reason, atMs, state.asks.at(-1) ?? null);
}

function replied(before: AttentionState, { atMs, latencyMs }: Extract<AttentionEvent, { type: 'ai.replied' }>): AttentionState {
  const usualMs = median(before.replies.latest);
  const replies = { ...before.replies, latest: [...before.replies.latest, latencyMs].slice(-repliesKept) };
  let state: AttentionState = { ...before, replies };
  if (usualMs !== null && latencyMs > slowReplyMs && latencyMs > spikeFactor * usualMs)
    state = hit(state, 'spike', 'look', `A reply took ${seconds(latencyMs)}, others ${seconds(usualMs)}`, atMs, null);
  if (latencyMs <= slowReplyMs) {
    if (replies.slow === 0) return state;
    if (replies.quickInARow + 1 < times) return { ...state, replies: { ...replies, quickInARow: replies.quickInARow + 1 } };
    return drop({ ...state, replies: { ...calm.replies, latest: replies.latest } }, 'slow');
  }
  const slow = replies.slow + 1;
  const worstMs = Math.max(replies.worstMs, latencyMs);
  const next = { ...state, replies: { ...replies, slow, quickInARow: 0, worstMs } };
  return slow < times ? next : hit(next, 'slow', 'look', `Slow replies, worst ${seconds(worstMs)}`, atMs, null);
}

/** The middle of what it took so far; null while there are too few to tell. */
function median(latencies: readonly number[]): number | null {
  if (latencies.length < repliesForMedian) return null;
  return latencies.toSorted((a, b) => a - b)[Math.floor((latencies.length - 1) / 2)] ?? null;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function seen(before: AttentionState, facts: CallFacts, atMs: number): AttentionState {
  let state = before;
  if (facts.isTransferring !== state.isTransferring) {
    // It came to nothing: a transfer that succeeds ends the conversation with us.
    if (!facts.isTransferring && facts.isConversing) state = notReached(state, 'Asked for a human, nobody answered', atMs);
    state = { ...state, isTransferring: facts.isTransferring };
  }
  const isHeld = facts.isHeld === true;
  if (isHeld && !state.isHeld) state = held(state);
  if (!isHeld && state.isHeld) state = { ...state, isHeld: false };
  if (facts.hasOptedOut) {
    const { lastSaid } = state;
    const words = lastSaid !== null && atMs - lastSaid.atMs <= justSaidMs ? lastSaid.segmentId : null;
    const reason = `Asked not to be called again. ${isHeld ? 'End the call' : 'The call is landing'}`;
    if (state.needs['opt-out']?.reason !== reason) state = raise(state, 'opt-out', isHeld ? 'act' : 'look', reason, atMs, words);
  }
  if (isHeld) return state;
  state = listen(state, facts, atMs);
  state = set(
    state,
    'rung',
    facts.rungFell !== null
      ? `${lost('Realtime', facts.rungFell)}. The announcement is playing`
      : facts.rungBelow
        ? `${lost(facts.rungBelow.from, facts.rungBelow.because)}. ${facts.rungBelow.to} speaks`
        : null,
    'look',
    atMs,
  );
  const aiLevel = facts.isConversing ? 'act' : 'look';
  state = set(state, 'ai-lost', facts.aiLost === null ? null : lost('The AI connection', facts.aiLost), aiLevel, atMs);
  const hop = facts.missingHop;
  const isLate = hop !== null && atMs - hop.sinceMs > hopLimitsMs[hop.name];
  state = set(state, 'hop', isLate ? sentence(hop.text) : null, isLate && beforeAnswer.has(hop.name) ? 'look' : 'act', atMs);
  const { budget } = facts;
  const share = nearlySpent + budgetStep * dismissed(state, 'budget');
  const isNear = budget !== null && budget.limitMicros > 0 && budget.spentMicros >= budget.limitMicros * share;
  state = isNear ? raise(state, 'budget', 'look', "The campaign's budget is nearly spent", atMs, null) : drop(state, 'budget');
  state = doubt(state, facts, atMs);
  for (const rule of fading) {
    const hitAtMs = state.hitAtMs[rule];
    if (hitAtMs !== undefined && atMs - hitAtMs > fadeMs) state = drop(state, rule);
  }
  return state;
}

/** Whoever picked up may be a mailbox: the carrier and the words do not agree, or somebody talks as only a recording does. */
function doubt(
  before: AttentionState,
  { answerType = null, answeredAtMs = null, isConversing, floor }: CallFacts,
  atMs: number,
): AttentionState {
  const talksSinceMs = floor === 'lead' ? (before.leadTalksSinceMs ?? atMs) : null;
  let state = talksSinceMs === before.leadTalksSinceMs ? before : { ...before, leadTalksSinceMs: talksSinceMs };
  const { longSpeech, mailbox, exchanges } = state.pickedUp;
  const isAtStart = talksSinceMs !== null && answeredAtMs !== null && talksSinceMs - answeredAtMs <= startMs;
  if (!longSpeech && isAtStart && atMs - talksSinceMs > longSpeechMs)
    state = { ...state, pickedUp: { ...state.pickedUp, longSpeech: true } };
  return set(state, 'voicemail', isConversing ? doubtOf(state, answerType, exchanges >= exchangesOfPerson) : null, 'look', atMs, mailbox);
}

function doubtOf({ pickedUp }: AttentionState, answerType: AnswerType | null, isPerson: boolean): string | null {
  const { carrier, mailbox, longSpeech } = pickedUp;
  const isUnattendedHere = answerType !== null && isUnattended(answerType);
  const isUnattendedThere = carrier !== null && isUnattended(carrier);
  if (isUnattendedThere && (answerType === 'human' || isPerson)) return 'The carrier says a machine, but somebody answers';
  if (carrier === 'human' && (isUnattendedHere || (mailbox !== null && !isPerson)))
    return 'The carrier says a person, but it sounds like a voicemail';
  if (isUnattendedHere || isUnattendedThere || isPerson) return null;
  if (mailbox !== null) return 'Sounds like a voicemail';
  return longSpeech ? 'May be a voicemail, it has talked for 12 s without a pause' : null;
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
  const moreMs = quietStepMs * dismissed(state, 'silence');
  const silent = (what: string, limitMs: number, level: 'look' | 'act') =>
    raise(state, 'silence', level, `${what}, ${limitMs / 1000} s of silence`, quiet.sinceMs, null);
  if (forMs >= quietActMs + moreMs) return silent('Nobody is heard', quietActMs + moreMs, 'act');
  if (forMs >= quietLookMs + moreMs && quiet.after !== 'ai') return silent('The AI owes an answer', quietLookMs + moreMs, 'look');
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
