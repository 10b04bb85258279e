import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { Publish } from '#bridge/contract/feed.ts';
import type { LineProof } from '#bridge/contract/line.ts';
import type { CarrierName, World } from '#bridge/contract/words.ts';
import type { Carrier } from '../carriers/carrier.ts';
import type { Engine } from '../engines/engine.ts';
import type { TunnelStatus, TunnelTrouble } from '../tunnel/tunnel.ts';
import type { Probes } from './probes.ts';

/** One world as the proof sees it. */
export interface ProvenWorld {
  readonly world: World;
  readonly engine: Engine;
  carrier(name: CarrierName): Carrier | null;
  publicOrigin(): string | null;
  /** What is missing before a call can be tried at all, in words. */
  notConfigured(name: CarrierName): string | null;
}

/** A provider of the cascade that can be tried. */
export interface SpeechProbe {
  readonly name: string;
  /** Ask it for something that costs next to nothing. @returns what was found @throws {BridgeError} whose message says what is wrong */
  try(signal: AbortSignal): Promise<string>;
}

/** What the proof asks of this computer. */
export interface Machine {
  /** Write something durable into the data folder, and remove it. */
  tryDisk(): Promise<void>;
  /** Read from the database. */
  tryDatabase(): Promise<void> | void;
  freeBytes(): Promise<number>;
  /** Null where nobody can tell. */
  power(): { readonly onBattery: boolean; readonly keepsAwake: boolean } | null;
}

/** Signatures of carriers on webhooks of real calls, as far as they were wrong. */
export interface SignatureRecord {
  /** How many in a row were wrong lately. */
  wrongLately(carrier: CarrierName): number;
}

/** Where proofs are kept from one run of the program to the next, newest first. */
export interface ProofShelf {
  readonly earlier: readonly LineProof[];
  /** All that are to be kept; returns at once. */
  keep(proofs: readonly LineProof[]): void;
}

export interface LineParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly publish: Publish;
  readonly probes: Probes;
  readonly machine: Machine;
  readonly signatures: SignatureRecord;
  /** @throws {BridgeError} `settings/missing`, `unavailable` */
  ready(world: World): Promise<ProvenWorld>;
  /** The tunnel of the real world; null when none is set up. */
  tunnel(): { status(): TunnelStatus; onChange(listener: () => void): () => void } | null;
  /** What a code of the tunnel's provider means, which it writes into its own error pages. */
  explain(code: string): TunnelTrouble;
  speech(world: World): readonly SpeechProbe[];
  readonly shelf: ProofShelf;
  /** Why this number may not be rung, or null. */
  mayNotRing(number: string, world: World): string | null;
}
