import type { Campaign, Compliance, RetryPolicy } from '#bridge/contract/campaigns.ts';
import type { ConsoleSettings } from '#bridge/contract/settings.ts';
import type { CarrierName, LadderStep, World } from '#bridge/contract/words.ts';
import type { OperationRequest } from '../../client/operations.ts';

/** What the editor changes, complete: what is not chosen yet is empty or null. */
export interface EditorFields {
  readonly name: string;
  readonly agentId: string | null;
  readonly carrier: CarrierName;
  readonly world: World;
  /** E.164. */
  readonly fromNumbers: readonly string[];
  readonly ladder: readonly LadderStep[];
  readonly lines: number;
  readonly callsPerSecond: number;
  readonly window: Campaign['window'];
  readonly retry: RetryPolicy;
  /** Millionths of a dollar; null without a limit. */
  readonly budgetMicros: number | null;
  /** What one call may cost before a cheaper voice goes on with it; null without a limit. */
  readonly callBudgetMicros: number | null;
  readonly answeringMachine: Campaign['answeringMachine'];
  readonly ringSeconds: number;
  readonly maxCallSeconds: number;
  readonly compliance: Compliance;
  /** Dial only while somebody is on duty. */
  readonly needsDesk: boolean;
  /** ISO 3166 alpha-2. */
  readonly countries: readonly string[];
}

export type FieldName = keyof EditorFields;
export type FieldChange = Partial<EditorFields>;

/** Callers of the rehearsal; nobody owns this number. */
export const rehearsalNumber = '+12025550100';
const aiLadder: readonly LadderStep[] = ['realtime', 'announcement'];
/** Every conversation that is set up stands between the two; what is not set up is passed over. */
const wholeLadder: readonly LadderStep[] = ['realtime', 'cascade', 'turn-based', 'announcement'];
const announcementLadder: readonly LadderStep[] = ['announcement'];

export const ladders = { ai: aiLadder, whole: wholeLadder, announcement: announcementLadder } as const;

/** Which of the offered ladders a campaign has; one made by a script may be another, and is shown as the nearest. */
export function ladderChoice(ladder: readonly LadderStep[]): keyof typeof ladders {
  const voices = ladder.filter((step) => step !== 'human' && step !== 'announcement');
  if (voices.length === 0) return 'announcement';
  return voices.some((step) => step !== 'realtime') ? 'whole' : 'ai';
}

/** The same ladder with, or without, a person who is rung before the announcement. */
export function withPerson(ladder: readonly LadderStep[], rings: boolean): readonly LadderStep[] {
  const others = ladder.filter((step) => step !== 'human');
  if (!rings) return others;
  const at = others.indexOf('announcement');
  return at < 0 ? [...others, 'human'] : [...others.slice(0, at), 'human', ...others.slice(at)];
}

const names: readonly FieldName[] = [
  'name',
  'agentId',
  'carrier',
  'world',
  'fromNumbers',
  'ladder',
  'lines',
  'callsPerSecond',
  'window',
  'retry',
  'budgetMicros',
  'callBudgetMicros',
  'answeringMachine',
  'ringSeconds',
  'maxCallSeconds',
  'compliance',
  'needsDesk',
  'countries',
];
const isFieldName = (name: string): name is FieldName => (names as readonly string[]).includes(name);

/** What a saved campaign has. */
export function fieldsOf(campaign: Campaign): EditorFields {
  return {
    name: campaign.name,
    agentId: campaign.agentId,
    carrier: campaign.carrier,
    world: campaign.world,
    fromNumbers: campaign.fromNumbers,
    ladder: campaign.ladder,
    lines: campaign.lines,
    callsPerSecond: campaign.callsPerSecond,
    window: campaign.window,
    retry: campaign.retry,
    budgetMicros: campaign.budgetMicros ?? null,
    callBudgetMicros: campaign.callBudgetMicros ?? null,
    answeringMachine: campaign.answeringMachine,
    ringSeconds: campaign.ringSeconds,
    maxCallSeconds: campaign.maxCallSeconds,
    compliance: campaign.compliance,
    needsDesk: campaign.needsDesk,
    countries: campaign.countries,
  };
}

/** What a new campaign begins with: the defaults of the settings, and the agent when there is only one. */
export function newFields(defaults: ConsoleSettings['defaults'], agentIds: readonly string[]): EditorFields {
  const [only] = agentIds;
  return {
    name: '',
    agentId: agentIds.length === 1 && only !== undefined ? only : null,
    carrier: defaults.carrier,
    world: 'real',
    fromNumbers: defaults.fromNumbers,
    ladder: aiLadder,
    lines: defaults.lines,
    callsPerSecond: 0.9,
    window: defaults.window,
    retry: {},
    budgetMicros: defaults.budgetMicros,
    callBudgetMicros: null,
    answeringMachine: 'hang-up',
    ringSeconds: defaults.ringSeconds,
    maxCallSeconds: defaults.maxCallSeconds,
    compliance: { hours: 'enforce', consent: 'enforce' },
    needsDesk: false,
    countries: ['US', 'CA'],
  };
}

/** A world brings its caller number: the rehearsal has one of its own, and the real world never calls from it. */
export function withWorld(fields: EditorFields, world: World, realNumbers: readonly string[]): FieldChange {
  if (world === fields.world) return {};
  const typed = fields.fromNumbers.filter((number) => number !== rehearsalNumber);
  if (world === 'rehearsal') return { world, fromNumbers: typed.length > 0 ? typed : [rehearsalNumber] };
  return { world, fromNumbers: typed.length > 0 ? typed : realNumbers };
}

/** What keeps a new campaign from being saved; empty when nothing does. */
export function lacking({ name, agentId, fromNumbers }: EditorFields): readonly string[] {
  return [
    ...(name.trim() === '' ? ['a name'] : []),
    ...(agentId === null ? ['an agent'] : []),
    ...(fromNumbers.length === 0 ? ['a caller number'] : []),
  ];
}

/** `a name, an agent and a caller number`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** What is wrong, by field: such a field is not saved until it is right. */
export function problemsIn(fields: EditorFields): ReadonlyMap<FieldName, string> {
  const problems = new Map<FieldName, string>();
  const name = fields.name.trim();
  if (name === '') problems.set('name', 'Enter a name.');
  if (name.length > 120) problems.set('name', 'At most 120 characters.');
  if (fields.agentId === null) problems.set('agentId', 'Choose an agent.');
  if (fields.fromNumbers.length === 0) problems.set('fromNumbers', 'Add a number to call from.');
  if (fields.window.days.length === 0) problems.set('window', 'Choose at least one day.');
  else if (fields.window.start >= fields.window.end) problems.set('window', 'Calling has to end later than it begins.');
  return problems;
}

/** A new campaign as the bridge takes it; null while something is missing or wrong. */
export function draftOf(fields: EditorFields): OperationRequest<'campaigns.create'> | null {
  const { agentId, budgetMicros, callBudgetMicros, ...rest } = fields;
  if (agentId === null || problemsIn(fields).size > 0) return null;
  return {
    ...rest,
    name: fields.name.trim(),
    agentId,
    fromNumbers: [...fields.fromNumbers],
    ladder: [...fields.ladder],
    countries: [...fields.countries],
    ...(budgetMicros === null ? {} : { budgetMicros }),
    ...(callBudgetMicros === null ? {} : { callBudgetMicros }),
  };
}

/** Those of the changes that can be saved and that the campaign does not have yet; null when there are none. */
export function changeOf(id: string, base: EditorFields, pending: FieldChange): OperationRequest<'campaigns.update'> | null {
  const fields = { ...base, ...pending };
  const problems = problemsIn(fields);
  const differing = Object.entries(pending).filter(
    ([name, value]) => isFieldName(name) && !problems.has(name) && !same(tidy(value), base[name]),
  );
  if (differing.length === 0) return null;
  return { id, ...Object.fromEntries(differing.map(([name, value]) => [name, tidy(value)])) };
}

/** What is left to save once the campaign has these values. A name with a space at its end is still being typed, and stays. */
export function stillPending(pending: FieldChange, base: EditorFields): FieldChange {
  return Object.fromEntries(Object.entries(pending).filter(([name, value]) => isFieldName(name) && !same(value, base[name])));
}

const tidy = (value: unknown): unknown => (typeof value === 'string' ? value.trim() : value);
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What the bridge found wrong, by field: `window.start` belongs to `window`. */
export function bridgeProblems(found: readonly { readonly field: string; readonly message: string }[]): ReadonlyMap<FieldName, string> {
  const problems = new Map<FieldName, string>();
  for (const { field, message } of found) {
    const name = field.split('.')[0] ?? '';
    if (isFieldName(name) && !problems.has(name)) problems.set(name, `${message.charAt(0).toUpperCase()}${message.slice(1)}.`);
  }
  return problems;
}

/** What was kept by this build or an older one: only fields that still look as they should. */
export function sensible(kept: FieldChange, initial: EditorFields): FieldChange {
  const kind = (value: unknown) => (Array.isArray(value) ? 'list' : typeof value);
  const mayBe = { agentId: 'string', budgetMicros: 'number', callBudgetMicros: 'number' } as const;
  return Object.fromEntries(
    Object.entries(kept).filter(([name, value]) => {
      if (!isFieldName(name)) return false;
      if (name === 'agentId' || name === 'budgetMicros' || name === 'callBudgetMicros')
        return value === null || typeof value === mayBe[name];
      return value !== null && kind(value) === kind(initial[name]);
    }),
  );
}
