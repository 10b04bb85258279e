// Asks the registry for known holes in the dependencies. Those that a release brings along must have none; tools may have none that is
// high. A registry that cannot be asked, or does not answer such questions, is said and holds nothing up.
import { spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** A network that says nothing shall not hold up the check. */
const withinMs = 60_000;

/** @returns {{ counts: Record<string, number>, names: string[] } | { why: string }} */
function audit(...more) {
  const npm = process.env.npm_execpath;
  const isScript = npm?.endsWith('.js');
  const command = isScript ? process.execPath : process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = [...(isScript ? [npm] : []), 'audit', '--json', '--fetch-retries=0', '--loglevel=error', ...more];
  const { stdout, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8', timeout: withinMs, shell: command === 'npm.cmd' });
  if (error) return { why: error.message };
  try {
    const answer = JSON.parse(stdout);
    const counts = answer.metadata?.vulnerabilities;
    if (!counts) return { why: answer.message ?? answer.error?.summary ?? 'it gave no report' };
    return { counts, names: Object.values(answer.vulnerabilities ?? {}).map(({ name, severity }) => `${name} (${severity})`) };
  } catch {
    return { why: 'its answer cannot be read' };
  }
}

let isBad = false;
for (const { name, args, isMet } of [
  { name: 'what a release brings along', args: ['--omit=dev'], isMet: ({ total }) => total === 0 },
  { name: 'all, tools included', args: [], isMet: ({ high, critical }) => high + critical === 0 },
]) {
  const found = audit(...args);
  if ('why' in found) {
    console.log(`${name}: not asked, because the registry gave no answer (${found.why})`);
    continue;
  }
  const met = isMet(found.counts);
  isBad ||= !met;
  console.log(`${name}: ${found.names.length === 0 ? 'no known hole' : found.names.join(', ')}`);
}
process.exit(isBad ? 1 : 0);
