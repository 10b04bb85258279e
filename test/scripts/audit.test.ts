import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '#test/support/store.ts';

const script = resolve(import.meta.dirname, '../../scripts/audit.mjs');
const none = { info: 0, low: 0, moderate: 0, high: 0, critical: 0, total: 0 };
const report = (counts: Partial<typeof none>, name: string, severity: string) =>
  JSON.stringify({ metadata: { vulnerabilities: { ...none, ...counts } }, vulnerabilities: { [name]: { name, severity } } });
const clean = JSON.stringify({ metadata: { vulnerabilities: none }, vulnerabilities: {} });

/** What it says and how it ends when npm answers so: of what a release brings along, and of everything. */
async function audited(released: string, all: string) {
  await using folder = await temporaryFolder();
  const npm = join(folder.path, 'npm.js');
  await writeFile(npm, `process.stdout.write(process.argv.includes('--omit=dev') ? ${JSON.stringify(released)} : ${JSON.stringify(all)});`);
  const { stdout, status } = spawnSync(process.execPath, [script], { encoding: 'utf8', env: { ...process.env, npm_execpath: npm } });
  return { said: stdout, status };
}

it.each([
  ['that it does not know the question', '{"message":"405 Method Not Allowed"}', '(405 Method Not Allowed)'],
  [
    'that it cannot be reached',
    '{"error":{"code":"ENOTFOUND","summary":"request to the registry failed"}}',
    '(request to the registry failed)',
  ],
  ['something else', '<html>', '(its answer cannot be read)'],
  ['nothing', '', '(its answer cannot be read)'],
])('a registry that says %s is told of, and holds nothing up', async (_what, answer, why) => {
  const { said, status } = await audited(answer, answer);
  expect(status).toBe(0);
  expect(said.match(/not asked, because the registry gave no answer/g)).toHaveLength(2);
  expect(said).toContain(why);
  expect(said).not.toContain('no known hole');
});

it('any hole in what a release brings along ends badly and is named', async () => {
  const { said, status } = await audited(report({ low: 1, total: 1 }, 'leaky', 'low'), clean);
  expect(status).toBe(1);
  expect(said).toContain('what a release brings along: leaky (low)');
});

it('a hole in a tool counts from high on', async () => {
  expect((await audited(clean, report({ moderate: 1, total: 1 }, 'tool', 'moderate'))).status).toBe(0);
  expect((await audited(clean, report({ high: 1, total: 1 }, 'tool', 'high'))).status).toBe(1);
  expect(await audited(clean, clean)).toMatchObject({ status: 0, said: expect.stringMatching(/^(.*no known hole\n){2}$/) });
});
