import { announce, cancelTalk, end, farewellMs, talk } from './call-flow-moves.ts';
import type { FlowEffect, FlowEvent, FlowState, FlowStep, Person, TransferTarget } from './call-flow-state.ts';

/** Whether a person can have the call at this moment. Whose end has begun is not taken back. */
export function canBeTaken({ kind }: FlowState): boolean {
  return kind !== 'waiting' && kind !== 'announcing' && kind !== 'closing' && kind !== 'ended';
}

const conversing: ReadonlySet<FlowState['kind']> = new Set(['opening', 'disclosing', 'greeting', 'talking']);

/** The AI has the call, and its sound passes us: we know who speaks, and who says nothing. */
export function isConversing({ kind }: FlowState): boolean {
  return conversing.has(kind);
}

/** The person who has the call, though the line may be with somebody whom it rings; null when none has. */
export function holderOf(state: FlowState): Person | null {
  return state.kind === 'held' || state.kind === 'transferring' ? state.by : null;
}

export function personTook(state: FlowState, by: Person): FlowStep {
  if (state.kind === 'held') return [{ ...state, by }, []];
  if (!canBeTaken(state)) return [state, []];
  const disclosed =
    state.kind === 'greeting' || state.kind === 'talking' || ((state.kind === 'transferring' || state.kind === 'turns') && state.disclosed);
  const isAway = (state.kind === 'transferring' && state.stage === 'ringing') || state.kind === 'turns';
  return [
    { kind: 'held', by, disclosed },
    [
      // Whoever fetches the lead back from a phone that rings has silenced the AI before.
      ...(holderOf(state) === null ? [{ type: 'hold' } as const] : []),
      ...cancelTalk,
      ...(isAway ? [{ type: 'come-back' } as const] : []),
    ],
  ];
}

export function personLeft(state: FlowState, { open, hasAi, because }: Extract<FlowEvent, { type: 'person.left' }>): FlowStep {
  // The phone rings on; whoever it does not reach goes to the AI.
  if (state.kind === 'transferring' && state.by !== null) return [{ ...state, by: null }, letTheAiListen];
  if (state.kind !== 'held') return [state, []];
  if (!hasAi) return announce(because);
  if (state.disclosed) return talk([{ type: 'release', open }]);
  return [
    { kind: 'disclosing', returning: open },
    [
      { type: 'release', open: null },
      { type: 'say', what: 'disclosure' },
    ],
  ];
}

/** The AI is told what it has missed, and says nothing yet. */
const letTheAiListen: readonly FlowEffect[] = [
  { type: 'release', open: null },
  { type: 'auto-answer', on: false },
];

export function transferRequested(state: FlowState, target: TransferTarget): FlowStep {
  switch (state.kind) {
    case 'talking':
      return [
        { kind: 'transferring', stage: 'saying', target, by: null, disclosed: true },
        [
          { type: 'auto-answer', on: false },
          { type: 'timer.cancel', name: 'silence' },
          { type: 'timer.start', name: 'farewell', ms: farewellMs * 2 },
        ],
      ];
    // The carrier's voice says it before it rings.
    case 'turns':
      return [{ kind: 'transferring', stage: 'ringing', target, by: null, disclosed: state.disclosed, isFromTurns: true }, cancelTalk];
    // The person has told the lead. The call stays theirs until somebody answers.
    case 'held':
      return leaveForTransfer({ kind: 'transferring', stage: 'saying', target, by: state.by, disclosed: state.disclosed });
    default:
      return [state, []];
  }
}

export function leaveForTransfer(state: Extract<FlowState, { kind: 'transferring' }>): FlowStep {
  if (state.stage === 'ringing') return [state, []];
  // What is still unsaid must not wait for a stream that may come back in half a minute.
  return [{ ...state, stage: 'ringing' }, [{ type: 'timer.cancel', name: 'farewell' }, { type: 'clear' }, { type: 'leave-stream' }]];
}

export function transferEnded(state: FlowState, event: Extract<FlowEvent, { type: 'transfer.ended' }>): FlowStep {
  if (state.kind !== 'transferring') return [state, []];
  if (!event.answered) return backFromTransfer(state, event.cause);
  const [next, effects] = end({ by: 'operator', reason: `the call was transferred to ${state.target.name}`, disposition: 'transferred' });
  return [next, [...(state.by === null ? [] : [{ type: 'release', open: null } as const]), ...effects]];
}

export function transferCancelled(state: FlowState, cause: string): FlowStep {
  if (state.kind !== 'transferring') return [state, []];
  const [next, effects] = backFromTransfer(state, cause);
  return [
    next,
    [{ type: 'timer.cancel', name: 'farewell' }, ...(state.stage === 'ringing' ? [{ type: 'come-back' } as const] : []), ...effects],
  ];
}

/** To whoever had the call: a person sees what became of it and tells the lead in their own words, the AI says it. */
function backFromTransfer({ by, disclosed, isLast, isFromTurns }: Extract<FlowState, { kind: 'transferring' }>, cause: string): FlowStep {
  if (by !== null) return [{ kind: 'held', by, disclosed }, []];
  if (isLast) return announce(cause);
  if (isFromTurns) return [{ kind: 'turns', disclosed }, []];
  if (!disclosed) return [{ kind: 'disclosing', returning: 'bridge' }, [{ type: 'say', what: 'disclosure' }]];
  return talk([
    { type: 'auto-answer', on: true },
    { type: 'prompt', about: 'transfer-failed', detail: cause },
  ]);
}
