import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { nowMs, wait } from '../load/clock.ts';

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

const running = new Set<Child>();
const startWithinMs = 20_000;
const stopWithinMs = 12_000;

/** A process that the bench has started; ends with it, whatever happens. */
export class Child {
  readonly name: string;
  readonly startedAtMs = nowMs();
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  readonly #exit: Promise<number | null>;
  #stdout = '';
  #listeners = new Set<() => void>();
  #ready: Record<string, string> | null = null;
  #lastId = 0;
  #over = false;

  /** @param log file for what the process says on stderr; without it, it says it on ours */
  constructor(name: string, args: readonly string[], { env = process.env, log }: { env?: NodeJS.ProcessEnv; log?: string } = {}) {
    this.name = name;
    const stderr = log === undefined ? 'inherit' : openSync(log, 'a');
    this.#process = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', stderr, 'ipc'] });
    running.add(this);
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#news();
    });
    this.#process.on('message', (message: Reply & { ready?: string }) => {
      if (message.ready !== undefined) {
        this.#ready = message as unknown as Record<string, string>;
        this.#news();
        return;
      }
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error === undefined) waiting?.resolve(message.result);
      else waiting?.reject(new Error(`${name}: ${message.error}`));
    });
    this.#exit = new Promise((resolve) => {
      this.#process.on('exit', (code) => {
        this.#over = true;
        running.delete(this);
        for (const { reject } of this.#waiting.values()) reject(new Error(`${name} ended with ${code}`));
        this.#waiting.clear();
        this.#news();
        resolve(code);
      });
    });
  }

  get pid(): number {
    return this.#process.pid ?? -1;
  }

  /** @returns its exit code, when it has ended by itself */
  ended(): Promise<number | null> {
    return this.#exit;
  }

  /** What it said when it was ready. */
  async ready(): Promise<Record<string, string>> {
    await this.#until(() => this.#ready !== null);
    return this.#ready ?? {};
  }

  /** The first line that it wrote to stdout. */
  async firstLine(): Promise<string> {
    await this.#until(() => this.#stdout.includes('\n'));
    return this.#stdout.split('\n', 1)[0] ?? '';
  }

  ask<Result>(name: string, args: unknown = {}): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#over) return reject(new Error(`${this.name} has ended`));
      this.#lastId += 1;
      this.#waiting.set(this.#lastId, { resolve: resolve as (result: unknown) => void, reject });
      this.#process.send({ id: this.#lastId, name, args });
    });
  }

  /** @returns the exit code; null when it had to be killed */
  async stop(): Promise<number | null> {
    if (this.#over) return this.#exit;
    this.#process.kill('SIGTERM');
    const late = wait(stopWithinMs).then(() => 'late' as const);
    if ((await Promise.race([this.#exit, late])) === 'late') {
      this.#process.kill('SIGKILL');
      await this.#exit;
      return null;
    }
    return this.#exit;
  }

  killNow(): void {
    this.#process.kill('SIGKILL');
  }

  async #until(isDone: () => boolean): Promise<void> {
    const limit = setTimeout(() => this.#news(), startWithinMs);
    const untilMs = nowMs() + startWithinMs;
    while (!isDone()) {
      if (this.#over) throw new Error(`${this.name} ended before it was ready`);
      if (nowMs() >= untilMs) throw new Error(`${this.name} was not ready within ${startWithinMs / 1_000} s`);
      await new Promise<void>((resolve) => this.#listeners.add(resolve));
    }
    clearTimeout(limit);
  }

  #news(): void {
    const listeners = this.#listeners;
    this.#listeners = new Set();
    for (const listener of listeners) listener();
  }
}

/** Nothing that the bench started outlives it. */
export function killAll(): void {
  for (const child of running) child.killNow();
}
process.on('exit', killAll);
