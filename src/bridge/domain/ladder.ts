import { assertNever } from '#bridge/contract/assert-never.ts';
import {
  againWhileRinging,
  askHuman,
  breakStep,
  bridgedStill,
  climbBetweenTurns,
  countError,
  descend,
  due,
  firstReadyMs,
  firstWord,
  giveBack,
  isBridged,
  look,
  paused,
  ready,
  restMs,
  silenceOff,
  socketMs,
  spend,
  stopRising,
  takeOver,
  timersOff,
  toolShare,
  words,
} from './ladder-moves.ts';
import { bestStep, type Choice, type LadderPlan, type Step, stepBelow, stepTraits } from './ladder-plan.ts';
import type { LadderEffect, LadderEvent, LadderState, LadderStep, LadderTimer, LiveLadder } from './ladder-state.ts';

/**
 * The ladder of a call that is about to be placed.
 * @param usable which steps are configured, possible on this carrier, and not held by a breaker
 */
export function beginLadder(plan: LadderPlan, usable: readonly Step[]): LadderStep {
  const choice: Choice = { plan, usable, broken: {}, belowMicros: null, onlyStream: false };
  const at = bestStep(choice);
  if (at === null) return [{ kind: 'spent', because: 'no way to speak is configured and healthy' }, []];
  return [{ kind: 'waiting', choice, at, isUp: false, tries: 0 }, [{ type: 'open', step: at, beside: false }]];
}

/** @param nowMs monotonic */
export function stepLadder(state: LadderState, event: LadderEvent, nowMs: number): LadderStep {
  switch (state.kind) {
    case 'ended':
      return [state, []];
    case 'spent':
      if (event.type === 'leg.ended') return [{ kind: 'ended' }, []];
      return event.type === 'answered' ? [state, [{ type: 'apologise', because: state.because }]] : [state, []];
    case 'waiting':
      return wait(state, event, nowMs);
    case 'live':
      return live(state, event, nowMs);
    default:
      return assertNever(state);
  }
}

/** Who has the next word; null when the lead is not on the line. */
export function responsibleFor(state: LadderState): Step | 'operator' | 'apology' | null {
  if (state.kind === 'live') return state.holder === 'operator' ? 'operator' : state.at;
  return state.kind === 'spent' ? 'apology' : null;
}

function wait(state: Extract<LadderState, { kind: 'waiting' }>, event: LadderEvent, nowMs: number): LadderStep {
  switch (event.type) {
    case 'leg.ended':
      return [{ kind: 'ended' }, [{ type: 'close', step: state.at }]];
    case 'usable.changed':
      return [{ ...state, choice: { ...state.choice, usable: event.steps } }, []];
    case 'rung.ready':
      return event.step === state.at ? [{ ...state, isUp: true }, []] : [state, []];
    case 'rung.lost':
      return event.step === state.at ? [{ ...state, isUp: false }, []] : [state, []];
    case 'rung.failed': {
      if (event.step !== state.at) return [state, []];
      const again = event.lasting ? null : againWhileRinging(state, state.tries);
      if (again !== null) {
        const close: LadderEffect = { type: 'close', step: state.at };
        return [{ ...state, isUp: false, tries: state.tries + 1 }, [close, { type: 'timer.start', name: 'again', ms: again }]];
      }
      const choice = breakStep(state.choice, state.at);
      const next = stepBelow(choice, state.at);
      if (next === null) return [{ kind: 'spent', because: event.cause }, [{ type: 'close', step: state.at }]];
      return [
        { ...state, choice, at: next, isUp: false },
        [
          { type: 'close', step: state.at },
          { type: 'open', step: next, beside: false },
          { type: 'changed', from: state.at, to: next, because: event.cause },
        ],
      ];
    }
    case 'answered':
      return begin(state, nowMs);
    case 'timer':
      return event.name === 'again' ? [state, [{ type: 'open', step: state.at, beside: false }]] : [state, []];
    default:
      return [state, []];
  }
}

function begin(state: Extract<LadderState, { kind: 'waiting' }>, nowMs: number): LadderStep {
  const next: LiveLadder = {
    kind: 'live',
    choice: state.choice,
    at: state.at,
    standing: state.isUp ? 'up' : 'coming',
    medium: stepTraits[state.at].medium,
    rising: null,
    holder: 'ai',
    leadSpeaks: false,
    aiSpeaks: false,
    openTools: 0,
    speechDue: false,
    bridgedAtMs: null,
    owesAfterPhrase: false,
    said: false,
    climbs: 0,
    answeredAtMs: nowMs,
    sinceMs: nowMs,
    errorsAtMs: [],
    spentMicros: 0,
    budgetMicros: state.choice.plan.budgetMicros,
  };
  const effects: LadderEffect[] = [{ type: 'timer.start', name: 'look', ms: restMs }];
  if (state.isUp) effects.push({ type: 'floor', to: state.at, answerNow: false });
  else effects.push({ type: 'timer.start', name: 'ready', ms: firstReadyMs(state) }, ...firstWord(next, nowMs));
  return [next, effects];
}

function live(state: LiveLadder, event: LadderEvent, nowMs: number): LadderStep {
  switch (event.type) {
    case 'answered':
      return [state, []];
    case 'leg.ended':
      return [
        { kind: 'ended' },
        [...timersOff, { type: 'close', step: state.at }, ...(state.rising ? [{ type: 'close', step: state.rising.step } as const] : [])],
      ];
    case 'rung.ready':
      return ready(state, event.step, nowMs);
    case 'rung.failed':
      if (event.step === state.rising?.step) return stopRising(state, 1);
      return event.step === state.at && state.standing !== 'vacant' ? descend(state, event.cause, nowMs) : [state, []];
    case 'rung.lost':
      if (event.step === state.rising?.step) return stopRising(state, 1);
      if (event.step !== state.at || state.standing !== 'up') return [state, []];
      return [{ ...state, standing: 'lost' }, [{ type: 'timer.start', name: 'socket', ms: socketMs }]];
    case 'rung.error':
      return event.step === state.at ? countError(state, event.cause, nowMs) : [state, []];
    case 'speech.due':
      return due(state, nowMs, event.agoMs ?? 0);
    case 'speech.off':
      return [{ ...state, speechDue: false }, [...silenceOff]];
    case 'speech.began':
      return [{ ...state, aiSpeaks: true, speechDue: false, owesAfterPhrase: false, said: true }, [...silenceOff]];
    case 'speech.ended': {
      // A word was due while it still spoke: from now on it is silent.
      if (state.aiSpeaks && state.speechDue) return due({ ...state, aiSpeaks: false }, nowMs);
      return paused({ ...state, aiSpeaks: false }, nowMs);
    }
    case 'lead.started-speaking':
      return [{ ...state, leadSpeaks: true, speechDue: false, bridgedAtMs: bridgedStill(state) }, [...silenceOff]];
    case 'lead.stopped-speaking':
      return [{ ...state, leadSpeaks: false }, []];
    case 'turn.over':
      return climbBetweenTurns(state, nowMs);
    case 'tool.called':
      // The AI works; it says so itself, or the phrase does. The silence begins anew behind it.
      return [
        { ...state, openTools: state.openTools + 1 },
        state.speechDue ? [{ type: 'timer.start', name: 'silent', ms: toolShare * stepTraits[state.at].silenceMs }] : [],
      ];
    case 'tool.answered':
      return [{ ...state, openTools: Math.max(0, state.openTools - 1) }, []];
    case 'spent':
      return spend(state, event.micros, nowMs);
    case 'usable.changed':
      return [{ ...state, choice: { ...state.choice, usable: event.steps } }, []];
    case 'operator.took-over':
      return takeOver(state);
    case 'operator.gave-back':
      return giveBack(state, nowMs);
    case 'human.asked':
      return askHuman(state, nowMs);
    case 'timer':
      return timer(state, event.name, nowMs);
    default:
      return assertNever(event);
  }
}

function timer(state: LiveLadder, name: LadderTimer, nowMs: number): LadderStep {
  switch (name) {
    case 'ready':
      return state.standing === 'coming' ? descend(state, `${words[state.at]} was not ready in time`, nowMs) : [state, []];
    case 'socket':
      return state.standing === 'lost' ? descend(state, `the connection of ${words[state.at]} was lost`, nowMs) : [state, []];
    case 'filler':
      if (isBridged(state, nowMs) || state.aiSpeaks || state.leadSpeaks || state.medium !== 'stream' || state.holder !== 'ai')
        return [state, []];
      if (!state.speechDue && state.said) return [state, []];
      return [{ ...state, bridgedAtMs: nowMs, owesAfterPhrase: true }, [{ type: 'phrase', phrase: 'one-moment' }]];
    case 'silent':
      if (!state.speechDue || state.holder !== 'ai' || state.aiSpeaks) return [state, []];
      return descend(state, `${words[state.at]} was silent when it was due to speak`, nowMs);
    case 'look':
      return look(state, nowMs);
    case 'again':
      return [state, []];
    case 'rise':
      return state.rising && !state.rising.isUp ? stopRising(state, 1) : [state, []];
    default:
      return assertNever(name);
  }
}
