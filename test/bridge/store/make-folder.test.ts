import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '#bridge/store/make-folder.ts';
import { folderForTest } from '../../support/temporary-folder.ts';

describe('making a folder', () => {
  it('makes all that are missing, for this user alone, and leaves alone what is there', async () => {
    const folder = await folderForTest();
    const deep = join(folder.path, 'a', 'b', 'c');
    makeFolder(deep);
    makeFolder(deep);
    for (const made of [deep, join(folder.path, 'a')]) expect(statSync(made).mode & 0o777).toBe(0o700);
    mkdirSync(join(folder.path, 'open'), { mode: 0o755 });
    makeFolder(join(folder.path, 'open'));
    expect(statSync(join(folder.path, 'open')).mode & 0o777).toBe(0o755);
    symlinkSync(join(folder.path, 'open'), join(folder.path, 'link'));
    makeFolder(join(folder.path, 'link', 'below'));
    expect(statSync(join(folder.path, 'open', 'below')).isDirectory()).toBe(true);
  });

  it('fails where a file or nothing stands in its place', async () => {
    const folder = await folderForTest();
    writeFileSync(join(folder.path, 'file'), '');
    symlinkSync(join(folder.path, 'nowhere', 'else'), join(folder.path, 'broken'));
    for (const [name, code] of [
      ['file', 'EEXIST'],
      ['file/below', 'ENOTDIR'],
      ['broken', 'EEXIST'],
    ] as const) {
      expect(() => makeFolder(join(folder.path, name)), name).toThrow(expect.objectContaining({ code }));
    }
  });

  it.runIf(process.platform === 'linux')('fails, and does not try for ever, where nothing can be made', () => {
    const module = pathToFileURL(join(import.meta.dirname, '../../../src/bridge/store/make-folder.ts')).href;
    const script = `import { makeFolder } from ${JSON.stringify(module)}; try { makeFolder('/proc/a/b'); } catch (error) { console.log(error.code); }`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 10_000, encoding: 'utf8' });
    expect(stdout.trim()).toBe('ENOENT');
  });
});
