import { describe, expect, it } from 'vitest';
import { clipTable } from '#bridge/store/clips-table.ts';
import { migrate } from '#bridge/store/migrate.ts';
import { migrations } from '#bridge/store/migrations/all.ts';
import { Sql } from '#bridge/store/sql.ts';
import { openTestStore } from '../../support/store.ts';

describe('clips', () => {
  it('come back as they were put, and the last one put stays', async () => {
    const store = await openTestStore();
    expect(store.clips.get('k')).toBeNull();
    store.clips.put('k', new Uint8Array([1, 2, 3]), 'Hello.');
    store.clips.put('k', new Uint8Array([255, 0]), 'Hi.');
    const clip = store.clips.get('k');
    expect([...(clip?.audio ?? [])]).toEqual([255, 0]);
    expect(clip?.text).toBe('Hi.');
    await store.close();
  });

  it('that were not used for longest make room', () => {
    const sql = new Sql(':memory:', 'memory');
    migrate(sql, migrations, 'memory');
    const dayMs = 86_400_000;
    let nowMs = 0;
    const clips = clipTable(sql, () => nowMs, 1000);
    for (const key of ['a', 'b', 'c']) {
      clips.put(key, new Uint8Array(300), key);
      nowMs += 2 * dayMs;
    }
    clips.get('a');
    clips.put('d', new Uint8Array(300), 'd');
    expect(['a', 'b', 'c', 'd'].filter((key) => clips.get(key))).toEqual(['a', 'c', 'd']);
    clips.put('huge', new Uint8Array(2000), 'huge');
    expect(['a', 'c', 'd', 'huge'].filter((key) => clips.get(key))).toEqual(['huge']);
    sql.close();
  });
});
