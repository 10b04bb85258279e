import { readdirSync } from 'node:fs';
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

function resources(): Record<string, number> {
  const count: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) count[kind] = (count[kind] ?? 0) + 1;
  return count;
}

answerRequests(
  {
    usage: () => {
      const { user, system } = process.cpuUsage();
      return { cpuSeconds: (user + system) / 1e6, rssMb: process.memoryUsage.rss() / 2 ** 20 };
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
