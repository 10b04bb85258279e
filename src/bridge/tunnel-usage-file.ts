import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from './contract/clock.ts';
import { countedOn, monthOf, type TunnelUsage } from './domain/tunnel-usage.ts';
import { replaceFile } from './replace-file.ts';

/** What a crash may lose of the counts. */
const saveEveryMs = 60_000;

const saved = z.object({
  month: z.string().regex(/^\d{4}-\d{2}$/),
  sinceMs: z.number(),
  requests: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
});

/** What has come through the public side since the last question. */
export interface TrafficMeter {
  take(): { readonly requests: number; readonly bytes: number };
}

/** This month's counts, in `tunnel-usage.json` of the data folder. */
export class TunnelUsageFile {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  #usage: TunnelUsage | null;
  #meter: TrafficMeter | null = null;
  #isDirty = false;
  #cancel: () => void = () => {};
  #last: Promise<void> = Promise.resolve();

  private constructor(path: string, usage: TunnelUsage | null, clock: Clock, log: Logger) {
    this.#path = path;
    this.#usage = usage;
    this.#clock = clock;
    this.#log = log;
  }

  static async open(dataDir: string, clock: Clock, log: Logger): Promise<TunnelUsageFile> {
    const path = join(dataDir, 'tunnel-usage.json');
    const text = await readFile(path, 'utf8').catch(() => null);
    return new TunnelUsageFile(path, text === null ? null : read(text), clock, log);
  }

  /** Count what this meter tells from now on. */
  watch(meter: TrafficMeter): void {
    this.#meter = meter;
    this.#saveLater();
  }

  get(): TunnelUsage {
    this.#count();
    const nowMs = this.#clock.nowMs();
    return this.#usage?.month === monthOf(nowMs) ? this.#usage : countedOn(null, { requests: 0, bytes: 0 }, nowMs);
  }

  async close(): Promise<void> {
    this.#cancel();
    this.#count();
    this.#meter = null;
    this.#save();
    await this.#last;
  }

  #count(): void {
    const more = this.#meter?.take();
    if (!more || (more.requests === 0 && more.bytes === 0)) return;
    this.#usage = countedOn(this.#usage, more, this.#clock.nowMs());
    this.#isDirty = true;
  }

  #saveLater(): void {
    this.#cancel = this.#clock.after(saveEveryMs, () => {
      this.#count();
      this.#save();
      this.#saveLater();
    });
  }

  #save(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    const text = `${JSON.stringify(this.#usage)}\n`;
    this.#last = this.#last
      .then(() => replaceFile(this.#path, text))
      .catch((error: unknown) => {
        this.#isDirty = true;
        this.#log.warn({ err: error }, 'the counts of the tunnel could not be saved');
      });
  }
}

function read(text: string): TunnelUsage | null {
  try {
    return saved.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
