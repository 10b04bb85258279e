import { timeOfDay } from '../../ui/format.ts';
import { type FieldName, listed } from './editor-fields.ts';

/** What is known about the last save. */
export interface SaveState {
  readonly saving: boolean;
  readonly dirty: boolean;
  readonly lacking: readonly string[];
  readonly problems: ReadonlyMap<FieldName, string>;
  /** Whether the bridge refused the last save as a whole. */
  readonly failed: boolean;
  /** Epoch milliseconds; null when it was never saved. */
  readonly savedAtMs: number | null;
}

/** `Saved 12:04`, or what it needs before it can be saved. */
export function saveWords({ saving, dirty, lacking, problems, failed, savedAtMs }: SaveState): string {
  if (saving) return 'Saving';
  if (lacking.length > 0) return `Not saved yet: needs ${listed(lacking)}`;
  const [problem] = problems;
  if (problem) return `Not saved: ${fieldWords[problem[0]]}. ${problem[1]}`;
  if (failed) return 'Not saved';
  if (dirty || savedAtMs === null) return 'Not saved yet';
  return `Saved ${timeOfDay(savedAtMs) ?? ''}`;
}

/** Fields as the screen names them. */
const fieldWords: Readonly<Record<FieldName, string>> = {
  name: 'Name',
  agentId: 'Agent',
  carrier: 'Carrier',
  world: 'World',
  fromNumbers: 'Call from',
  ladder: 'Voice',
  lines: 'Calls at once',
  callsPerSecond: 'New calls per second',
  window: 'Days and hours',
  retry: 'Trying again',
  budgetMicros: 'Budget',
  callBudgetMicros: 'Budget of a call',
  answeringMachine: 'Answering machine',
  ringSeconds: 'Ringing time',
  maxCallSeconds: 'Longest call',
  compliance: 'Rules',
  needsDesk: 'Only while somebody is on duty',
  countries: 'Countries',
};
