import { describe, expect, it } from 'vitest';
import { operations } from '#bridge/contract/operations.ts';
import {
  bridgeProblems,
  changeOf,
  draftOf,
  type EditorFields,
  lacking,
  ladderChoice,
  ladders,
  listed,
  newFields,
  problemsIn,
  rehearsalNumber,
  sensible,
  stillPending,
  withPerson,
  withWorld,
} from '#renderer/features/campaign-editor/editor-fields.ts';
import { createKeptCampaign } from '#renderer/features/campaign-editor/kept-campaign.ts';
import { saveWords } from '#renderer/features/campaign-editor/save-words.ts';

const defaults = {
  carrier: 'plivo' as const,
  fromNumbers: ['+15205550118'],
  region: 'US',
  lines: 4,
  ringSeconds: 20,
  maxCallSeconds: 240,
  budgetMicros: 25_000_000,
  window: { days: ['mon' as const], start: '09:00', end: '17:00' },
};
const whole: EditorFields = { ...newFields(defaults, ['agent_1']), name: ' Roofs ' };

describe('a new campaign', () => {
  it('begins with the defaults, and with the agent when there is only one', () => {
    expect(newFields(defaults, ['agent_1'])).toMatchObject({ carrier: 'plivo', lines: 4, agentId: 'agent_1' });
    expect(newFields(defaults, ['agent_1', 'agent_2']).agentId).toBeNull();
  });

  it('says what it needs before it can be saved', () => {
    const bare = newFields({ ...defaults, fromNumbers: [] }, []);
    expect(listed(lacking(bare))).toBe('a name, an agent and a caller number');
    expect(draftOf(bare)).toBeNull();
    expect(lacking(whole)).toEqual([]);
  });

  it('is a draft that the bridge takes, with and without a budget', () => {
    const create = operations['campaigns.create'].input;
    expect(create.parse(draftOf(whole))).toMatchObject({ name: 'Roofs', budgetMicros: 25_000_000 });
    expect(create.parse(draftOf({ ...whole, budgetMicros: null }))).not.toHaveProperty('budgetMicros');
  });

  it('takes the number of its world along', () => {
    const bare = { ...whole, fromNumbers: [] };
    expect(withWorld(bare, 'rehearsal', [])).toEqual({ world: 'rehearsal', fromNumbers: [rehearsalNumber] });
    const rehearsal = { ...bare, world: 'rehearsal' as const, fromNumbers: [rehearsalNumber] };
    expect(withWorld(rehearsal, 'real', ['+15205550118'])).toEqual({ world: 'real', fromNumbers: ['+15205550118'] });
    expect(withWorld(whole, 'rehearsal', []).fromNumbers).toEqual(['+15205550118']);
  });
});

describe('a change', () => {
  it('saves only what differs', () => {
    expect(changeOf('camp_1', { ...whole, name: 'Roofs' }, { name: 'Roofs ', lines: 7 })).toEqual({ id: 'camp_1', lines: 7 });
    expect(changeOf('camp_1', whole, { lines: whole.lines })).toBeNull();
  });

  it('takes the budget away with null', () => {
    const change = changeOf('camp_1', whole, { budgetMicros: null });
    expect(operations['campaigns.update'].input.parse(change)).toEqual({ id: 'camp_1', budgetMicros: null });
  });

  it('limits what a call may cost, and rings a colleague before the announcement', () => {
    const create = operations['campaigns.create'].input;
    const ladder = withPerson(ladders.whole, true);
    expect(create.parse(draftOf({ ...whole, callBudgetMicros: 250_000, ladder }))).toMatchObject({
      callBudgetMicros: 250_000,
      ladder: ['realtime', 'cascade', 'turn-based', 'human', 'announcement'],
    });
    expect(withPerson(ladder, false)).toEqual(ladders.whole);
    expect(ladderChoice(withPerson(ladders.ai, true))).toBe('ai');
  });

  it('holds back a field that is wrong, and saves the others', () => {
    const pending = { window: { ...whole.window, end: '08:00' }, lines: 7 };
    expect(problemsIn({ ...whole, ...pending }).get('window')).toMatch(/later/);
    expect(changeOf('camp_1', whole, pending)).toEqual({ id: 'camp_1', lines: 7 });
  });

  it('leaves a name alone that is still being typed', () => {
    expect(stillPending({ name: 'Roofs ', lines: 7 }, { ...whole, name: 'Roofs', lines: 7 })).toEqual({ name: 'Roofs ' });
  });

  it('gets the problems of the bridge by field', () => {
    const found = bridgeProblems([
      { field: 'window.start', message: 'a time of day' },
      { field: 'elsewhere', message: 'odd' },
    ]);
    expect([...found]).toEqual([['window', 'A time of day.']]);
  });
});

describe('kept fields', () => {
  it('survive, and go when the campaign is saved', () => {
    const held = new Map<string, string>();
    const kept = createKeptCampaign({
      getItem: (key) => held.get(key) ?? null,
      setItem: (key, value) => void held.set(key, value),
      removeItem: (key) => void held.delete(key),
    });
    kept.keep({ name: 'Roofs' });
    expect(kept.read()).toEqual({ name: 'Roofs' });
    kept.drop();
    expect(kept.read()).toEqual({});
  });

  it('are nothing when they cannot be read, or have another shape', () => {
    const broken = createKeptCampaign({ getItem: () => '{"name":', setItem: () => {}, removeItem: () => {} });
    expect(broken.read()).toEqual({});
    const odd: object = { name: 7, lines: 9, fromNumbers: 'x', agentId: null, window: null, other: 1 };
    expect(sensible(odd, whole)).toEqual({ lines: 9, agentId: null });
  });
});

describe('the words on saving', () => {
  const state = { saving: false, dirty: false, lacking: [], problems: new Map(), failed: false, savedAtMs: Date.UTC(2026, 0, 1, 12, 4) };
  it('name what is missing, then what is wrong, then the time', () => {
    expect(saveWords({ ...state, lacking: ['a name', 'an agent'] })).toBe('Not saved yet: needs a name and an agent');
    expect(saveWords({ ...state, problems: new Map([['name', 'Enter a name.']]) })).toBe('Not saved: Name. Enter a name.');
    expect(saveWords({ ...state, failed: true })).toBe('Not saved');
    expect(saveWords({ ...state, dirty: true })).toBe('Not saved yet');
    expect(saveWords(state)).toMatch(/^Saved .*04/);
  });
});

describe('the voice of a campaign', () => {
  it('is shown as the ladder that was chosen, and a ladder of a script as the nearest', () => {
    for (const [choice, ladder] of Object.entries(ladders)) expect(ladderChoice(ladder)).toBe(choice);
    expect(ladderChoice(['realtime'])).toBe('ai');
    expect(ladderChoice(['live', 'announcement'])).toBe('whole');
  });
});
