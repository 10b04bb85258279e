import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { Move } from '#bridge/rehearsal/people/conversation.ts';
import type { Person } from '#bridge/rehearsal/person.ts';
import { type BridgeRig, numbersFrom, openBridgeRig, type ShortPerson, until } from '#test/support/bridge-rig.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

const say = (text: string): Move => ({ kind: 'say', text });
const wait = (ms: number): Move => ({ kind: 'wait', ms });
const machine: Person['machine'] = { kind: 'machine', afterMs: 3_000, beepAtMs: null };
const greeting = [
  say('You have reached Bob Miller. Please leave a message after the tone.'),
  wait(400),
  { kind: 'beep', hz: 1_000, ms: 400 },
] as const;
const message = 'This is Northside Plumbing. Please call us back about your free check of pipes, at two one two, five five five.';

describe.each(['twilio', 'plivo'] as const)('over %s', (carrier) => {
  const people = new Map<string, ShortPerson>();
  const next = numbersFrom(carrier === 'twilio' ? 700 : 740);
  let rig: BridgeRig;
  beforeAll(async () => {
    rig = await openBridgeRig({ people: (number) => people.get(number) ?? null });
    await rig.warmUp();
  });
  afterAll(() => rig?.[Symbol.asyncDispose]());

  async function dial(person: ShortPerson): Promise<Call> {
    const to = next();
    people.set(to, person);
    const agentId = await rig.agent({ voicemailMessage: message });
    return rig.dial(to, carrier, { agentId, answeringMachine: 'leave-message' });
  }
  const view = (call: Call) => rig.invoke('calls.get', { id: call.id });

  it('leaves the message behind the beep, and says so only because it was played', async () => {
    const call = await dial({ machine, moves: [...greeting, wait(35_000)] });
    const over = await rig.over(call.id, 60_000);
    expect(over).toMatchObject({ answerType: 'machine', disposition: 'voicemail-left' });
    expect(over.transcript.some(({ speaker, text }) => speaker === 'ai' && text.includes('Northside'))).toBe(true);
    expect(over.talk?.leadMs).toBeGreaterThan(2_000);
  });

  it('talks to a person who picks up in the middle of it', async () => {
    const call = await dial({
      machine,
      moves: [...greeting, wait(3_000), say('Hello? Hello, I am here.'), wait(12_000), { kind: 'hang-up' }],
    });
    await until('the person', async () => (await view(call)).answerType === 'human', 40_000);
    const over = await rig.over(call.id, 60_000);
    expect(over.disposition).not.toMatch(/^voicemail/);
    expect(over.transcript.filter(({ text }) => text.includes('an AI assistant')).length).toBeGreaterThanOrEqual(1);
  });

  it('tells a screener who calls, and the person whom it then brings', async () => {
    const call = await dial({
      machine: { kind: 'unknown', afterMs: 3_000, beepAtMs: null },
      moves: [
        say('Please record your name and reason for calling.'),
        wait(9_000),
        say('Hello, who is this?'),
        wait(9_000),
        { kind: 'hang-up' },
      ],
    });
    await until('the screener', async () => (await view(call)).answerType === 'screener', 30_000);
    await until('the person', async () => (await view(call)).answerType === 'human', 40_000);
    const over = await rig.over(call.id, 60_000);
    expect(over.answerReason).toContain('who is this');
    expect(rig.violations()).toEqual([]);
  });
});
