import type { Agent } from '#bridge/contract/agents.ts';
import type { CarrierName, Rung, World } from '#bridge/contract/words.ts';
import type { Carrier } from '../carriers/carrier.ts';
import type { Engine, ToolDefinition } from '../engines/engine.ts';
import type { EngineHealth } from '../engines/health.ts';
import type { TextMind } from '../engines/text-mind.ts';
import type { Transcription } from '../engines/transcriber.ts';

/** Everybody who can speak on the calls of one world, and how each of them fares on all of them. */
export interface Speakers {
  readonly engines: Readonly<Partial<Record<Rung, Engine>>>;
  readonly health: EngineHealth;
  /** Answers in text where the carrier hears and speaks; null when no text model is configured. */
  readonly mind: TextMind | null;
}

/** The adapters that one world is reached by. Both worlds use the same code; only the addresses differ. */
export interface WorldAdapters {
  readonly world: World;
  /** Of realtime speech. */
  readonly engine: Engine;
  readonly speakers: Speakers;
  /** Writes down what a person of ours says. */
  readonly transcription?: Transcription;
  carrier(name: CarrierName): Carrier | null;
  /** Origin under which the carriers of this world reach the ingress; null while there is none. */
  publicOrigin(): string | null;
  /** What is missing before this world can be dialled in with this carrier, in words; null when nothing is. */
  notConfigured(carrier: CarrierName): string | null;
}

export interface Worlds {
  /** As it stands now: the rehearsal world may not have been started yet, then null. */
  get(world: World): WorldAdapters | null;
  /** Start what has to be started. @throws {BridgeError} `settings/missing`, `unavailable` */
  ready(world: World): Promise<WorldAdapters>;
}

/** A sentence of the carrier's own voice. */
export interface SpokenText {
  readonly text: string;
  /** BCP 47 with a region. */
  readonly language: string;
}

type Announced = SpokenText & { readonly optOutDigit: string; readonly repeat: number };

/** What the carrier's voice says when a person was the last resort and none is free. */
export interface CallbackOffer {
  /** For whoever has heard nothing of us yet. */
  readonly first: Announced;
  /** In the middle of a call. */
  readonly later: Announced;
  /** When they have pressed `digit`. */
  readonly noted: SpokenText;
  readonly digit: string;
}

/** Texts and tools that the engines' folders know how to make; handed in, because calls see no adapter. */
export interface SpokenTexts {
  /** @param agent with the lead's values in its texts */
  announcement(agent: Agent): Announced;
  /** When nobody at all can talk: an offer to call back, and what is said when it was taken. @param agent as above */
  callback(agent: Agent): CallbackOffer;
  apology(language: string | undefined, reason: 'broke-off' | 'not-reached'): SpokenText;
  optedOut(language: string | undefined): SpokenText;
  tools(agent: Agent): readonly ToolDefinition[];
}
