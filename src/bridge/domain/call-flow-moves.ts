import type { FlowEffect, FlowEnding, FlowStep } from './call-flow-state.ts';

/** Without a word from the lead for this long after the AI's last, the AI asks whether somebody is there. */
export const silenceMs = 9_000;

/** The longest a goodbye may take before the call is ended under it; the strictest law gives ten seconds from the lead's wish to end. */
export const farewellMs = 4_500;

export const cancelAll: readonly FlowEffect[] = (['opening', 'silence', 'farewell', 'message', 'limit'] as const).map((name) => ({
  type: 'timer.cancel',
  name,
}));

/** The limit of the call goes on, whoever speaks. */
export const cancelTalk = cancelAll.slice(0, 4);

export const bridging = { type: 'prompt', about: 'bridge', detail: null } as const satisfies FlowEffect;

export function talk(effects: readonly FlowEffect[], silent = true): FlowStep {
  return [
    { kind: 'talking', silences: 0 },
    [...effects, ...(silent ? [{ type: 'timer.start', name: 'silence', ms: silenceMs } as const] : [])],
  ];
}

/** The carrier's own voice takes over; it needs the stream out of the way. */
export function announce(because: string): FlowStep {
  return [{ kind: 'announcing', because }, [...cancelTalk, { type: 'clear' }, { type: 'leave-stream' }]];
}

export function end(ending: FlowEnding): FlowStep {
  return [
    { kind: 'closing', ending },
    [
      { type: 'timer.cancel', name: 'farewell' },
      { type: 'hang-up', ending },
    ],
  ];
}
