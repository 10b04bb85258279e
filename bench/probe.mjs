// Loaded into the process under test (`--import`): tells its own processor time, memory and open things when the bench asks. Nothing of
// it runs otherwise. Plain JavaScript, because what strips types would weigh more than all of a small bridge's memory.
import { readdirSync, readFileSync } from 'node:fs';

/** @param {() => unknown} read what only some systems have */
function orNull(read) {
  try {
    return read();
  } catch {
    return null;
  }
}

function resources() {
  const count = {};
  for (const kind of process.getActiveResourcesInfo()) count[kind] = (count[kind] ?? 0) + 1;
  return count;
}

const handlers = {
  usage: () => {
    const { user, system } = process.cpuUsage();
    // How long this thread was ready to run and had no processor, because others had them.
    const waitedMs = orNull(() => Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6);
    return { cpuSeconds: (user + system) / 1e6, rssMb: process.memoryUsage.rss() / 2 ** 20, waitedMs };
  },
  rest: () => {
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    const files = orNull(() => readdirSync('/proc/self/fd').length);
    return { rssMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20, externalMb: external / 2 ** 20, files, resources: resources() };
  },
};

process.on('message', ({ id, name }) => process.send?.({ id, result: handlers[name]?.() }));
// Whoever is measured ends when it wants to.
process.channel?.unref();
