/** Loaded into a bridge's process beside the bridge: tells, when asked, what is left in it. */

export interface Gauge {
  /** After a collection. */
  readonly heapMb: number;
  readonly residentMb: number;
  /** How many of each kind the process waits for: sockets, timers, files. */
  readonly resources: Readonly<Record<string, number>>;
}

const mb = (bytes: number) => Math.round((bytes / 1024 / 1024) * 10) / 10;

async function measure(): Promise<Gauge> {
  // What is freed by one collection may free more with the next.
  for (let times = 0; times < 4; times += 1) {
    globalThis.gc?.();
    await new Promise((resume) => setTimeout(resume, 50));
  }
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  const { heapUsed, rss } = process.memoryUsage();
  return { heapMb: mb(heapUsed), residentMb: mb(rss), resources };
}

process.on('message', () => {
  void measure().then((gauge) => process.send?.(gauge));
});
process.channel?.unref();
