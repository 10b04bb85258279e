import { describe, expect, it } from 'vitest';
import { dialInput } from '#bridge/contract/calls.ts';
import type { AgentId } from '#bridge/contract/ids.ts';
import type { SetupStatus } from '#bridge/contract/setup.ts';
import { emptyFields } from '#renderer/features/agents/agent-fields.ts';
import { createKeptDrafts } from '#renderer/features/agents/kept-drafts.ts';
import { missingFor, ownCall, rehearsalCall, valuesFor, whyNoRealCall } from '#renderer/features/agents/trial-call.ts';

const trial = { agentId: 'agent_01' as AgentId, carrier: 'twilio', to: '+15205550118', values: { firstName: 'Helen', city: ' ' } } as const;

describe('a trial call', () => {
  it('is one that the bridge takes, without blank values', () => {
    for (const call of [rehearsalCall(trial), ownCall(trial, '+15205550100')]) {
      expect(
        dialInput.safeParse({ ...call, agentId: call.agentId }).error?.issues.filter(({ path }) => path[0] !== 'agentId') ?? [],
      ).toEqual([]);
      expect(call.variables).toEqual({ firstName: 'Helen' });
    }
  });

  it('goes to nobody in the rehearsal', () => {
    expect(rehearsalCall(trial).world).toBe('rehearsal');
    expect(ownCall(trial, '+15205550100').world).toBe('real');
  });

  it('speaks to the person of the rehearsal by name, with the values of the lead', () => {
    expect(valuesFor({ firstName: 'Helen', city: 'Tucson' }, { name: 'Olivia Reyes', number: '+12125550111' })).toEqual({
      firstName: 'Olivia',
      lastName: 'Reyes',
      city: 'Tucson',
      phone: '+12125550111',
    });
  });

  it('says which values are still needed', () => {
    const fields = { ...emptyFields, greeting: 'Hi {{firstName}} in {{city}}', voicemailMessage: '{{city}} {{plan | x}}' };
    expect(missingFor(fields, { firstName: 'Helen' })).toEqual(['city']);
  });
});

describe('a real call', () => {
  const status = (configured: readonly string[], publicUrl: string | null) =>
    ({ publicUrl, providers: configured.map((provider) => ({ provider, configured: true })) }) as unknown as SetupStatus;

  it('needs its carrier and a public address', () => {
    expect(whyNoRealCall(status([], null), 'twilio')).toBe('Twilio is not set up.');
    expect(whyNoRealCall(status(['twilio'], null), 'twilio')).toMatch(/public address/);
    expect(whyNoRealCall(status(['twilio'], 'https://a.example'), 'twilio')).toBeNull();
    expect(whyNoRealCall(status(['twilio'], 'https://a.example'), 'plivo')).toBe('Plivo is not set up.');
  });
});

describe('changes that are not saved', () => {
  it('are there again after the window was closed', () => {
    const items = new Map<string, string>();
    const shelf = { getItem: (key: string) => items.get(key) ?? null, setItem: (key: string, text: string) => void items.set(key, text) };
    const draft = { fields: { ...emptyFields, name: 'Maya' }, baseVersion: 7 };
    createKeptDrafts(shelf).keep('agent_01', draft);
    const again = createKeptDrafts(shelf);
    expect(again.store.getState().drafts).toEqual({ agent_01: draft });
    again.drop('agent_01');
    expect(createKeptDrafts(shelf).store.getState().drafts).toEqual({});
  });

  it('keeps of a draft that was saved what was typed meanwhile, as a change of the version that was made', () => {
    const drafts = createKeptDrafts({ getItem: () => null, setItem: () => {} });
    const fields = { ...emptyFields, name: 'Maya' };
    drafts.keep('agent_01', { fields, baseVersion: 7 });
    drafts.saved('agent_01', fields, { id: 'agent_01', version: 8 });
    expect(drafts.store.getState().drafts).toEqual({});

    const more = { ...fields, name: 'Maya of Northside' };
    drafts.keep('new', { fields: more, baseVersion: 0 });
    drafts.saved('new', fields, { id: 'agent_02', version: 1 });
    expect(drafts.store.getState().drafts).toEqual({ agent_02: { fields: more, baseVersion: 1 } });
  });

  it('that cannot be read keep nothing from opening', () => {
    const shelf = (text: string) => ({ getItem: () => text, setItem: () => {} });
    expect(createKeptDrafts(shelf('{"a": {"fields": {}}}')).store.getState().drafts).toEqual({});
    expect(createKeptDrafts(shelf('not json')).store.getState().drafts).toEqual({});
  });
});
