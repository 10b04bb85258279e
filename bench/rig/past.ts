import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nowMs } from '../load/clock.ts';
import { Child } from './child.ts';
import { benchFile } from './loads.ts';

export const segmentsPerCall = 10;

/** A data folder with years of calls in it. It takes minutes to write and can be begun while something else is measured. */
export class Past {
  readonly calls: number;
  readonly #say: (text: string) => void;
  #folder: string | null = null;
  #written: Promise<string> | null = null;

  constructor(calls: number, say: (text: string) => void) {
    this.calls = calls;
    this.#say = say;
  }

  begin(): void {
    this.#written ??= this.#write();
    // Whoever needs the folder is told why there is none.
    this.#written.catch(() => undefined);
  }

  folder(): Promise<string> {
    this.begin();
    return this.#written ?? Promise.reject(new Error('never begun'));
  }

  remove(): void {
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
  }

  async #write(): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'ringside-bench-past-'));
    this.#folder = folder;
    const beganAtMs = nowMs();
    const seeder = new Child('the seeder', [benchFile('seed-store.ts'), folder, String(this.calls), String(segmentsPerCall)]);
    const code = await seeder.ended();
    if (code !== 0) throw new Error(`the data folder could not be filled (${code})`);
    const seconds = ((nowMs() - beganAtMs) / 1_000).toFixed(0);
    this.#say(`${this.calls} calls with ${this.calls * segmentsPerCall} segments were written in ${seconds} s`);
    return folder;
  }
}
