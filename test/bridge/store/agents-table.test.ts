import { describe, expect, it } from 'vitest';
import type { AgentId } from '#bridge/contract/ids.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { addAgent, agentDraft, openTestStore } from '../../support/store.ts';

describe('agents', () => {
  it('come back as they were written', async () => {
    const store = await openTestStore();
    const draft = agentDraft({ tools: { transferTo: [{ name: 'Desk', number: '+15550100077' }], endCall: true }, language: 'en-US' });
    const made = store.agents.create(draft);
    expect(store.agents.get(made.id)).toEqual({ ...draft, id: made.id, version: 1, createdAt: made.createdAt, updatedAt: made.createdAt });
    await store.close();
  });

  it('keep every old version readable when they change', async () => {
    const clock = new ManualClock();
    const store = await openTestStore({ clock });
    const first = addAgent(store, { greeting: 'Hello.' });
    clock.advance(1000);
    const second = store.agents.update(first.id, { greeting: 'Good day.' });
    expect(second).toMatchObject({ version: 2, greeting: 'Good day.', instructions: first.instructions, createdAt: first.createdAt });
    expect(Date.parse(second.updatedAt) - Date.parse(first.updatedAt)).toBe(1000);
    expect(store.agents.get(first.id, 1)).toEqual(first);
    expect(store.agents.get(first.id)).toEqual(second);
    expect(store.agents.list()).toEqual([second]);
    expect(store.agents.get(first.id, 3)).toBeNull();
    await store.close();
  });

  it('leave alone what a change does not name', async () => {
    const store = await openTestStore();
    const made = addAgent(store, { voice: 'marin' });
    expect(store.agents.update(made.id, { name: 'Bea' })).toMatchObject({ name: 'Bea', voice: 'marin', id: made.id });
    await store.close();
  });

  it('lose what a change takes away', async () => {
    const store = await openTestStore();
    const made = addAgent(store, { voice: 'marin', model: 'gpt-realtime-2.1-mini' });
    const changed = store.agents.update(made.id, { model: null });
    expect(changed).not.toHaveProperty('model');
    expect(changed.voice).toBe('marin');
    await store.close();
  });

  it('show all their versions, newest first', async () => {
    const store = await openTestStore();
    const made = addAgent(store);
    addAgent(store);
    const changed = store.agents.update(made.id, { name: 'Bea' });
    expect(store.agents.versions(made.id)).toEqual([changed, made]);
    expect(store.agents.versions('agent_x' as AgentId)).toEqual([]);
    await store.close();
  });

  it('that do not exist are null to read and not-found to change', async () => {
    const store = await openTestStore();
    expect(store.agents.get('agent_x' as AgentId)).toBeNull();
    expect(() => store.agents.update('agent_x' as AgentId, {})).toThrow(expect.objectContaining({ code: 'not-found' }));
    await store.close();
  });
});
