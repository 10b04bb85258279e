// The layer check. Fails on a forbidden import, and when it has read no file at all (a broken parser looks green).
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cruiser = fileURLToPath(new URL('../node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', import.meta.url));
const done = spawnSync(process.execPath, [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'], {
  encoding: 'utf8',
  maxBuffer: 256 * 1024 * 1024,
});
if (!done.stdout) {
  process.stderr.write(done.stderr);
  process.exit(1);
}
const { summary } = JSON.parse(done.stdout);
for (const { rule, from, to } of summary.violations) process.stderr.write(`${rule.name}: ${from} -> ${to}\n`);
process.stderr.write(`${summary.totalCruised} modules, ${summary.violations.length} violations\n`);
process.exit(summary.totalCruised === 0 || summary.error > 0 ? 1 : 0);
