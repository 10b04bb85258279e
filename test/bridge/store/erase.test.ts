import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addAttempt, openTestStore, phoneNumber, segment } from '../../support/store.ts';
import { folderForTest } from '../../support/temporary-folder.ts';

async function filesHolding(folder: string, word: string): Promise<string[]> {
  const holding: string[] = [];
  for (const name of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue;
    const path = join(name.parentPath, name.name);
    if ((await readFile(path)).includes(word)) holding.push(name.name);
  }
  return holding;
}

describe('erasing what was said', () => {
  it('leaves no word of it in the file, its log or its index', async () => {
    const folder = await folderForTest();
    const store = await openTestStore({ dataDir: folder.path });
    const kept = addAttempt(store, { to: phoneNumber(1) });
    const erased = addAttempt(store, { to: phoneNumber(2) });
    for (let round = 0; round < 40; round += 1) {
      store.transcripts.save(kept.id, segment(`keepsake ${round} among ordinary words`));
      const one = segment(`half of zanzibarquux ${round}`, { final: false });
      store.transcripts.save(erased.id, one);
      store.transcripts.save(erased.id, {
        ...one,
        text: `the whole of zanzibarquux ${round}`,
        final: true,
        heardText: 'the whole of zanzi',
      });
    }
    expect(await filesHolding(folder.path, 'zanzibarquux')).not.toEqual([]);
    expect(store.transcripts.erase(erased.id)).toBe(40);
    expect(await filesHolding(folder.path, 'zanzi')).toEqual([]);
    expect(await filesHolding(folder.path, 'keepsake')).not.toEqual([]);
    expect(await store.search.transcripts({ query: 'keepsake', order: 'newest', limit: 100 })).toHaveLength(40);
    await store.close();
    expect(await filesHolding(folder.path, 'zanzi')).toEqual([]);
  });
});
