import type { AnswerType } from '#bridge/contract/words.ts';
import { type WordsOf, whoTalks } from './answer-phrases.ts';

/** Something that tells who picked up. Moments are milliseconds since the answer. */
export type AnswerEvidence =
  /** The carrier's own detection, told while the call goes on. */
  | { readonly type: 'carrier'; readonly says: AnswerType }
  /** Words of one turn of theirs, as far as they are known. @property final there will be no more of this turn */
  | { readonly type: 'words'; readonly turn: string; readonly text: string; readonly final: boolean; readonly atMs: number }
  /** A voice was heard; by the detector on this machine. */
  | { readonly type: 'voice.started'; readonly atMs: number }
  | { readonly type: 'voice.stopped'; readonly atMs: number }
  /** A single tone, as behind the greeting of an answering machine. */
  | { readonly type: 'beep'; readonly atMs: number }
  /** The tone that fax machines call or answer with. */
  | { readonly type: 'fax'; readonly atMs: number }
  /** Time has passed. @property heardMs how much of the line was heard on this machine so far; nothing while the carrier hears and speaks */
  | { readonly type: 'clock'; readonly atMs: number; readonly heardMs: number }
  /** A person of ours knows better. */
  | { readonly type: 'corrected'; readonly answerType: AnswerType };

/** Who or what picked up, and what says so. */
export interface AnswerVerdict {
  readonly answerType: AnswerType;
  /** In words, for people who look at the call. */
  readonly because: string;
}

/** All that was noticed so far. */
export interface AnswerState {
  readonly language: string | null;
  readonly verdict: AnswerVerdict;
  readonly carrier: AnswerType | null;
  /** The speech from its first word to the first real pause: `endMs` null while it goes on. */
  readonly first: { readonly startMs: number; readonly endMs: number | null } | null;
  readonly speaking: boolean;
  /** Newest first word of each kind that was surely of that kind, and hints. */
  readonly sure: { readonly of: WordsOf; readonly turn: string; readonly quote: string } | null;
  readonly hint: { readonly of: WordsOf; readonly turn: string; readonly quote: string } | null;
  /** Final turns that sounded like a person, one after the other. */
  readonly humanTurns: number;
  readonly beepAtMs: number | null;
  readonly faxAtMs: number | null;
  readonly nowMs: number;
  readonly heardMs: number;
  readonly corrected: AnswerType | null;
}

/** Who picked up shows in this time; what comes later is talk, except that a person may still come to a machine. */
const listenMs = 30_000;
/** A person says who they are and waits; longer speech without a pause is a recording. */
const shortMs = 2_500;
const longMs = 4_000;
/** A gap this long ends the first speech. Recordings pause for less between sentences. */
const pauseMs = 800;
/** Nobody has said anything for so long. */
const silenceMs = 10_000;
/** People who talk for so many turns are people. */
const settledTurns = 2;

const unknown: AnswerVerdict = { answerType: 'unknown', because: 'nothing tells yet who picked up' };

/** Nothing was heard yet. @param language of the call, BCP 47; null is English */
export function beginVerdict(language: string | null): AnswerState {
  return {
    language,
    verdict: unknown,
    carrier: null,
    first: null,
    speaking: false,
    sure: null,
    hint: null,
    humanTurns: 0,
    beepAtMs: null,
    faxAtMs: null,
    nowMs: 0,
    heardMs: 0,
    corrected: null,
  };
}

/**
 * Who picked up, after one more piece of evidence. `unknown` and `silence` are to be treated as a person. The verdict may change: to a
 * person at any time, to something else within the first half minute, and what a person of ours says stands.
 */
export function weigh(state: AnswerState, evidence: AnswerEvidence): AnswerState {
  const next = note(state, evidence);
  const verdict = judge(next);
  const isSame = verdict.answerType === state.verdict.answerType;
  return { ...next, verdict: isSame ? state.verdict : verdict };
}

/** Nobody converses with these. */
export function isUnattended(answerType: AnswerType): boolean {
  return answerType === 'machine' || answerType === 'fax' || answerType === 'menu';
}

/** Whether a silence begins to count, and evidence is due without anything being heard. @returns milliseconds since the answer, or null */
export function verdictDueMs(state: AnswerState): number | null {
  if (state.corrected !== null) return null;
  if (state.first === null) return state.nowMs < silenceMs ? silenceMs : null;
  const { startMs, endMs } = state.first;
  if (endMs === null) return state.nowMs < startMs + longMs ? startMs + longMs : null;
  return state.nowMs < endMs + pauseMs ? endMs + pauseMs : null;
}

function note(state: AnswerState, evidence: AnswerEvidence): AnswerState {
  switch (evidence.type) {
    case 'carrier':
      // Some tell twice, first a machine and then the end of its greeting.
      return evidence.says === 'unknown' ? state : { ...state, carrier: evidence.says };
    case 'words':
      return noteWords({ ...state, nowMs: Math.max(state.nowMs, evidence.atMs) }, evidence);
    case 'voice.started':
      return noteStart({ ...state, nowMs: Math.max(state.nowMs, evidence.atMs) }, evidence.atMs);
    case 'voice.stopped': {
      const nowMs = Math.max(state.nowMs, evidence.atMs);
      const { first } = state;
      const isFirst = state.speaking && first !== null && first.endMs === null;
      return { ...state, nowMs, speaking: false, first: isFirst ? { ...first, endMs: Math.max(first.startMs, evidence.atMs) } : first };
    }
    case 'beep':
      return { ...state, nowMs: Math.max(state.nowMs, evidence.atMs), beepAtMs: state.beepAtMs ?? evidence.atMs };
    case 'fax':
      return { ...state, nowMs: Math.max(state.nowMs, evidence.atMs), faxAtMs: state.faxAtMs ?? evidence.atMs };
    case 'clock':
      return { ...state, nowMs: Math.max(state.nowMs, evidence.atMs), heardMs: evidence.heardMs };
    case 'corrected':
      return { ...state, corrected: evidence.answerType };
  }
}

function noteStart(state: AnswerState, atMs: number): AnswerState {
  const { first } = state;
  // A breath between two sentences of one greeting is no pause.
  const goesOn = first !== null && first.endMs !== null && atMs - first.endMs < pauseMs;
  if (first === null) return { ...state, speaking: true, first: { startMs: atMs, endMs: null } };
  return { ...state, speaking: true, first: goesOn ? { ...first, endMs: null } : first };
}

function noteWords(state: AnswerState, evidence: Extract<AnswerEvidence, { type: 'words' }>): AnswerState {
  const found = whoTalks(evidence.text, state.language, evidence.final);
  if (found === null) return state;
  const { turn } = evidence;
  const { of, quote } = found;
  const isLate = evidence.atMs > listenMs && !isUnattended(state.verdict.answerType) && state.verdict.answerType !== 'screener';
  if (of !== 'human') {
    if (isLate || state.humanTurns >= settledTurns) return state;
    return found.sure ? { ...state, sure: { of, turn, quote }, humanTurns: 0 } : { ...state, hint: { of, turn, quote } };
  }
  // Another word for the same turn is no second turn; and a machine says goodbye as well.
  const known = found.sure ? state.sure : state.hint;
  if (known?.turn === turn && known.of === 'human') return state;
  const wasUnattended = state.sure !== null && state.sure.of !== 'human';
  if (!found.sure)
    return wasUnattended || state.beepAtMs !== null ? state : { ...state, hint: { of, turn, quote }, humanTurns: state.humanTurns + 1 };
  // Whoever speaks after the tone is no recording.
  return { ...state, sure: { of, turn, quote }, humanTurns: state.humanTurns + 1, beepAtMs: null };
}

function judge(state: AnswerState): AnswerVerdict {
  const { corrected, sure, hint, carrier, beepAtMs, faxAtMs } = state;
  if (corrected !== null) return { answerType: corrected, because: 'corrected by an operator' };
  if (sure?.of === 'human' && (faxAtMs === null || state.humanTurns > 0))
    return { answerType: 'human', because: `they said "${sure.quote.trim()}"` };
  if (faxAtMs !== null) return { answerType: 'fax', because: 'a fax tone was heard' };
  if (sure?.of === 'screener' && beepAtMs === null) return { answerType: 'screener', because: `it said "${sure.quote.trim()}"` };
  if (beepAtMs !== null && sure?.of !== 'screener' && !isSettled(state))
    return { answerType: 'machine', because: 'the beep of an answering machine was heard' };
  if (sure !== null) return { answerType: sure.of, because: `it said "${sure.quote.trim()}"` };
  if (isSettled(state)) return { answerType: 'human', because: 'they take turns' };

  const length = lengthOfFirst(state);
  const isShort = length?.over === true && length.ms <= shortMs;
  const isLong = length !== null && length.ms >= longMs;
  const machineHints = [carrier === 'machine', isLong, hint?.of === 'machine'].filter(Boolean).length;
  if (machineHints >= 2) return { answerType: 'machine', because: machineReason(state, isLong) };
  if (carrier === 'fax' && state.humanTurns === 0 && !isShort) return { answerType: 'fax', because: 'the carrier heard a fax machine' };
  // One opinion is enough where nothing speaks against it.
  if (carrier === 'machine' && !isShort && state.humanTurns === 0)
    return { answerType: 'machine', because: 'the carrier heard an answering machine' };
  if (hint?.of === 'human') return { answerType: 'human', because: 'a few words, and then they waited' };
  if (isShort && hint === null) return { answerType: 'human', because: 'a short greeting, and then they waited' };
  if (isSilent(state)) return { answerType: 'silence', because: 'nobody has said anything' };
  if (carrier === 'human' && !isLong) return { answerType: 'human', because: 'the carrier heard a person' };
  return keep(state.verdict);
}

/** Where the line was not listened to for most of the time, nobody knows whether somebody has said something. */
function isSilent({ first, nowMs, heardMs }: AnswerState): boolean {
  return first === null && nowMs >= silenceMs && heardMs > silenceMs / 2;
}

/** A doubt is no reason to take back what was known. */
function keep(verdict: AnswerVerdict): AnswerVerdict {
  return verdict.answerType === 'silence' ? unknown : verdict;
}

function isSettled(state: AnswerState): boolean {
  return state.humanTurns >= settledTurns;
}

function lengthOfFirst({ first, nowMs }: AnswerState): { readonly ms: number; readonly over: boolean } | null {
  if (first === null) return null;
  const endMs = first.endMs ?? nowMs;
  return { ms: endMs - first.startMs, over: first.endMs !== null && nowMs - first.endMs >= pauseMs };
}

function machineReason({ carrier, hint }: AnswerState, isLong: boolean): string {
  const reasons = [
    ...(carrier === 'machine' ? ['the carrier heard an answering machine'] : []),
    ...(isLong ? ['it speaks without a pause'] : []),
    ...(hint?.of === 'machine' ? [`it said "${hint.quote.trim()}"`] : []),
  ];
  return reasons.join(', and ');
}
