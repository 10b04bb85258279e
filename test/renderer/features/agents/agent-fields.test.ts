import { describe, expect, it } from 'vitest';
import { agentChange, agentDraft } from '#bridge/contract/agents.ts';
import { changeOf, draftOf, emptyFields, fieldsOf, problemsIn, sameFields } from '#renderer/features/agents/agent-fields.ts';
import { checkDisclosure } from '#renderer/features/agents/disclosure-check.ts';
import { speechLength } from '#renderer/features/agents/speech-length.ts';
import { piecesOf } from '#renderer/features/agents/template.ts';
import { starterTemplates } from '#renderer/features/agents/templates.ts';

const who = { agent: 'Maya', business: 'Cedar Street Dental' };
const complete = { ...emptyFields, name: 'Maya', greeting: 'Hi', instructions: 'Talk.' };

describe('the fields of an agent', () => {
  it('make an agent that the bridge takes, without what is blank', () => {
    const draft = draftOf({ ...complete, voicemailMessage: '  ' });
    expect(agentDraft.parse(draft)).toEqual(draft);
    expect(draft).not.toHaveProperty('voicemailMessage');
    expect(draft).not.toHaveProperty('turnDetection');
  });

  it('take away in a change what was blanked', () => {
    const change = changeOf({ ...complete, disclosure: '' });
    expect(change.disclosure).toBeNull();
    expect(agentChange.safeParse({ id: 'agent_01', ...change }).error?.issues ?? []).toEqual([]);
  });

  it('are the same again after they were saved and read', () => {
    const fields = {
      ...complete,
      disclosure: 'This is Maya.',
      tools: { ...complete.tools, transferTo: [{ name: 'Dana', number: '(520) 555-0118' }] },
    };
    expect(sameFields(fieldsOf(draftOf(fields)), fields)).toBe(true);
    expect(draftOf(fields).tools?.transferTo).toEqual([{ name: 'Dana', number: '+15205550118' }]);
  });

  it('say what keeps them from being saved, and where', () => {
    expect([...problemsIn(emptyFields).keys()]).toEqual(['name', 'greeting', 'instructions']);
    const problems = problemsIn({
      ...complete,
      greeting: 'Hi {{firstName',
      tools: { ...complete.tools, transferTo: [{ name: '', number: '520 55' }] },
    });
    expect([...problems.keys()]).toEqual(['greeting', 'transferTo.0.name', 'transferTo.0.number']);
  });
});

describe('a template to start from', () => {
  it.each(starterTemplates.map(({ name, write }) => [name, write(who)] as const))(
    '%s can be saved as it is, and discloses everything',
    (_name, fields) => {
      expect(problemsIn(fields).size).toBe(0);
      expect(agentDraft.safeParse(draftOf(fields)).success).toBe(true);
      expect(checkDisclosure(fields.disclosure, fields.language).map(({ found }) => found)).toEqual([true, true, true, true]);
    },
  );

  it.each(starterTemplates.map(({ name, write }) => [name, write(who)] as const))(
    '%s asks for no column without a fallback',
    (_name, fields) => {
      const texts = [fields.disclosure, fields.greeting, fields.instructions, fields.voicemailMessage, fields.announcement];
      const bare = texts.flatMap(piecesOf).filter((piece) => piece.kind === 'variable' && piece.fallback === null);
      expect(bare).toEqual([]);
    },
  );
});

describe('a disclosure', () => {
  it('is looked through for its four points', () => {
    const found = (text: string) =>
      checkDisclosure(text, 'en-US')
        .filter((point) => point.found)
        .map(({ id }) => id);
    expect(found('Hello, this is Maya, an AI assistant calling for Cedar Street Dental. To stop these calls, press 9.')).toEqual([
      'who',
      'behalf',
      'ai',
      'removal',
    ]);
    expect(found('Hello, this is Maya.')).toEqual(['who']);
    expect(found('')).toEqual([]);
  });

  it('is not judged in a language that we do not know', () => {
    expect(checkDisclosure('नमस्ते', 'hi-IN').map(({ found }) => found)).toEqual([null, null, null, null]);
  });
});

describe('the time that words take', () => {
  it('goes by the words that are spoken', () => {
    expect(speechLength('Hello – this is Maya.')).toBe('4 words, about 2 s');
    expect(speechLength('')).toBe('0 words, about 0 s');
  });
});
