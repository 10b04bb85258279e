import type { AgentChange, AgentDraft, TurnDetection } from '#bridge/contract/agents.ts';
import { phone } from '../../ui/format.ts';
import { readPhone } from '../../ui/phone-number.ts';
import { piecesOf } from './template.ts';

/** What the editor edits: an agent in which nothing is absent. A blank text is one that the agent does not have. */
export interface AgentFields {
  readonly name: string;
  readonly instructions: string;
  readonly greeting: string;
  readonly disclosure: string;
  readonly voice: string;
  readonly language: string;
  readonly model: string;
  readonly announcement: string;
  readonly voicemailMessage: string;
  readonly tools: {
    readonly endCall: boolean;
    readonly callback: boolean;
    readonly optOut: boolean;
    /** `number` as somebody typed it. */
    readonly transferTo: readonly { readonly name: string; readonly number: string }[];
  };
  /** Null is the bridge's own way. */
  readonly turnDetection: TurnDetection | null;
  readonly quickNudges: readonly string[];
  readonly transferPolicy: TransferPolicy;
}

export type TransferPolicy = NonNullable<AgentDraft['transferPolicy']>;
export const quickNudgesMost = 8;
export const quickNudgeMost = 200;

export type TextField = 'instructions' | 'greeting' | 'disclosure' | 'announcement' | 'voicemailMessage';
export const textFields: readonly TextField[] = ['disclosure', 'greeting', 'instructions', 'voicemailMessage', 'announcement'];

/** The bridge's own voice and language, which an agent has that names none. */
export const usualVoice = 'marin';
export const usualLanguage = 'en-US';

export const emptyFields: AgentFields = {
  name: '',
  instructions: '',
  greeting: '',
  disclosure: '',
  voice: usualVoice,
  language: usualLanguage,
  model: '',
  announcement: '',
  voicemailMessage: '',
  tools: { endCall: true, callback: false, optOut: true, transferTo: [] },
  turnDetection: null,
  quickNudges: [],
  transferPolicy: 'at-once',
};

export function fieldsOf(agent: AgentDraft): AgentFields {
  const { tools } = agent;
  return {
    name: agent.name,
    instructions: agent.instructions,
    greeting: agent.greeting,
    disclosure: agent.disclosure ?? '',
    voice: agent.voice ?? usualVoice,
    language: agent.language ?? usualLanguage,
    model: agent.model ?? '',
    announcement: agent.announcement ?? '',
    voicemailMessage: agent.voicemailMessage ?? '',
    tools: {
      endCall: tools?.endCall ?? true,
      callback: tools?.callback ?? false,
      optOut: tools?.optOut ?? true,
      transferTo: (tools?.transferTo ?? []).map(({ name, number }) => ({ name, number: phone(number) })),
    },
    turnDetection: agent.turnDetection ?? null,
    quickNudges: agent.quickNudges ?? [],
    transferPolicy: agent.transferPolicy ?? 'at-once',
  };
}

/** The whole agent as a change: what is blank is taken away. */
export function changeOf(fields: AgentFields): Required<AgentChange> {
  const text = (value: string) => (value.trim() === '' ? null : value.trim());
  const transferTo = fields.tools.transferTo.map(({ name, number }) => ({ name: name.trim(), number: readPhone(number).number ?? number }));
  const quickNudges = fields.quickNudges.map((hint) => hint.trim()).filter((hint) => hint !== '');
  return {
    name: fields.name.trim(),
    instructions: fields.instructions.trim(),
    greeting: fields.greeting.trim(),
    disclosure: text(fields.disclosure),
    voice: text(fields.voice),
    language: text(fields.language),
    model: text(fields.model),
    announcement: text(fields.announcement),
    voicemailMessage: text(fields.voicemailMessage),
    tools: { ...fields.tools, transferTo },
    turnDetection: fields.turnDetection,
    quickNudges: quickNudges.length === 0 ? null : quickNudges,
    // The usual way is the one of an agent that names none.
    transferPolicy: fields.transferPolicy === 'at-once' ? null : fields.transferPolicy,
  };
}

export function draftOf(fields: AgentFields): AgentDraft {
  const given = Object.entries(changeOf(fields)).filter(([, value]) => value !== null);
  return Object.fromEntries(given) as unknown as AgentDraft;
}

export const sameFields = (a: AgentFields, b: AgentFields): boolean => JSON.stringify(changeOf(a)) === JSON.stringify(changeOf(b));

export const limits: Readonly<Record<TextField | 'name', number>> = {
  name: 120,
  instructions: 32_000,
  greeting: 1_000,
  disclosure: 600,
  announcement: 1_500,
  voicemailMessage: 1_000,
};

/** What keeps it from being saved, by field (`transferTo.0.number`), in the order of the form. */
export function problemsIn(fields: AgentFields): ReadonlyMap<string, string> {
  const problems = new Map<string, string>();
  if (fields.name.trim() === '') problems.set('name', 'Give it a name.');
  if (fields.greeting.trim() === '') problems.set('greeting', 'Write the first words.');
  if (fields.instructions.trim() === '') problems.set('instructions', 'Write what the call is for and how it goes.');
  for (const field of textFields) {
    const text = fields[field];
    const over = text.trim().length - limits[field];
    if (over > 0) problems.set(field, `${over} characters too long.`);
    const broken = piecesOf(text).find(({ kind }) => kind === 'broken');
    if (broken) problems.set(field, `"${broken.text}" is begun as a variable and is none.`);
  }
  if (fields.name.trim().length > limits.name) problems.set('name', `${fields.name.trim().length - limits.name} characters too long.`);
  for (const [index, { name, number }] of fields.tools.transferTo.entries()) {
    if (name.trim() === '') problems.set(`transferTo.${index}.name`, 'Who takes the call?');
    const { problem } = readPhone(number);
    if (problem !== null) problems.set(`transferTo.${index}.number`, problem);
  }
  return problems;
}
