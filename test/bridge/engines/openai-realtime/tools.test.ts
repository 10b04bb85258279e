import { describe, expect, it } from 'vitest';
import { phone } from '#bridge/contract/values.ts';
import { toolsFor } from '#bridge/engines/openai-realtime/tools.ts';

const names = (switches: Parameters<typeof toolsFor>[0]) => toolsFor(switches).map(({ name }) => name);

describe('the tools of an agent', () => {
  it('let everyone opt out and end the call unless that is switched off', () => {
    expect(names(undefined)).toEqual(['mark_opt_out', 'end_call']);
    expect(names({ optOut: false, endCall: false })).toEqual([]);
    expect(names({ callback: true })).toEqual(['mark_opt_out', 'end_call', 'schedule_callback']);
    expect(names({ transferTo: [] })).not.toContain('transfer_to_human');
  });

  it('name the colleagues and never their numbers', () => {
    const number = phone.parse('+15550100001');
    const tools = toolsFor({
      transferTo: [
        { name: 'Ann', number },
        { name: 'Ann', number },
        { name: 'Bob', number },
      ],
    });
    const transfer = tools.find(({ name }) => name === 'transfer_to_human');
    expect(transfer?.parameters).toMatchObject({
      type: 'object',
      properties: { to: { enum: ['Ann', 'Bob'] } },
      required: ['to', 'reason'],
    });
    expect(JSON.stringify(tools)).not.toContain('555');
  });

  it('are described by plain JSON schemas with a word on every field that needs one', () => {
    for (const { parameters, description } of toolsFor({ callback: true })) {
      expect(parameters).toMatchObject({ type: 'object' });
      expect(parameters).not.toHaveProperty('$schema');
      expect(description.length).toBeGreaterThan(40);
    }
  });
});
