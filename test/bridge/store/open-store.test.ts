import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { dialLease } from '#bridge/store/dial-lease.ts';
import { leadTable } from '#bridge/store/leads-table.ts';
import { type Migration, migrate } from '#bridge/store/migrate.ts';
import { migrations } from '#bridge/store/migrations/all.ts';
import { databaseFile, openStore } from '#bridge/store/open-store.ts';
import { Sql } from '#bridge/store/sql.ts';
import { addAgent, addAttempt, addCampaign, addLead, newLead, openTestStore, phoneNumber, silentLog } from '../../support/store.ts';
import { folderForTest } from '../../support/temporary-folder.ts';

const unavailable = (words: RegExp) => expect.objectContaining({ code: 'store/unavailable', message: expect.stringMatching(words) });

describe('opening the store', () => {
  it('makes a folder and files for this user alone, and keeps what was written', async () => {
    const folder = await folderForTest();
    const dataDir = join(folder.path, 'deep', 'data');
    const store = await openTestStore({ dataDir });
    const agent = addAgent(store);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(dataDir)) expect((await stat(join(dataDir, name))).mode & 0o777, name).toBe(0o600);
    await store.close();
    await store.close();
    expect(await readdir(dataDir)).toEqual([databaseFile]);
    const again = await openTestStore({ dataDir });
    expect(again.agents.list()).toEqual([agent]);
    await again.close();
  });

  it('leaves a folder alone that another process dials from, and takes it when that has ended', async () => {
    const folder = await folderForTest();
    const other = dialLease(folder.path);
    expect(other.acquire()).toBe(true);
    const open = () => openStore({ dataDir: folder.path, now: () => 0, log: silentLog, alone: true });
    await expect(open()).rejects.toMatchObject({ code: 'state/conflict', message: expect.stringContaining(folder.path) });
    expect(await readdir(folder.path)).not.toContain(databaseFile);
    other.release();
    const store = await open();
    expect(other.acquire()).toBe(false);
    await store.close();
    expect(other.acquire()).toBe(true);
    other.release();
  });

  it('gives the folder back when its database cannot be used', async () => {
    const folder = await folderForTest();
    const raw = new Database(join(folder.path, databaseFile));
    raw.pragma('user_version = 7012');
    raw.close();
    await expect(openStore({ dataDir: folder.path, now: () => 0, log: silentLog, alone: true })).rejects.toMatchObject({
      code: 'store/newer',
    });
    const other = dialLease(folder.path);
    expect(other.acquire()).toBe(true);
    other.release();
  });

  it('refuses a file of a newer build, naming both versions, and leaves it alone', async () => {
    const folder = await folderForTest();
    await (await openTestStore({ dataDir: folder.path })).close();
    const raw = new Database(join(folder.path, databaseFile));
    raw.pragma('user_version = 7012');
    raw.close();
    await expect(openTestStore({ dataDir: folder.path })).rejects.toMatchObject({
      code: 'store/newer',
      message: expect.stringMatching(new RegExp(`${folder.path}.*7012.* ${migrations.length}\\b`)),
      details: { found: 7012, known: migrations.length },
    });
    const after = new Database(join(folder.path, databaseFile));
    expect(after.pragma('user_version', { simple: true })).toBe(7012);
    after.close();
  });

  it('says in words that a file is no database', async () => {
    const folder = await folderForTest();
    await writeFile(join(folder.path, databaseFile), 'dear diary, '.repeat(1000));
    await expect(openTestStore({ dataDir: folder.path })).rejects.toEqual(unavailable(/damaged or belongs to another program/));
  });

  it('says in words that something stands where the folder should be', async () => {
    const folder = await folderForTest();
    const path = join(folder.path, 'file');
    await writeFile(path, '');
    await expect(openTestStore({ dataDir: path })).rejects.toEqual(unavailable(/cannot be used as a folder/));
    await expect(openTestStore({ dataDir: join(path, 'below') })).rejects.toEqual(unavailable(/cannot be used as a folder/));
  });

  it.skipIf(process.platform === 'win32')('names a folder that may not be written to, and the cure', async () => {
    const folder = await folderForTest();
    const dataDir = join(folder.path, 'data');
    await (await openTestStore({ dataDir })).close();
    await chmod(folder.path, 0o755);
    await chmod(dataDir, 0o555);
    await chmod(join(dataDir, databaseFile), 0o444);
    const child = fileURLToPath(new URL('./open-as-nobody.ts', import.meta.url));
    for (const path of [dataDir, join(dataDir, 'new')]) {
      const { stdout, stderr } = spawnSync(process.execPath, [child, path], { encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({
        code: 'store/unavailable',
        message: expect.stringMatching(new RegExp(`^${path} cannot be written to.*RINGSIDE_DATA_DIR`)),
      });
    }
    await chmod(dataDir, 0o755);
  });

  it('keeps the thread that moves the audio from waiting for the disk', async () => {
    const folder = await folderForTest();
    const file = join(folder.path, 'x.db');
    for (const _ of ['fresh', 'again']) {
      const sql = new Sql(file, folder.path);
      const synchronous = () => sql.pragma('synchronous');
      expect(synchronous()).toBe(1);
      expect(sql.pragma('wal_autocheckpoint')).toBe(0);
      sql.script('CREATE TABLE IF NOT EXISTS t (x INTEGER) STRICT');
      sql.run('INSERT INTO t VALUES (1)');
      expect(synchronous()).toBe(1);
      expect(sql.pragma('journal_mode')).toBe('wal');
      expect(sql.pragma('foreign_keys')).toBe(1);
      expect(sql.pragma('secure_delete')).toBe(1);
      sql.close();
    }
  });
});

describe('a disk that fills up', () => {
  it('is named, and what was committed before stays while the rest is undone', async () => {
    const folder = await folderForTest();
    const store = await openTestStore({ dataDir: folder.path });
    const campaign = addCampaign(store);
    await store.close();

    const sql = new Sql(join(folder.path, databaseFile), folder.path);
    const pages = Number(sql.pragma('page_count'));
    sql.pragma(`max_page_count = ${pages + 4}`);
    const leads = leadTable(sql, () => 0);
    leads.addMany(campaign.id, [newLead(phoneNumber(1))]);
    const many = Array.from({ length: 5000 }, (_, index) => newLead(phoneNumber(index + 2)));
    expect(() => leads.addMany(campaign.id, many)).toThrow(unavailable(new RegExp(`disk that holds ${folder.path} is full`)));
    expect([...leads.each(campaign.id)].map(({ phone }) => phone)).toEqual([phoneNumber(1)]);
    expect(() => sql.transaction(() => leads.addMany(campaign.id, many))).toThrow(unavailable(/full/));
    sql.pragma('max_page_count = 1000000');
    expect(leads.addMany(campaign.id, many).added).toBe(5000);
    sql.close();
  });

  it('never commits the rest of a transaction whose beginning it took back', async () => {
    const folder = await folderForTest();
    const sql = new Sql(join(folder.path, 'x.db'), folder.path);
    sql.script('CREATE TABLE t (x TEXT) STRICT');
    sql.pragma(`max_page_count = ${Number(sql.pragma('page_count')) + 2}`);
    const attempt = () =>
      sql.transaction(() => {
        sql.run(`INSERT INTO t VALUES ('first')`);
        try {
          sql.transaction(() => sql.run('INSERT INTO t VALUES (?)', 'x'.repeat(1_000_000)));
        } catch {
          // Somebody who thinks that the inner part did not matter.
        }
        sql.run(`INSERT INTO t VALUES ('last')`);
      });
    try {
      attempt();
    } catch (error) {
      expect(error).toMatchObject({ code: 'store/unavailable' });
    }
    // Both or neither.
    expect([0, 2]).toContain(sql.all('SELECT x FROM t').length);
    sql.close();
  });
});

describe('a transaction', () => {
  it('is undone as a whole when it throws', async () => {
    const store = await openTestStore();
    const work = () => {
      addAgent(store);
      throw new Error('changed my mind');
    };
    expect(() => store.transaction(work)).toThrow('changed my mind');
    expect(store.agents.list()).toEqual([]);
    await store.close();
  });

  it('joins the one around it; an inner one that fails takes back only its own', async () => {
    const store = await openTestStore();
    store.transaction(() => {
      addAgent(store, { name: 'outer' });
      store.transaction(() => addAgent(store, { name: 'inner' }));
      expect(() =>
        store.transaction(() => {
          addAgent(store, { name: 'lost' });
          throw new Error('inner');
        }),
      ).toThrow('inner');
    });
    expect(store.agents.list().map(({ name }) => name)).toEqual(['outer', 'inner']);
    expect(() =>
      store.transaction(() => {
        store.transaction(() => addAgent(store));
        throw new Error('outer');
      }),
    ).toThrow('outer');
    expect(store.agents.list()).toHaveLength(2);
    await store.close();
  });

  it('cannot wait', async () => {
    const store = await openTestStore();
    expect(() => store.transaction(async () => addAgent(store))).toThrow('cannot wait');
    expect(store.agents.list()).toEqual([]);
    await store.close();
  });

  it('gives back what its work gave', async () => {
    const store = await openTestStore();
    expect(store.transaction(() => store.transaction(() => 42))).toBe(42);
    await store.close();
  });
});

describe('two processes at one file', () => {
  it('cannot both dial one lead or one number, and each sees what the other did', async () => {
    const folder = await folderForTest();
    const [one, two] = [await openTestStore({ dataDir: folder.path }), await openTestStore({ dataDir: folder.path })];
    const campaign = addCampaign(one);
    const lead = addLead(one, campaign, phoneNumber(1));
    const conflict = expect.objectContaining({ code: 'state/conflict' });
    addAttempt(one, { campaign, lead });
    expect(() => addAttempt(two, { campaign, lead })).toThrow(conflict);
    expect(() => addAttempt(two, { to: lead.phone })).toThrow(conflict);
    expect(two.attempts.open()).toEqual(one.attempts.open());
    expect(two.leads.get(lead.id)).toMatchObject({ state: 'dialling', attempts: 1 });
    await one.close();
    await two.close();
  });
});

describe('a migration', () => {
  const newest = migrations.length;
  const addColumn: Migration = {
    id: newest + 1,
    name: 'add a column',
    up: (sql) => sql.script(`ALTER TABLE agents ADD COLUMN nickname TEXT; UPDATE agents SET nickname = 'nick of ' || id;`),
  };
  const inFile = (path: string) => new Sql(join(path, databaseFile), path);

  it('finds the rows of the version before, and runs once', async () => {
    const folder = await folderForTest();
    const store = await openTestStore({ dataDir: folder.path });
    const agent = addAgent(store);
    await store.close();
    const sql = inFile(folder.path);
    expect(migrate(sql, [...migrations, addColumn], folder.path)).toBe(1);
    expect(migrate(sql, [...migrations, addColumn], folder.path)).toBe(0);
    expect(sql.one('SELECT nickname FROM agents')).toEqual({ nickname: `nick of ${agent.id}` });
    expect(sql.pragma('user_version')).toBe(newest + 1);
    expect(sql.pragma('foreign_keys')).toBe(1);
    sql.close();
  });

  it('that fails half-way leaves the version before, whole', async () => {
    const folder = await folderForTest();
    const sql = inFile(folder.path);
    migrate(sql, migrations, folder.path);
    const broken: Migration = {
      id: newest + 1,
      name: 'broken',
      up: (db) => {
        addColumn.up(db);
        throw new Error('power cut');
      },
    };
    expect(() => migrate(sql, [...migrations, broken], folder.path)).toThrow('power cut');
    expect(sql.pragma('user_version')).toBe(newest);
    expect(sql.all(`SELECT name FROM pragma_table_info('agents') WHERE name = 'nickname'`)).toEqual([]);
    expect(migrate(sql, [...migrations, addColumn], folder.path)).toBe(1);
    sql.close();
  });

  it('may not leave references to nothing', async () => {
    const folder = await folderForTest();
    const store = await openTestStore({ dataDir: folder.path });
    addAgent(store);
    await store.close();
    const sql = inFile(folder.path);
    const careless: Migration = { id: newest + 1, name: 'careless', up: (db) => db.script('DELETE FROM agents') };
    expect(() => migrate(sql, [...migrations, careless], folder.path)).toThrow(/reference to nothing/);
    expect(sql.all('SELECT id FROM agents')).toHaveLength(1);
    sql.close();
  });

  it('is numbered without gaps', () => {
    expect(migrations.map(({ id }) => id)).toEqual(migrations.map((_, at) => at + 1));
  });

  it('keeps versions of an agent from ever changing', async () => {
    const folder = await folderForTest();
    await mkdir(folder.path, { recursive: true });
    const store = await openTestStore({ dataDir: folder.path });
    addAgent(store);
    await store.close();
    const sql = inFile(folder.path);
    expect(() => sql.run(`UPDATE agent_versions SET recipe = '{}'`)).toThrow(/never changes/);
    sql.close();
  });
});
