import { describe, expect, it } from 'vitest';
import { TransferLegsLeft } from '#bridge/calls/transfer/transfer-legs-left.ts';
import type { LegRecord, LegRef } from '#bridge/carriers/carrier.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import { ManualClock } from '#test/support/manual-clock.ts';
import { ScriptedCarrier } from '#test/support/scripted-carrier.ts';
import { addAgent, attemptDraft, openTestStore, silentLog } from '#test/support/store.ts';

const colleague = '+12025550199';
const leg = 'leg_1' as AttemptId;

const record = (change: Partial<LegRecord> = {}): LegRecord => ({
  carrierCallId: 'CA2',
  requestId: null,
  phase: 'ringing',
  outcome: null,
  cause: null,
  createdAtMs: null,
  answeredAtMs: null,
  endedAtMs: null,
  durationMs: null,
  priceMicros: null,
  ...change,
});

/** A store in which a killed process left one second leg open. */
async function afterKill(named: Partial<LegRef> | null, world: 'real' | 'rehearsal' = 'real') {
  const clock = new ManualClock();
  const store = await openTestStore({ clock });
  const carrier = new ScriptedCarrier('twilio', clock);
  const draft = attemptDraft({ agentId: addAgent(store).id, carrier: 'twilio', world });
  store.attempts.intend(draft, () => null);
  store.transferLegs.add({
    id: leg,
    attemptId: draft.id,
    carrier: 'twilio',
    to: colleague,
    from: draft.from,
    submittedAtMs: clock.nowMs(),
  });
  if (named) store.transferLegs.named(leg, { carrierCallId: null, requestId: null, ...named });
  const adapters = {
    world,
    carrier: () => carrier,
    publicOrigin: () => null,
    notConfigured: () => null,
  } as unknown as ReturnType<ConstructorParameters<typeof TransferLegsLeft>[0]['worlds']['get']>;
  const left = new TransferLegsLeft({
    table: store.transferLegs,
    worlds: { get: () => adapters, ready: () => Promise.reject(new Error('not asked for')) },
    clock,
    log: silentLog,
    isOurs: () => false,
  });
  return { left, store, carrier, clock };
}

describe('a second leg that a killed process left open', () => {
  it('is hung up when it is still up, and never dialled again', async () => {
    const { left, store, carrier } = await afterKill({ carrierCallId: 'CA2' });
    carrier.lookUpFinds = record();
    await left.hangUp();
    expect(carrier.hangUps).toEqual([{ carrierCallId: 'CA2', requestId: null }]);
    expect(carrier.dials).toEqual([]);
    expect(store.transferLegs.open()).toEqual([]);
  });

  it('is done with when it has ended by itself', async () => {
    const { left, store, carrier } = await afterKill({ carrierCallId: 'CA2' });
    carrier.lookUpFinds = record({ phase: 'ended' });
    await left.hangUp();
    expect(carrier.hangUps).toEqual([]);
    expect(store.transferLegs.open()).toEqual([]);
  });

  it('is looked for by its numbers when its name was never learnt, until its ring time is over', async () => {
    const { left, store, carrier, clock } = await afterKill(null);
    await left.hangUp();
    expect(store.transferLegs.open()).toHaveLength(1);
    carrier.find = () => Promise.resolve([record({ carrierCallId: 'CA7' })]);
    carrier.lookUpFinds = record({ carrierCallId: 'CA7', phase: 'live' });
    clock.advance(5_000);
    await new Promise((resume) => setTimeout(resume, 5));
    expect(carrier.hangUps).toEqual([{ ...record({ carrierCallId: 'CA7' }) }]);
    expect(store.transferLegs.open()).toEqual([]);
  });

  it('of a rehearsal died with the program that simulated it', async () => {
    const { left, store, carrier } = await afterKill({ carrierCallId: 'CA2' }, 'rehearsal');
    await left.hangUp();
    expect(carrier.lookUps).toBe(0);
    expect(store.transferLegs.open()).toEqual([]);
  });
});
