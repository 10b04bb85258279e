import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lockFile } from '#bridge/store/dial-lease.ts';
import type { Store } from '#bridge/store/store.ts';
import { openTestStore } from '../../support/store.ts';
import { folderForTest } from '../../support/temporary-folder.ts';

async function storeIn(dataDir: string): Promise<Store> {
  const store = await openTestStore({ dataDir });
  onTestFinished(() => store.close());
  return store;
}

/** Another process that has taken the right to dial in this folder. */
async function otherHolder(dataDir: string, answer: 'held' | 'refused' = 'held') {
  const entry = fileURLToPath(new URL('./hold-dial-lease.ts', import.meta.url));
  const child = spawn(process.execPath, [entry, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe(`${answer}\n`);
  return child;
}

describe('the right to dial', () => {
  it('belongs to one store at a time, and passes on when it is given back or its store is closed', async () => {
    const folder = await folderForTest();
    const one = await storeIn(folder.path);
    const two = await storeIn(folder.path);
    expect(one.lease.acquire()).toBe(true);
    expect(one.lease.acquire()).toBe(true);
    expect(two.lease.acquire()).toBe(false);
    two.lease.release();
    expect(two.lease.acquire()).toBe(false);
    one.lease.release();
    expect(two.lease.acquire()).toBe(true);
    expect(one.lease.acquire()).toBe(false);
    await two.close();
    expect(one.lease.acquire()).toBe(true);
  });

  it('is not lost to another process when a second store of this one has asked for it in vain', async () => {
    const folder = await folderForTest();
    const one = await storeIn(folder.path);
    const two = await storeIn(folder.path);
    expect(one.lease.acquire()).toBe(true);
    expect(two.lease.acquire()).toBe(false);
    await otherHolder(folder.path, 'refused');
  });

  it('is free in the moment in which the process that holds it is killed, not before', async () => {
    const folder = await folderForTest();
    const store = await storeIn(folder.path);
    const other = await otherHolder(folder.path);
    expect(store.lease.acquire()).toBe(false);
    // A process that hangs may go on at any moment: it keeps what it has.
    other.kill('SIGSTOP');
    expect(store.lease.acquire()).toBe(false);
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(store.lease.acquire()).toBe(true);
  });

  it('keeps nobody from reading or writing the database, and is for this user alone', async () => {
    const folder = await folderForTest();
    const one = await storeIn(folder.path);
    expect(one.lease.acquire()).toBe(true);
    const two = await storeIn(folder.path);
    expect(two.suppressions.add(['+15550100001'], 'rehearsal', 'manual', null).added).toBe(1);
    expect(one.suppressions.has('+15550100001', 'rehearsal')).not.toBeNull();
    if (process.platform !== 'win32') expect(statSync(join(folder.path, lockFile)).mode & 0o777).toBe(0o600);
  });

  it('is no question for a store in memory', async () => {
    const one = await storeIn(':memory:');
    expect(one.lease.acquire()).toBe(true);
  });
});
