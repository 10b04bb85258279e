import { bestStep, type Choice, isLastToConverse, type Step, stepAbove, stepBelow, stepTraits } from './ladder-plan.ts';
import type { BridgingPhrase, LadderEffect, LadderStep, LiveLadder } from './ladder-state.ts';

/** How a call goes from one step of the ladder to another, and when. Parts of the machine in `ladder.ts`. */

export const maxClimbs = 2;
/** A socket that is not back after this is not waited for. */
export const socketMs = 1_000;
/** Silence after the last word that makes people ask whether anybody is there; a short phrase of ours comes before. */
export const fillerMs = 1_900;
/**
 * Behind it is nobody who converses: it has longer than on a ladder, and a short phrase bridges the wait. When the lead speaks again
 * meanwhile, and has still had no answer, the two waits together are as long.
 */
const lastSilenceMs = 5_500;
const lastSilenceAgainMs = 2_200;
const lastReadyMs = 3_000;
/** While the phone rings, who is the only one is tried again after these times; the last is repeated. */
const againMs = [1_000, 2_000, 4_000, 8_000];
/** Whoever is asked for a moment is not asked again for so long; then they are, if there is still no word. */
const phraseEveryMs = 6_000;
/** How long a call stays where it fell to before it looks upwards, and how often it looks. */
export const restMs = 15_000;
const lookMs = 5_000;
/** A step that is made ready beside another one has time, but not for ever. */
const riseMs = 6_000;
/** Whoever looks something up may be silent for so much longer. */
export const toolShare = 2;
const errorWindowMs = 30_000;
const errorBudget = 3;
/** After a budget was spent, the next step down may cost this share of it before it is left as well. */
const nextBudgetShare = 0.5;

export const timersOff: readonly LadderEffect[] = (['ready', 'socket', 'filler', 'silent', 'look', 'rise', 'again'] as const).map(
  (name) => ({
    type: 'timer.cancel',
    name,
  }),
);
export const silenceOff: readonly LadderEffect[] = (['filler', 'silent'] as const).map((name) => ({ type: 'timer.cancel', name }));

export function breakStep(choice: Choice, step: Step): Choice {
  return { ...choice, broken: { ...choice.broken, [step]: (choice.broken[step] ?? 0) + 1 } };
}

export function ready(state: LiveLadder, step: Step, nowMs: number): LadderStep {
  if (state.rising?.step === step) return climbIfQuiet({ ...state, rising: { step, isUp: true } }, nowMs);
  if (step !== state.at) return [state, []];
  if (state.standing === 'lost') {
    // What it owed when its socket broke, nobody else will say.
    const owes = state.speechDue || state.aiSpeaks;
    return [
      { ...state, standing: 'up', aiSpeaks: false },
      [
        { type: 'timer.cancel', name: 'socket' },
        { type: 'floor', to: step, answerNow: owes && state.holder === 'ai' },
      ],
    ];
  }
  if (state.standing !== 'coming') return [state, []];
  const answerNow = state.speechDue && state.holder === 'ai';
  const up: LiveLadder = { ...state, standing: 'up', sinceMs: nowMs };
  const [next, watching] = answerNow ? due(up, nowMs) : [up, []];
  return [next, [{ type: 'timer.cancel', name: 'ready' }, { type: 'floor', to: step, answerNow }, ...watching]];
}

/** A phrase was said so lately that another one would be one too many. */
export function isBridged({ bridgedAtMs }: Pick<LiveLadder, 'bridgedAtMs'>, nowMs: number): boolean {
  return bridgedAtMs !== null && nowMs - bridgedAtMs < phraseEveryMs;
}

/**
 * The lead says something new. A phrase that bridged a change, or had its answer, was about something else, and may come again for this;
 * whoever said it for being slow, and has said nothing since, is left instead.
 */
export function bridgedStill({ bridgedAtMs, owesAfterPhrase }: LiveLadder): number | null {
  return owesAfterPhrase ? bridgedAtMs : null;
}

function isLastOnStream({ choice, at }: { readonly choice: Choice; readonly at: Step }): boolean {
  return stepTraits[at].medium === 'stream' && isLastToConverse(choice, at);
}

/** From the answer on, the first one has this long to be ready. */
export function firstReadyMs(state: { readonly choice: Choice; readonly at: Step }): number {
  return isLastOnStream(state) ? lastReadyMs : stepTraits[state.at].readyMs;
}

/** Nobody has picked up yet: how long until the only one who converses is tried again; null when another one is. */
export function againWhileRinging({ choice, at }: { readonly choice: Choice; readonly at: Step }, tries: number): number | null {
  if (!isLastOnStream({ choice, at })) return null;
  return againMs[Math.min(tries, againMs.length - 1)] ?? null;
}

/** @param agoMs since the lead's last word: who finds out late that a turn is over has the less time */
export function due(state: LiveLadder, nowMs: number, agoMs = 0): LadderStep {
  if (state.holder === 'operator') return [state, []];
  // It hears while it speaks, and its answer may be a part of what it is saying.
  if (state.at === 'live' && state.aiSpeaks) return [state, []];
  const next = { ...state, speechDue: true };
  // One that is not there yet has its own limit.
  if (state.standing !== 'up') return [next, []];
  const effects: LadderEffect[] = [{ type: 'timer.start', name: 'silent', ms: Math.max(0, silenceLimitMs(state) - agoMs) }];
  if (state.medium === 'stream') effects.push(nextPhrase(state, nowMs, agoMs));
  return [next, effects];
}

/** While there is no word that is due: a phrase, and not too soon after the last one. */
function nextPhrase({ bridgedAtMs }: Pick<LiveLadder, 'bridgedAtMs'>, nowMs: number, agoMs: number): LadderEffect {
  const notBeforeMs = bridgedAtMs === null ? 0 : bridgedAtMs + phraseEveryMs - nowMs;
  return { type: 'timer.start', name: 'filler', ms: Math.max(0, fillerMs - agoMs, notBeforeMs) };
}

/** Whoever was waited for already, and has let the lead speak again, is not waited for as long a second time. */
function silenceLimitMs(state: LiveLadder): number {
  const isAgain = state.owesAfterPhrase && state.openTools === 0;
  if (isLastOnStream(state)) return isAgain ? lastSilenceAgainMs : lastSilenceMs;
  return isAgain ? fillerMs : stepTraits[state.at].silenceMs;
}

export function countError(state: LiveLadder, cause: string, nowMs: number): LadderStep {
  const errorsAtMs = [...state.errorsAtMs.filter((atMs) => nowMs - atMs < errorWindowMs), nowMs];
  if (errorsAtMs.length < errorBudget || state.standing === 'vacant') return [{ ...state, errorsAtMs }, []];
  return descend({ ...state, errorsAtMs: [] }, `${errorsAtMs.length} faults within half a minute, the last: ${cause}`, nowMs);
}

export function spend(state: LiveLadder, micros: number, nowMs: number): LadderStep {
  const { budgetMicros } = state;
  const next = { ...state, spentMicros: micros };
  // Nobody is cut off over money: what is being said is said to its end, and answered.
  if (budgetMicros === null || micros < budgetMicros || !isQuiet(next)) return [next, []];
  const cheaper: LiveLadder = {
    ...next,
    budgetMicros: micros + Math.max(1, budgetMicros) * nextBudgetShare,
    choice: { ...state.choice, belowMicros: stepTraits[state.at].perMinuteMicros },
  };
  // There may be no cheaper voice; then the call goes on as it is, and its time limit ends it.
  const to = stepBelow(cheaper.choice, state.at);
  if (to === null || to === 'human' || to === 'announcement') return [{ ...next, budgetMicros: null }, []];
  return descend(cheaper, 'the budget of this call is spent', nowMs, false);
}

/** Nobody speaks any more: time for whatever waited for that. */
export function paused(state: LiveLadder, nowMs: number): LadderStep {
  const isDear = state.budgetMicros !== null && state.spentMicros >= state.budgetMicros;
  if (!isDear) return climbIfQuiet(state, nowMs);
  const [next, effects] = spend(state, state.spentMicros, nowMs);
  return effects.length > 0 || next.kind !== 'live' ? [next, effects] : climbIfQuiet(next, nowMs);
}

/** @param isBroken whether the step is to blame */
export function descend(state: LiveLadder, because: string, nowMs: number, isBroken = true): LadderStep {
  const choice = isBroken ? breakStep(state.choice, state.at) : state.choice;
  const left: LadderEffect[] = [...timersOff, { type: 'close', step: state.at }];
  if (state.rising) {
    const { step, isUp } = state.rising;
    // Who was to climb is there already: the best of all ways down. It was deaf until now.
    if (isUp && state.holder === 'ai') {
      // Where no stream is, nobody tells what is due: whoever is lost there had the next word.
      const speechDue = state.speechDue || state.medium !== 'stream';
      return moveTo({ ...state, choice, rising: null, speechDue }, step, because, left, nowMs, 'fallen-on');
    }
    left.push({ type: 'close', step });
  }
  const next = stepBelow({ ...choice, onlyStream: state.holder === 'operator' }, state.at);
  const base: LiveLadder = { ...state, choice, rising: null };
  if (next !== null) return moveTo(base, next, because, left, nowMs);
  if (state.holder === 'operator') return [{ ...base, standing: 'vacant', aiSpeaks: false, speechDue: false }, left];
  return [{ kind: 'spent', because }, [...left, { type: 'apologise', because }]];
}

/** Give the call to another step. @param how it is opened only now, or was made ready beforehand: to climb to, and then perhaps to fall on */
function moveTo(
  state: LiveLadder,
  to: Step,
  because: string,
  before: readonly LadderEffect[],
  nowMs: number,
  how: 'new' | 'climbed' | 'fallen-on' = 'new',
): LadderStep {
  const isRisen = how !== 'new';
  const traits = stepTraits[to];
  const effects: LadderEffect[] = [...before];
  const byAi = state.holder === 'ai';
  // A step that spoke when it was cut off, or was to speak, leaves that to its successor.
  const owes = byAi && (state.speechDue || (state.aiSpeaks && how !== 'climbed'));
  const bridges = byAi && state.said && !isRisen && !state.leadSpeaks;
  const stays = traits.medium === 'stream' && state.medium === 'stream';
  const again = isBridged(state, nowMs);
  // On the stream, who was asked for a moment waits; a carrier that takes over says a word of its own.
  const phrase = !bridges || (again && stays) ? null : phraseFor(to, again);
  if (stays && phrase !== null) effects.push({ type: 'phrase', phrase });
  if (!isRisen) effects.push({ type: 'open', step: to, beside: false });
  // Documents are all served anew, so one document behind another is a redirect as well.
  if (!stays) effects.push({ type: 'redirect', to, phrase });
  // Whoever is opened anew behind a person is no other voice.
  if (to !== state.at) effects.push({ type: 'changed', from: state.at, to, because });
  // A stream that has to be opened first is waited for like an engine.
  const isUp = isRisen && stays;
  if (isUp) effects.push({ type: 'floor', to, answerNow: owes, ...(how === 'fallen-on' && { hearsAgain: true }) });
  else effects.push({ type: 'timer.start', name: 'ready', ms: stays ? traits.readyMs : Math.max(traits.readyMs, redirectMs) });
  effects.push({ type: 'timer.start', name: 'look', ms: restMs }, ...firstWord({ ...state, medium: traits.medium }, nowMs));
  const next: LiveLadder = {
    ...state,
    at: to,
    standing: isUp ? 'up' : 'coming',
    medium: traits.medium,
    rising: null,
    aiSpeaks: false,
    openTools: 0,
    owesAfterPhrase: false,
    speechDue: owes,
    bridgedAtMs: phrase === null ? state.bridgedAtMs : nowMs,
    sinceMs: nowMs,
    errorsAtMs: [],
  };
  // Several that are not ready in time, one behind the other, take as long as one that is silent.
  if (owes && !isUp && stays && state.said) effects.push(nextPhrase(next, nowMs, fillerMs));
  if (!isUp || !owes) return [next, effects];
  const [watched, watching] = due(next, nowMs);
  return [watched, [...effects, ...watching]];
}

function phraseFor(to: Step, again: boolean): BridgingPhrase {
  if (to === 'human') return 'getting-a-person';
  return again ? 'thanks' : 'one-moment';
}

/** Whoever picks up and hears nothing hangs up: when our first words take long, a short phrase comes before them. */
export function firstWord(state: LiveLadder, nowMs: number): readonly LadderEffect[] {
  if (state.said || state.medium !== 'stream' || state.holder === 'operator') return [];
  return [{ type: 'timer.start', name: 'filler', ms: Math.max(0, fillerMs - (nowMs - state.answeredAtMs)) }];
}

/** A carrier fetches a new document and opens what it names within a second or two. */
const redirectMs = 5_000;

function isQuiet(state: LiveLadder): boolean {
  return (
    state.holder === 'ai' && state.standing === 'up' && !state.leadSpeaks && !state.aiSpeaks && !state.speechDue && state.openTools === 0
  );
}

export function climbIfQuiet(state: LiveLadder, nowMs: number): LadderStep {
  // Where no stream is, nobody knows when a sentence ends; there it waits for a turn of the lead.
  if (!state.rising?.isUp || state.medium !== 'stream' || !isQuiet(state)) return [state, []];
  const { step } = state.rising;
  const left: LadderEffect[] = [...timersOff, { type: 'close', step: state.at }];
  return moveTo({ ...state, climbs: state.climbs + 1 }, step, 'a better voice is back', left, nowMs, 'climbed');
}

/** The lead has finished a turn where no stream is, and nothing was answered yet: the better voice answers it. */
export function climbBetweenTurns(state: LiveLadder, nowMs: number): LadderStep {
  if (!state.rising?.isUp || state.medium === 'stream' || state.standing !== 'up' || state.holder !== 'ai') return [state, []];
  const { step } = state.rising;
  const left: LadderEffect[] = [...timersOff, { type: 'close', step: state.at }];
  return moveTo({ ...state, climbs: state.climbs + 1, speechDue: true }, step, 'a better voice is back', left, nowMs, 'climbed');
}

export function stopRising(state: LiveLadder, faults: number): LadderStep {
  if (!state.rising) return [state, []];
  const { step } = state.rising;
  const choice = faults > 0 ? breakStep(state.choice, step) : state.choice;
  return [
    { ...state, choice, rising: null },
    [
      { type: 'timer.cancel', name: 'rise' },
      { type: 'close', step },
    ],
  ];
}

export function look(state: LiveLadder, nowMs: number): LadderStep {
  // Money that is spent does not come back.
  if (state.climbs >= maxClimbs || state.choice.belowMicros !== null) return [state, []];
  const again: LadderEffect = { type: 'timer.start', name: 'look', ms: lookMs };
  if (state.rising || state.standing !== 'up' || state.holder !== 'ai' || nowMs - state.sinceMs < restMs) return [state, [again]];
  // A person who is being rung, or talks, is better than any voice of ours.
  if (state.at === 'human') return [state, []];
  const step = stepAbove(state.choice, state.at);
  if (step === null) return [state, [again]];
  return [
    { ...state, rising: { step, isUp: false } },
    [again, { type: 'open', step, beside: true }, { type: 'timer.start', name: 'rise', ms: riseMs }],
  ];
}

export function takeOver(state: LiveLadder): LadderStep {
  if (state.holder === 'operator') return [state, []];
  const next: LiveLadder = {
    ...state,
    holder: 'operator',
    aiSpeaks: false,
    speechDue: false,
    bridgedAtMs: null,
    owesAfterPhrase: false,
    said: true,
  };
  const [calm, effects] = next.rising ? stopRising(next, 0) : [next, []];
  if (state.medium === 'stream') return [calm, [...silenceOff, ...effects]];
  // No audio of ours passes there: the person needs a stream, which the step at work does not have.
  return [
    { ...(calm as LiveLadder), standing: 'vacant', medium: 'stream' },
    [...timersOff, ...effects, { type: 'close', step: state.at }, { type: 'redirect', to: 'operator', phrase: null }],
  ];
}

export function giveBack(state: LiveLadder, nowMs: number): LadderStep {
  if (state.holder === 'ai') return [state, []];
  const next: LiveLadder = { ...state, holder: 'ai' };
  if (state.standing !== 'vacant') return [next, [{ type: 'timer.start', name: 'look', ms: restMs }]];
  const because = 'the call was given back to the AI';
  const step = bestStep(next.choice);
  if (step === null) return [{ kind: 'spent', because }, [...timersOff, { type: 'apologise', because }]];
  return moveTo(next, step, because, timersOff, nowMs);
}

export function askHuman(state: LiveLadder, nowMs: number): LadderStep {
  const { plan, broken } = state.choice;
  const can = plan.order.includes('human') && (broken.human ?? 0) === 0 && state.at !== 'human' && state.holder === 'ai';
  if (!can) return [state, []];
  const left: LadderEffect[] = [...timersOff, { type: 'close', step: state.at }];
  if (state.rising) left.push({ type: 'close', step: state.rising.step });
  return moveTo(state, 'human', 'the lead asked for a person', left, nowMs);
}

export const words: Readonly<Record<Step, string>> = {
  realtime: 'realtime speech',
  live: 'the Live voice',
  cascade: 'the cascade',
  relay: "the carrier's relay",
  'turn-based': "the carrier's recogniser",
  human: 'the person that was rung',
  announcement: 'the announcement',
};
