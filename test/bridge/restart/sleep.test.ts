import { describe, expect, it, onTestFinished } from 'vitest';
import type { AttemptId } from '#bridge/contract/ids.ts';
import { legRecord, openRestartStage, orderOn, type RestartStage } from '#test/support/restart-stage.ts';

const halfAnHour = 30 * 60_000;

async function stage(): Promise<RestartStage> {
  const opened = await openRestartStage();
  onTestFinished(() => opened[Symbol.asyncDispose]());
  await opened.reconciler.run();
  return opened;
}

async function placed(opened: RestartStage): Promise<AttemptId> {
  const outcome = await opened.dialer.place(orderOn(opened));
  if (outcome.kind !== 'placed') throw new Error('nothing was placed');
  return outcome.attemptId;
}

describe('after a sleep of the machine', () => {
  it('nobody is dialled before the carriers were asked what became of the calls', async () => {
    const opened = await stage();
    const id = await placed(opened);
    const asked = Promise.withResolvers<void>();
    const { lookUp } = opened.carrier;
    opened.carrier.lookUp = async (leg) => {
      await asked.promise;
      return lookUp.call(opened.carrier, leg);
    };
    opened.carrier.legs.push(legRecord({ phase: 'ended', outcome: 'no-answer', endedAtMs: opened.clock.nowMs() + 20_000 }));
    expect(opened.dialer.reconciling).toBe(false);
    opened.clock.sleep(halfAnHour);
    // Whoever asks first is told, before any timer has noticed.
    expect(opened.dialer.reconciling).toBe(true);
    await opened.pass(6_000);
    expect(opened.dialer.reconciling).toBe(true);
    asked.resolve();
    await opened.pass(0);
    expect(opened.dialer.reconciling).toBe(false);
    expect(opened.attempt(id)).toMatchObject({ phase: 'ended', outcome: 'no-answer' });
  });

  it('a call that still goes on goes on', async () => {
    const opened = await stage();
    const id = await placed(opened);
    opened.tell({ type: 'leg.ringing' }, id);
    opened.carrier.legs.push(legRecord({ phase: 'ringing' }));
    opened.clock.sleep(-halfAnHour);
    await opened.pass(6_000);
    expect(opened.carrier.lookedUp).toHaveLength(1);
    expect(opened.attempt(id).phase).toBe('ringing');
    expect(opened.carrier.hungUp).toEqual([]);
  });

  it('a request that is under way is left to its own answer', async () => {
    const opened = await stage();
    const answer = Promise.withResolvers<{ requestId: string; carrierCallId: string; queueMs: null }>();
    opened.carrier.onDial = () => answer.promise;
    const placing = opened.dialer.place(orderOn(opened));
    await opened.pass(100);
    opened.clock.sleep(halfAnHour);
    await opened.pass(6_000);
    expect(opened.carrier.asked).toEqual([]);
    answer.resolve({ requestId: 'leg-1', carrierCallId: 'leg-1', queueMs: null });
    await expect(placing).resolves.toMatchObject({ kind: 'placed' });
  });

  it('a request that had not left does not leave any more', async () => {
    const disk = Promise.withResolvers<void>();
    const opened = await openRestartStage((store) => ({ ...store, synced: () => disk.promise }));
    onTestFinished(() => opened[Symbol.asyncDispose]());
    await opened.reconciler.run();
    const placing = opened.dialer.place(orderOn(opened));
    await opened.pass(100);
    opened.clock.sleep(halfAnHour);
    disk.resolve();
    await expect(placing).resolves.toMatchObject({ kind: 'failed', outcome: 'cancelled' });
    expect(opened.carrier.dialled).toEqual([]);
  });

  it('an attempt that is not found is asked for in one row of questions, not in two', async () => {
    const opened = await stage();
    opened.carrier.onDial = () => Promise.reject(new Error('the answer was lost'));
    await opened.dialer.place(orderOn(opened));
    opened.clock.sleep(60_000);
    await opened.pass(5_000);
    const before = opened.carrier.asked.length;
    expect(before).toBeGreaterThan(0);
    for (let second = 0; second < 34; second += 1) await opened.pass(1_000);
    expect(opened.carrier.asked.length - before).toBeLessThanOrEqual(2);
  });

  it('a carrier that cannot be reached yet does not keep dialling off for ever', async () => {
    const opened = await stage();
    const id = await placed(opened);
    opened.carrier.trouble = new Error('there is no network yet');
    opened.clock.sleep(halfAnHour);
    await opened.pass(6_000);
    expect(opened.dialer.reconciling).toBe(false);
    opened.carrier.trouble = null;
    opened.carrier.legs.push(legRecord({ phase: 'ended', outcome: 'busy' }));
    await opened.pass(30_000);
    expect(opened.attempt(id)).toMatchObject({ phase: 'ended', outcome: 'busy' });
  });
});
