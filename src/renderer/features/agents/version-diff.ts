import { diffWordsWithSpace } from 'diff';
import type { AgentDraft } from '#bridge/contract/agents.ts';
import { phone } from '../../ui/format.ts';
import { type AgentFields, fieldsOf } from './agent-fields.ts';
import { turnWords } from './turn-words.ts';
import { labelOf, languages, models, voices } from './voices.ts';

export interface DiffPart {
  /** `skipped`: words that both have, and nobody needs to read. */
  readonly kind: 'same' | 'added' | 'removed' | 'skipped';
  readonly text: string;
}

/** What has changed in one field, in words. */
export interface FieldDiff {
  readonly name: string;
  readonly parts: readonly DiffPart[];
}

const readings: readonly { readonly name: string; readonly read: (fields: AgentFields) => string }[] = [
  { name: 'Name', read: ({ name }) => name },
  { name: 'Disclosure', read: ({ disclosure }) => disclosure },
  { name: 'Greeting', read: ({ greeting }) => greeting },
  { name: 'Instructions', read: ({ instructions }) => instructions },
  { name: 'Voicemail message', read: ({ voicemailMessage }) => voicemailMessage },
  { name: 'Announcement', read: ({ announcement }) => announcement },
  { name: 'Voice', read: ({ voice }) => labelOf(voices, voice) },
  { name: 'Language', read: ({ language }) => labelOf(languages, language) },
  { name: 'Tools', read: toolWords },
  { name: 'Turns', read: ({ turnDetection }) => turnWords(turnDetection) },
  { name: 'Model', read: ({ model }) => labelOf(models, model) },
];

function toolWords({ tools }: AgentFields): string {
  return [
    tools.endCall ? 'End the call' : null,
    tools.optOut ? 'Remove from the list' : null,
    tools.callback ? 'Note a callback' : null,
    ...tools.transferTo.map(({ name, number }) => `Transfer to ${name}, ${phone(number)}`),
  ]
    .filter((line) => line !== null)
    .join('\n');
}

/** Names of the fields in which two versions differ. */
export function changedFields(older: AgentDraft, newer: AgentDraft): readonly string[] {
  const [before, after] = [fieldsOf(older), fieldsOf(newer)];
  return readings.filter(({ read }) => read(before) !== read(after)).map(({ name }) => name);
}

/** Word by word, only the fields that differ. */
export function diffAgents(older: AgentDraft, newer: AgentDraft): readonly FieldDiff[] {
  const [before, after] = [fieldsOf(older), fieldsOf(newer)];
  return readings
    .filter(({ read }) => read(before) !== read(after))
    .map(({ name, read }) => ({ name, parts: shortened(diffTexts(read(before), read(after))) }));
}

export function diffTexts(before: string, after: string): readonly DiffPart[] {
  return diffWordsWithSpace(before, after).map(({ value, added, removed }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value,
  }));
}

/** How much of what both have stands around a change. */
const contextChars = 120;

/** Long stretches that are the same are left out but for their ends, whole words. */
function shortened(parts: readonly DiffPart[]): readonly DiffPart[] {
  return parts.flatMap((part, index): readonly DiffPart[] => {
    const isFirst = index === 0;
    const isLast = index === parts.length - 1;
    const kept = (isFirst ? 0 : contextChars) + (isLast ? 0 : contextChars);
    if (part.kind !== 'same' || part.text.length <= kept + contextChars) return [part];
    const head = isFirst ? '' : part.text.slice(0, contextChars).replace(/\S*$/u, '');
    const tail = isLast ? '' : part.text.slice(-contextChars).replace(/^\S*/u, '');
    return [
      { kind: 'same', text: head },
      { kind: 'skipped', text: part.text.slice(head.length, part.text.length - tail.length) },
      { kind: 'same', text: tail },
    ];
  });
}
