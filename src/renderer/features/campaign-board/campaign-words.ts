import type { Campaign, CampaignHealth } from '#bridge/contract/campaigns.ts';
import type { CampaignState, LeadState, Rung } from '#bridge/contract/words.ts';
import { dateTime, timeOfDay } from '../../ui/format.ts';
import type { MarkName } from '../../ui/Mark.tsx';

/** A campaign's state as a mark, a word and the time that belongs to it. */
export function stateOf(campaign: Campaign): {
  readonly mark: MarkName;
  readonly word: string;
  readonly since: string;
  readonly tone: string;
} {
  const { state, stateReason, startedAt, endedAt, updatedAt } = campaign;
  const words: Readonly<Record<CampaignState, string>> = {
    draft: 'Draft',
    running: 'Running',
    paused: 'Paused',
    completed: 'Completed',
    stopped: 'Stopped',
  };
  const marks: Readonly<Record<CampaignState, MarkName>> = {
    draft: 'waiting',
    running: 'ai-speaking',
    paused: 'paused',
    completed: 'passed',
    stopped: 'never',
  };
  const since = {
    draft: `changed ${dateTime(updatedAt)}`,
    running: startedAt ? `since ${timeOfDay(startedAt)}` : '',
    paused: stateReason ?? '',
    completed: endedAt ? dateTime(endedAt) : '',
    stopped: endedAt ? dateTime(endedAt) : '',
  }[state];
  return { mark: marks[state], word: words[state], since, tone: state };
}

/** How far a campaign is, in leads. */
export interface Progress {
  readonly total: number;
  readonly done: number;
  readonly onCall: number;
  readonly ready: number;
  readonly held: number;
  readonly never: number;
}

export function progressOf(leads: CampaignHealth['leads']): Progress {
  const of = (state: LeadState) => leads[state] ?? 0;
  const total = Object.values(leads).reduce((sum, value) => sum + (value ?? 0), 0);
  return {
    total,
    done: of('done') + of('unknown'),
    onCall: of('dialling'),
    ready: of('ready'),
    held: of('waiting'),
    never: of('suppressed'),
  };
}

export const summed = (counts: Readonly<Record<string, number | undefined>>): number =>
  Object.values(counts).reduce<number>((sum, value) => sum + (value ?? 0), 0);

/** What holds the dialling first, by its name: `Pacing holds it`. */
const holders: Readonly<Partial<Record<string, string>>> = {
  'no-line': 'Lines hold it',
  pacing: 'Pacing holds it',
  budget: 'The budget holds it',
  'outside-hours': 'Hours hold it',
  'outside-campaign-hours': 'Hours hold it',
  'minimum-gap': 'The gap between tries holds it',
  'attempts-per-day': 'Tries per day hold it',
  'not-configured': 'The setup holds it',
  'no-caller-number': 'Caller numbers hold it',
};

/** Beside the question why it does not dial faster: what holds it first, or that it dials. */
export function dispatchWord({ state, dialling, reasons }: Pick<CampaignHealth, 'state' | 'dialling' | 'reasons'>): string {
  const holder = state === 'running' ? holders[reasons[0]?.name ?? ''] : undefined;
  return holder ?? (dialling ? 'Dialling' : '');
}

/** When the leads that are left will have been called, from the pace so far; null while that cannot be told. */
export function remainingMs(progress: Progress, startedAt: string | null, nowMs: number): number | null {
  if (startedAt === null || progress.done === 0) return null;
  const left = progress.ready + progress.onCall + progress.held;
  return (left * (nowMs - Date.parse(startedAt))) / progress.done;
}

/** By which voice ended calls were spoken last: the steps of the campaign's ladder first, then what else spoke. */
export function rungRows(
  rungs: NonNullable<CampaignHealth['rungs']>,
  ladder: readonly string[],
): readonly { readonly rung: Rung; readonly value: number; readonly share: number; readonly isFirst: boolean }[] {
  const total = summed(rungs);
  const place = (rung: Rung) => (ladder.includes(rung) ? ladder.indexOf(rung) : ladder.length);
  return (Object.keys(rungs) as Rung[])
    .map((rung) => ({ rung, value: rungs[rung] ?? 0, isFirst: rung === ladder[0] }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => place(a.rung) - place(b.rung))
    .map((row) => ({ ...row, share: row.value / total }));
}
