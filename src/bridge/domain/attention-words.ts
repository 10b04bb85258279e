import type { AttentionRule } from '#bridge/contract/attention.ts';
import type { SegmentId } from '#bridge/contract/ids.ts';
import { type AttentionState, hit, type Said } from './attention-needs.ts';
import { asksForHuman, soundsUpset } from './lead-moods.ts';
import { soundsLikeMailbox, type Topic, topicOf } from './lead-topics.ts';
import { mayOptOut } from './opt-out.ts';
import { gistsOf, likeness } from './same-words.ts';

/** Final words of one turn. */
export interface Words {
  readonly atMs: number;
  readonly segmentId: SegmentId;
  readonly text: string;
}

/** Fewer words than this that matter, and a question is no question to be known again. */
const leastOfQuestion = 2;
const sameQuestion = 0.6;
/** A sentence of ours this long, said again, was said before; a shorter one may come twice. */
const longSentence = 4;
const sameSentence = 0.8;
const remembered = 10;
/** Some polite no is part of every call. */
const refusalsThatTell = 2;

const topicReasons: Readonly<Record<Topic, { readonly rule: AttentionRule; readonly level: 'look' | 'act'; readonly reason: string }>> = {
  law: { rule: 'law', level: 'act', reason: 'Talks of a lawyer, a court or the police' },
  complaint: { rule: 'complaint', level: 'look', reason: 'Talks of a complaint or a refund' },
  contract: { rule: 'contract', level: 'look', reason: 'Talks of a contract' },
  price: { rule: 'price', level: 'look', reason: 'Talks of the price' },
};

/** What the lead said. Nothing of it counts while a person has the call, and hears it themselves. */
export function leadSaid(before: AttentionState, words: Words): AttentionState {
  const { atMs, segmentId, text } = words;
  if (before.isHeld) return before;
  let state = before;
  const wantsHuman = asksForHuman(text);
  if (wantsHuman && !state.asks.includes(segmentId)) {
    const asks = [...state.asks, segmentId];
    const isAgain = asks.length > 1 || state.needs.human !== undefined;
    const [level, reason] = isAgain ? (['act', 'Asked for a human twice'] as const) : (['look', 'Asked for a human'] as const);
    state = hit({ ...state, asks }, 'human', level, reason, atMs, segmentId);
  }
  if (soundsUpset(text)) state = hit(state, 'upset', 'look', 'Sounds upset', atMs, segmentId);
  const topic = topicOf(text);
  if (topic !== null) {
    const { rule, level, reason } = topicReasons[topic];
    state = hit(state, rule, level, reason, atMs, segmentId);
  }
  state = maybeOptOut(state, words);
  state = whoIsThere(state, words);
  // Whoever asks for a person twice is counted as that.
  return wantsHuman ? state : askedAgain(state, words);
}

/** What the AI said to the end. Sentences that it has to say are not to be told here. */
export function aiSaid(before: AttentionState, { atMs, segmentId, text }: Words): AttentionState {
  const spoke: AttentionState = before.pickedUp.weSpoke ? before : { ...before, pickedUp: { ...before.pickedUp, weSpoke: true } };
  if (spoke.isHeld || spoke.aiSaid.some((said) => said.segmentId === segmentId)) return spoke;
  const sentences = gistsOf(text).filter(({ words }) => words.size > 1);
  const isAgain = sentences.some(({ words }) => {
    const times = spoke.aiSaid.filter((said) => likeness(said.words, words) >= sameSentence).length;
    return times >= (words.size >= longSentence ? 1 : 2);
  });
  const aiWords = [...spoke.aiSaid, ...sentences.map(({ words }) => ({ segmentId, words }))].slice(-2 * remembered);
  const state = { ...spoke, aiSaid: aiWords };
  return isAgain ? hit(state, 'ai-repeats', 'look', 'The AI repeats itself', atMs, segmentId) : state;
}

function askedAgain(state: AttentionState, { atMs, segmentId, text }: Words): AttentionState {
  const asked: readonly Said[] = gistsOf(text)
    .filter(({ words, isQuestion }) => isQuestion && words.size >= leastOfQuestion)
    .map(({ words }) => ({ segmentId, words }));
  if (asked.length === 0) return state;
  // Words that were corrected take the place of those that were there.
  const others = state.questions.filter((question) => question.segmentId !== segmentId);
  const next = { ...state, questions: [...others, ...asked].slice(-remembered) };
  const isAgain = asked.some(({ words }) => others.some((question) => likeness(question.words, words) >= sameQuestion));
  return isAgain ? hit(next, 'asked-twice', 'look', 'Asked the same thing twice', atMs, segmentId) : next;
}

/** Words that are no plain "never call again", but may mean it. The plain ones end the call by themselves. */
function maybeOptOut(state: AttentionState, { atMs, segmentId, text }: Words): AttentionState {
  const found = mayOptOut(text);
  if (found === null) return state;
  if (found === 'alone') return hit(state, 'maybe-opt-out', 'look', 'Wants to be left alone, maybe for good', atMs, segmentId);
  const refusals = state.refusals.includes(segmentId) ? state.refusals : [...state.refusals, segmentId];
  const next = { ...state, refusals };
  if (refusals.length < refusalsThatTell) return next;
  return hit(next, 'maybe-opt-out', 'look', 'Said no twice, maybe for good', atMs, segmentId);
}

function whoIsThere(state: AttentionState, { segmentId, text }: Words): AttentionState {
  const { pickedUp } = state;
  if (soundsLikeMailbox(text)) return { ...state, pickedUp: { ...pickedUp, mailbox: segmentId, weSpoke: false } };
  if (!pickedUp.weSpoke) return state;
  return { ...state, pickedUp: { ...pickedUp, exchanges: pickedUp.exchanges + 1, weSpoke: false } };
}
