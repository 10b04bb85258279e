import { describe, expect, it } from 'vitest';
import type { AgentDraft } from '#bridge/contract/agents.ts';
import { changedFields, diffAgents, diffTexts } from '#renderer/features/agents/version-diff.ts';

const before: AgentDraft = { name: 'Maya', instructions: 'Book a day.', greeting: 'Hi there.' };

describe('two versions of an agent', () => {
  it('differ only in the fields that read differently', () => {
    expect(changedFields(before, { ...before, voice: 'marin' })).toEqual([]);
    expect(changedFields(before, { ...before, voice: 'cedar', greeting: 'Hello.' })).toEqual(['Greeting', 'Voice']);
  });

  it('are compared word by word', () => {
    expect(diffTexts('Book a day.', 'Book a good day.')).toEqual([
      { kind: 'same', text: 'Book a ' },
      { kind: 'added', text: 'good ' },
      { kind: 'same', text: 'day.' },
    ]);
  });

  it('say their tools in words', () => {
    const after = { ...before, tools: { transferTo: [{ name: 'Dana', number: '+15205550118' }] } };
    const [tools] = diffAgents(before, after);
    expect(tools?.name).toBe('Tools');
    expect(tools?.parts.find(({ kind }) => kind === 'added')?.text).toContain('Transfer to Dana, (520) 555-0118');
  });

  it('leave out long stretches that nobody changed, and lose no change', () => {
    const long = 'word '.repeat(400);
    const [instructions] = diffAgents({ ...before, instructions: `${long}one` }, { ...before, instructions: `${long}two` });
    expect(instructions?.parts.map(({ kind }) => kind)).toEqual(['same', 'skipped', 'same', 'removed', 'added']);
    const rejoined = instructions?.parts.filter(({ kind }) => kind !== 'removed').map(({ text }) => text);
    expect(rejoined?.join('')).toBe(`${long}two`);
  });
});
