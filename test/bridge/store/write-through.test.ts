import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseFile } from '#bridge/store/open-store.ts';
import { Sql } from '#bridge/store/sql.ts';
import { WriteThrough } from '#bridge/store/write-through.ts';
import { silentLog, temporaryFolder } from '#test/support/store.ts';

describe('waiting for the disk', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let file: string;
  let through: WriteThrough | null;
  beforeEach(async () => {
    folder = await temporaryFolder();
    file = join(folder.path, databaseFile);
    through = null;
  });
  afterEach(async () => {
    await through?.close();
    await folder[Symbol.asyncDispose]();
  });

  it('ends when the log was synced, for everybody who waited and for those who came meanwhile', async () => {
    const sql = new Sql(file, folder.path);
    sql.script('CREATE TABLE t (x INTEGER) STRICT; INSERT INTO t VALUES (1);');
    through = new WriteThrough({ file, folder: folder.path, log: silentLog, empty: async () => undefined });
    const first = through.synced();
    const second = through.synced();
    expect(second).not.toBe(first);
    // Those who wait for the next one share it.
    expect(through.synced()).toBe(second);
    await Promise.all([first, second]);
    await through.synced();
    sql.close();
  });

  it('names the folder when the disk refuses', async () => {
    through = new WriteThrough({ file, folder: folder.path, log: silentLog, empty: async () => undefined });
    await expect(through.synced()).rejects.toMatchObject({ code: 'store/unavailable', message: expect.stringContaining(folder.path) });
  });

  it('has a log that has grown large moved into the file, and no small one', async () => {
    let emptied = 0;
    const empty = async () => {
      emptied += 1;
      await writeFile(`${file}-wal`, '');
    };
    await writeFile(`${file}-wal`, Buffer.alloc(5 * 1024 * 1024));
    through = new WriteThrough({ file, folder: folder.path, log: silentLog, empty, lookEveryMs: 5 });
    await vi.waitFor(() => expect(emptied).toBe(1), { interval: 5, timeout: 8_000 });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(emptied).toBe(1);
  });
});
