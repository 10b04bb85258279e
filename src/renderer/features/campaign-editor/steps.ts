import type { StartBlocker } from '#bridge/contract/campaigns.ts';
import type { MarkName } from '../../ui/Mark.tsx';

export type EditorStep = 'basics' | 'people' | 'agent' | 'schedule' | 'check';

export const steps: readonly { readonly step: EditorStep; readonly name: string; readonly below: string }[] = [
  { step: 'basics', name: 'Basics', below: 'Name, world, carrier and voice' },
  { step: 'people', name: 'People', below: 'Who is called, and why they may be' },
  { step: 'agent', name: 'Agent', below: 'What they hear first' },
  { step: 'schedule', name: 'Schedule', below: 'When, how often, and for how much' },
  { step: 'check', name: 'Check', below: 'Who will be called, and the start' },
];

/** The step before, and the one after; null at the ends. */
export function neighbours(step: EditorStep): { readonly before: EditorStep | null; readonly after: EditorStep | null } {
  const index = steps.findIndex((one) => one.step === step);
  return { before: steps[index - 1]?.step ?? null, after: steps[index + 1]?.step ?? null };
}

/** Where a step is. While the campaign is not saved nobody has checked it: @param blockers null */
export const pathOf = (id: string | null, step: EditorStep): string =>
  id === null ? `~/campaigns/new/${step}` : `~/campaigns/${id}/edit/${step}`;

/** How a step stands. The last one gathers what blocks anywhere. */
export function markOf(step: EditorStep, blockers: readonly StartBlocker[] | null): { readonly mark: MarkName; readonly words: string } {
  if (blockers === null) return { mark: 'waiting', words: 'Not checked yet' };
  const mine = step === 'check' ? blockers.filter(({ blocks }) => blocks) : blockers.filter((blocker) => blocker.step === step);
  if (mine.some(({ blocks }) => blocks)) return { mark: 'look', words: step === 'check' ? 'Cannot start yet' : 'Something to settle' };
  if (mine.length > 0) return { mark: 'look', words: 'Worth a look' };
  return { mark: 'passed', words: 'In order' };
}

/** Why it cannot start; null when it can. */
export function startBlocked(blockers: readonly StartBlocker[] | null): string | null {
  if (blockers === null) return 'It is being checked.';
  return blockers.find(({ blocks }) => blocks)?.message ?? null;
}
