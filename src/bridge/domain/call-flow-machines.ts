import { end } from './call-flow-moves.ts';
import type { FlowEffect, FlowState, FlowStep } from './call-flow-state.ts';

/** How long a machine is silent before its greeting is taken to be over. */
export const messageGapMs = 2_000;

/** A screener that has asked is silent for so long before it is answered. */
export const screenerGapMs = 700;

/** How long a screener is waited for: it rings somebody meanwhile. */
const screenedMs = 45_000;

/** Nothing of ours is heard any more, and nobody is answered. */
const quiet: readonly FlowEffect[] = [
  { type: 'auto-answer', on: false },
  { type: 'clear' },
  { type: 'timer.cancel', name: 'opening' },
  { type: 'timer.cancel', name: 'silence' },
];

/** The AI talks, or is about to, with whoever picked up. */
function converses({ kind }: FlowState): boolean {
  return kind === 'opening' || kind === 'disclosing' || kind === 'greeting' || kind === 'talking';
}

const pickedUp = { machine: 'an answering machine picked up', fax: 'a fax machine picked up', menu: 'a phone menu picked up' } as const;

export function machine(state: FlowState, policy: 'hang-up' | 'leave-message' | 'off', found: keyof typeof pickedUp): FlowStep {
  if (policy === 'off' || (!converses(state) && state.kind !== 'screened')) return [state, []];
  if (policy === 'hang-up') {
    const disposition = found === 'menu' ? null : 'voicemail-no-message';
    const [next, effects] = end({ by: 'bridge', reason: pickedUp[found], disposition });
    return [next, [...quiet, ...effects]];
  }
  return [{ kind: 'leaving-message', speaking: false }, [...quiet, { type: 'timer.start', name: 'message', ms: messageGapMs }]];
}

export function screened(state: FlowState): FlowStep {
  if (!converses(state)) return [state, []];
  return [{ kind: 'screened', said: false }, [...quiet, { type: 'timer.start', name: 'message', ms: screenerGapMs }]];
}

/** Whoever comes late has heard nothing of us yet. */
export function personDetected(state: FlowState): FlowStep {
  if (state.kind !== 'screened' && state.kind !== 'leaving-message') return [state, []];
  return [{ kind: 'disclosing' }, [{ type: 'timer.cancel', name: 'message' }, { type: 'clear' }, { type: 'say', what: 'disclosure' }]];
}

export function screenerTimer(state: Extract<FlowState, { kind: 'screened' }>): FlowStep {
  if (state.said) return end({ by: 'bridge', reason: 'a call screener did not put it through', disposition: null });
  return [
    { ...state, said: true },
    [
      { type: 'prompt', about: 'screening', detail: null },
      { type: 'timer.start', name: 'message', ms: screenedMs },
    ],
  ];
}
