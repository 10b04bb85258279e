import { describe, expect, it } from 'vitest';
import { fillTemplate, findVariables } from '#bridge/domain/variables.ts';
import { complete, fill, missingNames, piecesOf, spokenText, variableAt } from '#renderer/features/agents/template.ts';

const lead = { first_name: 'Helen', City: ' Tucson\n', empty: '  ' };

describe('a text with variables', () => {
  it('reads as the bridge reads it at the dial', () => {
    const texts = [
      'Hi {{firstName}}, in {{ city | your city }}.',
      'Hi {{nobody | there }} and {{nobody}}',
      '{{empty}}{{empty|}}',
      'JSON {"a": {"b": 1}} stays, {{ First Name }}',
      'broken {{firstName and {{city}}',
      '{{firstName}} {{firstName}} {{1st}} {{}}',
      'no variable at all',
    ];
    for (const text of texts) {
      const bridge = fillTemplate(text, lead);
      const here = fill(text, lead);
      expect(spokenText(here)).toBe(bridge.text);
      expect(missingNames([text], lead)).toEqual(bridge.missing);
      const names = piecesOf(text).flatMap((piece) => (piece.kind === 'variable' ? [piece.name] : []));
      expect([...new Set(names)]).toEqual(findVariables(text).map(({ name }) => name));
    }
  });

  it('keeps every character in its pieces', () => {
    const text = 'a {{b | c}} d {{ e\n{{f}} {{g}';
    expect(
      piecesOf(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  });

  it('tells braces that make no variable', () => {
    expect(piecesOf('Hi {{firstName, hello').filter(({ kind }) => kind === 'broken')).toMatchObject([
      { text: '{{firstName, hello', start: 3 },
    ]);
    expect(piecesOf('Hi {{first!}}.').filter(({ kind }) => kind === 'broken')).toMatchObject([{ text: '{{first!}}' }]);
  });

  it('says where each value came from', () => {
    expect(fill('{{firstName}} {{x | y}} {{z}}', lead).map(({ kind }) => kind)).toEqual(['value', 'text', 'fallback', 'text', 'missing']);
  });
});

describe('typing a variable', () => {
  it('begins at two braces and ends at the name', () => {
    expect(variableAt('Hi {{fir', 8)).toEqual({ start: 3, query: 'fir' });
    expect(variableAt('Hi {{', 5)).toEqual({ start: 3, query: '' });
    expect(variableAt('Hi {{firstName}} you', 18)).toBeNull();
    expect(variableAt('Hi {{firstName | th', 19)).toBeNull();
  });

  it('is finished without a second pair of braces', () => {
    expect(complete('Hi {{fir, hello', 3, 8, 'firstName')).toEqual({ text: 'Hi {{firstName}}, hello', caret: 16 });
    expect(complete('Hi {{fir}} hello', 3, 8, 'firstName').text).toBe('Hi {{firstName}} hello');
    expect(complete('Hi {{first}} hello', 3, 7, 'firstName').text).toBe('Hi {{firstName}} hello');
  });
});
