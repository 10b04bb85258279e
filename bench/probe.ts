import { readdirSync, readFileSync } from 'node:fs';
import { answerRequests } from './load/requests.ts';

/**
 * Loaded into the process under test (`--import`): tells its own processor time, memory and open things when the bench asks. Nothing of
 * it runs otherwise.
 */
function openFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return null;
  }
}

/** How long this thread was ready to run and had no processor, because others had them; milliseconds. */
function waitedMs(): number | null {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return null;
  }
}

function resources(): Record<string, number> {
  const count: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) count[kind] = (count[kind] ?? 0) + 1;
  return count;
}

answerRequests(
  {
    usage: () => {
      const { user, system } = process.cpuUsage();
      return { cpuSeconds: (user + system) / 1e6, rssMb: process.memoryUsage.rss() / 2 ** 20, waitedMs: waitedMs() };
    },
    rest: () => {
      globalThis.gc?.();
      const { rss, heapUsed, external } = process.memoryUsage();
      return {
        rssMb: rss / 2 ** 20,
        heapMb: heapUsed / 2 ** 20,
        externalMb: external / 2 ** 20,
        files: openFiles(),
        resources: resources(),
      };
    },
  },
  { keepAlive: false },
);
