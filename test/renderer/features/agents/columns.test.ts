import { describe, expect, it } from 'vitest';
import { columnsOf, matching, nameOf, problemsOf } from '#renderer/features/agents/columns.ts';

const leads = [
  { phone: '+15205550101', fields: { firstName: 'Helen', lastName: 'Nakagawa', city: 'Tucson', plan: 'gold' } },
  { phone: '+15205550102', fields: { firstName: 'Luis', city: '' } },
];
const columns = columnsOf(leads);

describe('the columns of leads', () => {
  it('come before those that nobody has, with an example and a count', () => {
    const names = columns.all.map(({ name }) => name);
    expect(names.slice(0, 5)).toEqual(['firstName', 'lastName', 'phone', 'city', 'plan']);
    expect(columns.all.find(({ name }) => name === 'city')).toEqual({ name: 'city', example: 'Tucson', have: 1 });
    expect(names.indexOf('email')).toBeGreaterThan(names.indexOf('plan'));
  });

  it('are offered by what was typed, beginnings first', () => {
    expect(matching(columns, 'name').map(({ name }) => name)).toEqual(['firstName', 'lastName']);
    expect(matching(columns, 'la')[0]?.name).toBe('lastName');
    expect(matching(columns, 'FIRST_')[0]?.name).toBe('firstName');
  });
});

describe('a variable', () => {
  it('that every lead has needs nothing', () => {
    expect(problemsOf('Hi {{first_name}}', columns)).toEqual([]);
  });

  it('that no column has is traced to the one that was meant', () => {
    expect(problemsOf('Hi {{fristName}}', columns)).toMatchObject([
      { level: 'warning', start: 3, end: 16, cure: { words: 'Use firstName', text: '{{firstName}}' } },
    ]);
    expect(problemsOf('Hi {{shoeSize}}', columns)[0]).toMatchObject({
      cure: null,
      message: expect.stringContaining('nobody would be called'),
    });
  });

  it('that some leads lack says how many, and offers a fallback', () => {
    const [problem] = problemsOf('In {{city}}', columns);
    expect(problem?.message).toContain('1 of 2 leads have no "city"');
    expect(problem?.cure?.text).toBe('{{city | your area}}');
    expect(problemsOf('In {{city | your area}}', columns)).toEqual([]);
  });

  it('is told of once in a text', () => {
    expect(problemsOf('{{city}} and {{city}}', columns)).toHaveLength(1);
  });

  it('that is only begun cannot be saved', () => {
    expect(problemsOf('Hi {{firstName', columns)).toMatchObject([{ level: 'error' }]);
  });

  it('is not judged while there are no leads, except for a slip', () => {
    const none = columnsOf([]);
    expect(problemsOf('{{plan}} {{firstName}}', none)).toEqual([]);
    expect(problemsOf('{{firstNme}}', none)).toHaveLength(1);
  });
});

describe('a lead', () => {
  it('is named by what is known of it', () => {
    expect(nameOf({ phone: '+15205550101', fields: { first_name: 'Ana', company: 'Acme' } })).toBe('Ana');
    expect(nameOf({ phone: '+15205550101', fields: { company: 'Acme' } })).toBe('Acme');
    expect(nameOf({ phone: '+15205550101', fields: {} })).toBeNull();
  });
});
