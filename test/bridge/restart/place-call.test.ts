import { describe, expect, it, onTestFinished } from 'vitest';
import type { DialAccepted } from '#bridge/carriers/carrier.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { Store } from '#bridge/store/store.ts';
import { openRestartStage, orderOn as order, type RestartStage } from '#test/support/restart-stage.ts';

async function stage(wrap?: (store: Store) => Store): Promise<RestartStage> {
  const opened = await openRestartStage(wrap);
  onTestFinished(() => opened[Symbol.asyncDispose]());
  await opened.reconciler.run();
  return opened;
}

describe('placing a call', () => {
  it('may begin in a world that is set up', async () => {
    const { dialer } = await stage();
    expect(dialer.notConfigured('real', 'twilio')).toBeNull();
  });

  it('sends nothing when the disk does not take the word that something is about to be sent', async () => {
    let full = false;
    const opened = await stage((store) => ({
      ...store,
      attempts: {
        ...store.attempts,
        update: (id, patch) => {
          if (full && patch.phase === 'submitting') throw new BridgeError('store/unavailable', 'The disk is full.');
          store.attempts.update(id, patch);
        },
      },
    }));
    full = true;
    await expect(opened.dialer.place(order(opened))).rejects.toMatchObject({ code: 'store/unavailable' });
    expect(opened.carrier.dialled).toEqual([]);
    full = false;
    // What the disk refused is written when it takes it again; then the number is free.
    await opened.pass(10_000);
    await expect(opened.dialer.place(order(opened))).resolves.toMatchObject({ kind: 'placed' });
    expect(opened.carrier.dialled).toHaveLength(1);
  });

  it('ends a call that was given up while its request was under way, as soon as it has a name', async () => {
    const opened = await stage();
    const accepted = Promise.withResolvers<DialAccepted>();
    opened.carrier.onDial = () => accepted.promise;
    const placing = opened.dialer.place(order(opened));
    await opened.pass(100);
    const [call] = opened.desk.all;
    call?.hangUp('operator', 'not wanted any more');
    await opened.pass(60_000);
    expect(opened.carrier.hungUp).toEqual([]);
    accepted.resolve({ requestId: 'leg-1', carrierCallId: 'leg-1', queueMs: null });
    await placing;
    expect(opened.carrier.hungUp).toEqual([{ carrierCallId: 'leg-1', requestId: 'leg-1' }]);
    expect(call?.over).toBe(false);
  });

  it('looks for a call whose answer was lost, and dials nobody again', async () => {
    const opened = await stage();
    opened.carrier.onDial = () => Promise.reject(new BridgeError('carrier/unknown', 'The answer was lost.'));
    await expect(opened.dialer.place(order(opened))).resolves.toMatchObject({ kind: 'unknown' });
    await expect(opened.dialer.place(order(opened))).resolves.toMatchObject({ kind: 'refused', refusal: { name: 'unknown-outcome' } });
    await opened.pass(5_000);
    expect(opened.carrier.asked).toHaveLength(1);
    expect(opened.carrier.dialled).toHaveLength(1);
  });
});
