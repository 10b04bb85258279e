import { spawn } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';

const module = new URL('../../scripts/when-orphaned.mjs', import.meta.url).href;
/** Tells its number, then that it was left behind; it would stay for ever. */
const script = `import { whenOrphaned } from '${module}';
whenOrphaned(() => { console.log('left behind'); process.exit(); });
setInterval(() => {}, 1000);
console.log(process.pid);`;

/** Run the script under a shell, end the shell, and wait. @returns what the script has said since */
async function endItsShell(env: NodeJS.ProcessEnv, waitMs: number): Promise<string> {
  const shell = spawn('sh', ['-c', '"$0" --input-type=module -e "$1"; true', process.execPath, script], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const pid = await new Promise<number>((resolve) => {
    shell.stdout.on('data', (data) => {
      said += data;
      if (said.includes('\n')) resolve(Number(said.split('\n', 1)[0]));
    });
  });
  onTestFinished(() => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  });
  const ended = new Promise((resolve) => shell.stdout.once('end', resolve));
  shell.kill('SIGTERM');
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, waitMs))]);
  return said.split('\n').slice(1).join('\n').trim();
}

describe.skipIf(process.platform === 'win32')('a job whose shell has gone', () => {
  it('is told when npm started it', async () => {
    expect(await endItsShell({ ...process.env, npm_lifecycle_event: 'serve' }, 10_000)).toBe('left behind');
  });

  it('goes on when somebody else started it', async () => {
    const { npm_lifecycle_event: _, ...env } = process.env;
    expect(await endItsShell(env, 1_500)).toBe('');
  });
});
