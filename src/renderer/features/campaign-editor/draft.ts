import type { Campaign } from '#bridge/contract/campaigns.ts';
import type { OperationRequest } from '../../client/operations.ts';

export type Step = 'basics' | 'people' | 'agent' | 'schedule' | 'check';
export const steps: readonly { readonly step: Step; readonly words: string }[] = [
  { step: 'basics', words: 'Basics' },
  { step: 'people', words: 'People' },
  { step: 'agent', words: 'Agent' },
  { step: 'schedule', words: 'Schedule and limits' },
  { step: 'check', words: 'Check and start' },
];

export type Weekday = Campaign['window']['days'][number];
export const weekdays: readonly { readonly day: Weekday; readonly words: string }[] = [
  { day: 'mon', words: 'Mon' },
  { day: 'tue', words: 'Tue' },
  { day: 'wed', words: 'Wed' },
  { day: 'thu', words: 'Thu' },
  { day: 'fri', words: 'Fri' },
  { day: 'sat', words: 'Sat' },
  { day: 'sun', words: 'Sun' },
];

/** What the editor holds: a campaign's settings, whether or not they can be saved yet. */
export type Draft = Pick<
  Campaign,
  | 'name'
  | 'carrier'
  | 'world'
  | 'fromNumbers'
  | 'ladder'
  | 'lines'
  | 'callsPerSecond'
  | 'window'
  | 'retry'
  | 'answeringMachine'
  | 'ringSeconds'
  | 'maxCallSeconds'
  | 'compliance'
> & { readonly agentId: string; readonly budgetMicros: number | null };

/** The number that calls of a rehearsal come from; nobody owns it. */
export const rehearsalNumber = '+12025550100';

export const emptyDraft: Draft = {
  name: '',
  agentId: '',
  carrier: 'twilio',
  world: 'real',
  fromNumbers: [],
  ladder: ['realtime', 'announcement'],
  lines: 3,
  callsPerSecond: 0.9,
  window: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '09:00', end: '20:00' },
  retry: {},
  budgetMicros: null,
  answeringMachine: 'hang-up',
  ringSeconds: 25,
  maxCallSeconds: 300,
  compliance: { hours: 'enforce', consent: 'enforce' },
};

export function draftOf(campaign: Campaign): Draft {
  const { name, agentId, carrier, world, fromNumbers, ladder, lines, callsPerSecond, window, retry } = campaign;
  const { answeringMachine, ringSeconds, maxCallSeconds, compliance, budgetMicros = null } = campaign;
  return {
    name,
    agentId,
    carrier,
    world,
    fromNumbers,
    ladder,
    lines,
    callsPerSecond,
    window,
    retry,
    answeringMachine,
    ringSeconds,
    maxCallSeconds,
    compliance,
    budgetMicros,
  };
}

/** What is still needed before a draft can be kept by the bridge, in words. */
export function lacking({ name, agentId, fromNumbers }: Draft): readonly string[] {
  return [
    name.trim() === '' ? 'a name' : null,
    agentId === '' ? 'an agent' : null,
    fromNumbers.length === 0 ? 'a caller number' : null,
  ].filter((word) => word !== null);
}

export function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export function creation({ budgetMicros, ...draft }: Draft): OperationRequest<'campaigns.create'> {
  return { ...draft, fromNumbers: [...draft.fromNumbers], ladder: [...draft.ladder], ...(budgetMicros === null ? {} : { budgetMicros }) };
}
