import type { Brain } from '../openai/brain.ts';
import type { Voices } from '../person.ts';
import type { LiveFaults } from './faults.ts';
import type { Delivery } from './mouth.ts';

/** How the simulated Live service behaves. */
export interface LiveTraits {
  readonly voices: Voices;
  readonly brain: Brain;
  readonly delivery: Delivery;
  readonly burst: number;
  /** From the end of the callee's words to the first sound, between these. */
  readonly thinkMs: readonly [number, number];
  /** How long the callee must speak over the voice until it yields. */
  readonly yieldMs: number;
  readonly sessionMs: number;
  readonly usageEveryMs: number;
  readonly faults: LiveFaults;
}

/** The way to the client. */
export interface LiveSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Without a close frame. */
  drop(): void;
}
