import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '#bridge/store/store.ts';
import { openTestStore, temporaryFolder } from '../../support/store.ts';

describe('the right to dial', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let one: Store;
  let two: Store;
  beforeEach(async () => {
    folder = await temporaryFolder();
    one = await openTestStore({ dataDir: folder.path });
    two = await openTestStore({ dataDir: folder.path });
  });
  afterEach(async () => {
    await one.close();
    await two.close();
    await folder[Symbol.asyncDispose]();
  });

  it('belongs to one process while it is heard of', () => {
    expect(one.lease.acquire('one', 0)).toBe(true);
    expect(one.lease.acquire('one', 100)).toBe(true);
    expect(two.lease.acquire('two', 2_000)).toBe(false);
    expect(one.lease.renew('one', 9_000)).toBe(true);
    expect(two.lease.acquire('two', 18_999)).toBe(false);
    expect(two.lease.renew('two', 18_999)).toBe(false);
  });

  it('passes on ten seconds after the last heartbeat, and the old holder learns of it', () => {
    one.lease.acquire('one', 0);
    expect(two.lease.acquire('two', 9_999)).toBe(false);
    expect(two.lease.acquire('two', 10_000)).toBe(true);
    expect(one.lease.renew('one', 10_001)).toBe(false);
    expect(one.lease.acquire('one', 10_001)).toBe(false);
  });

  it('passes on at once when it is given back, but only by its holder', () => {
    one.lease.acquire('one', 0);
    two.lease.release('two');
    expect(two.lease.acquire('two', 1)).toBe(false);
    one.lease.release('one');
    expect(two.lease.acquire('two', 2)).toBe(true);
  });

  it('is not lost for hours when the clock is set back', () => {
    one.lease.acquire('one', 3_600_000);
    expect(two.lease.acquire('two', 0)).toBe(true);
  });
});
