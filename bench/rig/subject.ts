import type { Child } from './child.ts';

export interface Usage {
  readonly cpuSeconds: number;
  readonly rssMb: number;
  /** How long it was ready to run and had no processor, because others had them; null where the system does not tell. */
  readonly waitedMs: number | null;
}

export interface Rest {
  readonly rssMb: number;
  readonly heapMb: number;
  readonly externalMb: number;
  readonly files: number | null;
  readonly resources: Readonly<Record<string, number>>;
}

/** What is measured: the floor, or the bridge. */
export interface Subject {
  readonly name: 'floor' | 'Ringside';
  readonly child: Child;
  /** Begin so many more calls; resolves when all of them have their media sockets. */
  addCalls(count: number): Promise<void>;
  /** Everybody hangs up; resolves when nothing of the calls is left. */
  endCalls(): Promise<void>;
  usage(): Promise<Usage>;
  rest(): Promise<Rest>;
  stop(): Promise<void>;
}

export interface SubjectOptions {
  /** The AI is 75 ms away, each way. */
  readonly far?: boolean;
}

/** Calls begin at this pace. */
export const callsPerSecond = 45;

/** Flags of Node for whatever is measured, for who looks for a reason: `BENCH_NODE_FLAGS="--cpu-prof --cpu-prof-dir=/tmp/profile"`. */
export function moreFlags(): readonly string[] {
  return process.env.BENCH_NODE_FLAGS?.split(' ') ?? [];
}
