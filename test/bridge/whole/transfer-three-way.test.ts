import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import type { Move } from '#bridge/rehearsal/people/conversation.ts';
import { type BridgeRig, numbersFrom, openBridgeRig, type ShortPerson, until } from '#test/support/bridge-rig.ts';
import { toneAmid } from '#test/support/ear.ts';
import { OperatorConsole } from '#test/support/operator-console.ts';
import { tone } from '#test/support/tones.ts';

vi.setConfig({ testTimeout: 150_000, hookTimeout: 90_000 });

const carriers = ['twilio', 'plivo'] as const;
/** Nobody's tone is a harmonic of another's. */
const leadHz = 1_100;
const colleagueHz = 700;
const operatorHz = 1_750;

const beeps = (hz: number, times: number): readonly Move[] =>
  Array.from({ length: times }, (): readonly Move[] => [
    { kind: 'beep', hz, ms: 1_200 },
    { kind: 'wait', ms: 500 },
  ]).flat();
const lead: ShortPerson = { moves: [{ kind: 'say', text: 'Hello?' }, { kind: 'wait', ms: 4_000 }, ...beeps(leadHz, 30)], giveUpMs: 70_000 };
const colleague = (times: number): ShortPerson => ({
  moves: [
    { kind: 'listen', pauseMs: 900 },
    { kind: 'press', digits: '1' },
    { kind: 'wait', ms: 800 },
    ...beeps(colleagueHz, times),
    { kind: 'hang-up' },
  ],
  giveUpMs: 70_000,
});

const sleep = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

describe.each(carriers)('a warm transfer over %s by an operator who holds the call', (carrier) => {
  let rig: BridgeRig;
  const people = new Map<string, ShortPerson>();
  const nextNumber = numbersFrom(carrier === 'twilio' ? 500 : 600);
  beforeAll(async () => {
    rig = await openBridgeRig({ people: (number) => people.get(number) ?? null });
    await rig.invoke('settings.update', { operatorName: 'Dana' });
    await rig.warmUp();
  });
  afterAll(async () => {
    await rig[Symbol.asyncDispose]();
  });

  const view = (call: Call) => rig.invoke('calls.get', { id: call.id });
  const heard = (leg: SimCall) => leg.heard ?? new Uint8Array();
  /** Milliseconds since they picked up. */
  const since = (leg: SimCall, atMs = Date.now()) => atMs - (leg.answeredAtMs ?? 0);
  /** Whether an ear heard a tone between two moments (epoch ms). */
  const hears = (leg: SimCall, hz: number, fromMs: number, toMs: number) => toneAmid(heard(leg), hz, since(leg, fromMs), since(leg, toMs));

  async function connected(on: CarrierName, times: number, operator: OperatorConsole) {
    const [from, to] = [nextNumber(), nextNumber()];
    people.set(from, lead).set(to, colleague(times));
    const call = await rig.dial(from, on, { answeringMachine: 'off', maxCallSeconds: 90 });
    const leadLeg = await until('the answer', () => rig.ringsAt(from).find(({ answeredAtMs }) => answeredAtMs !== null));
    await until('a call that can be taken', async () => (await view(call)).state === 'live');
    operator.hears(tone(operatorHz, 800));
    await operator.takeOver(call.id);
    await operator.listen(call.id);
    await operator.invoke('calls.transfer', { id: call.id, to, kind: 'warm', holdSound: true });
    await until('the colleague', async () => (await view(call)).transfer?.state === 'connected', 60_000);
    const colleagueLeg = rig.ringsAt(to)[0] as SimCall;
    return { call, leadLeg, colleagueLeg, atMs: Date.now() };
  }

  async function end(call: Call): Promise<Call> {
    if ((await view(call)).state !== 'ended') await rig.ask('calls.hangUp', { id: call.id });
    const over = await rig.over(call.id, 60_000);
    expect(over.involvements.every(({ endMs }) => endMs !== null)).toBe(true);
    expect(rig.violations()).toEqual([]);
    return over;
  }

  it('lets all three hear each other, and lead and colleague go on when the operator steps back', async () => {
    using operator = await OperatorConsole.open(rig);
    const { call, leadLeg, colleagueLeg, atMs } = await connected(carrier, 7, operator);
    operator.ear.lead.length = 0;
    expect(await view(call)).toMatchObject({ holder: { kind: 'operator', name: 'Dana' }, transfer: { state: 'connected' } });
    await sleep(5_000);
    const steppedMs = Date.now();
    // Each of the two others at each ear, and both at once: nobody is left out while another speaks.
    for (const [leg, hz] of [
      [leadLeg, colleagueHz],
      [colleagueLeg, leadHz],
    ] as const) {
      const theirs = hears(leg, hz, atMs + 300, steppedMs);
      const operators = hears(leg, operatorHz, atMs + 300, steppedMs);
      expect(theirs.length).toBeGreaterThan(5);
      expect(operators.length).toBeGreaterThan(15);
      expect(theirs.filter((at) => operators.includes(at)).length).toBeGreaterThan(5);
    }
    const ear = Uint8Array.from(operator.ear.lead.flatMap((frame) => [...frame]));
    expect(toneAmid(ear, leadHz, 0, 5_000).length).toBeGreaterThan(5);
    expect(toneAmid(ear, colleagueHz, 0, 5_000).length).toBeGreaterThan(5);
    expect(toneAmid(ear, operatorHz, 0, 5_000)).toEqual([]);
    await operator.giveBack(call.id, { open: 'wait' });
    const leftMs = Date.now();
    expect((await view(call)).holder).toMatchObject({ kind: 'colleague' });
    await sleep(3_000);
    for (const [leg, hz] of [
      [leadLeg, colleagueHz],
      [colleagueLeg, leadHz],
    ] as const) {
      expect(hears(leg, hz, leftMs + 400, leftMs + 3_000).length).toBeGreaterThan(3);
      expect(hears(leg, operatorHz, leftMs + 500, leftMs + 3_000)).toEqual([]);
    }
    // The colleague was the last person on it: the AI has it when they hang up.
    await until('the AI has it again', async () => (await view(call)).holder?.kind === 'ai', 30_000);
    const over = await end(call);
    expect(over).toMatchObject({ disposition: 'transferred', transfer: { state: 'connected', requestedBy: 'operator' } });
    expect(over.involvements).toContainEqual(expect.objectContaining({ who: 'Dana', action: 'stepped-back' }));
  });

  it('leaves the operator the call when the colleague hangs up first', async () => {
    using operator = await OperatorConsole.open(rig);
    const { call, leadLeg, colleagueLeg } = await connected(carrier, 2, operator);
    const goneMs = await until('the hang-up', () => colleagueLeg.endedAtMs, 30_000);
    await sleep(3_000);
    const { holder, state, transfer } = await view(call);
    expect({ holder, state }).toMatchObject({ holder: { kind: 'operator', name: 'Dana' }, state: 'live' });
    expect(transfer).toMatchObject({ state: 'connected', cause: expect.any(String) });
    expect(hears(leadLeg, operatorHz, goneMs + 500, goneMs + 3_000).length).toBeGreaterThan(8);
    expect(hears(leadLeg, colleagueHz, goneMs + 500, goneMs + 3_000)).toEqual([]);
    await end(call);
  });

  it('goes on between lead and operator when the operator lets the colleague go', async () => {
    using operator = await OperatorConsole.open(rig);
    const { call, leadLeg, colleagueLeg } = await connected(carrier, 12, operator);
    await operator.invoke('calls.cancelTransfer', { id: call.id });
    const goneMs = await until('the end of their leg', () => colleagueLeg.endedAtMs, 10_000);
    await sleep(2_500);
    const { holder, state, transfer } = await view(call);
    expect({ holder, state }).toMatchObject({ holder: { kind: 'operator', name: 'Dana' }, state: 'live' });
    expect(transfer).toMatchObject({ state: 'connected', cause: 'Dana let them go', message: expect.stringContaining('has left') });
    expect(hears(leadLeg, operatorHz, goneMs + 500, goneMs + 2_500).length).toBeGreaterThan(6);
    expect(hears(leadLeg, colleagueHz, goneMs + 500, goneMs + 2_500)).toEqual([]);
    await end(call);
  });

  it('goes on between lead and colleague when the console dies', async () => {
    const operator = await OperatorConsole.open(rig);
    const { call, leadLeg, colleagueLeg } = await connected(carrier, 8, operator);
    operator[Symbol.dispose]();
    const diedMs = Date.now();
    await until('the colleague has it alone', async () => (await view(call)).holder?.kind === 'colleague', 10_000);
    await sleep(3_500);
    expect(hears(leadLeg, colleagueHz, diedMs + 500, diedMs + 3_500).length).toBeGreaterThan(3);
    expect(hears(colleagueLeg, leadHz, diedMs + 500, diedMs + 3_500).length).toBeGreaterThan(3);
    const over = await end(call);
    expect(over.involvements).toContainEqual(
      expect.objectContaining({ action: 'stepped-back', detail: expect.stringContaining('line broke off') }),
    );
  });
});
