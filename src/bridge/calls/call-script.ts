import type { Agent } from '#bridge/contract/agents.ts';
import type { RetryPolicy } from '#bridge/contract/campaigns.ts';
import type { Phone } from '#bridge/contract/values.ts';
import type { Carrier } from '../carriers/carrier.ts';
import type { Engine, ToolDefinition } from '../engines/engine.ts';
import type { Transcription } from '../engines/transcriber.ts';
import type { Speeches } from './voice/speech.ts';
import type { VoiceChoice } from './voice/voice-parts.ts';
import type { CallbackOffer, SpokenText, SpokenTexts } from './worlds.ts';

/** What one call is made of before it begins: who speaks, over what, with which words. */
export interface CallScript {
  readonly agent: Agent;
  readonly carrier: Carrier;
  /** Of realtime speech. */
  readonly engine: Engine;
  /** Everybody who can speak on this call. */
  readonly choice: VoiceChoice;
  /** Writes down what a person of ours says, and what of the lead's nobody else did; without it those words are not known. */
  readonly transcription: Transcription | null;
  readonly callerId: Phone;
  readonly speeches: Speeches;
  readonly instructions: string;
  readonly tools: readonly ToolDefinition[];
  /** What the carrier's own voice says when no AI can. */
  readonly announcement: ReturnType<SpokenTexts['announcement']>;
  /** In place of it where a person was to be the last resort; null where none was. */
  readonly callbackOffer: CallbackOffer | null;
  /** Said when speech breaks off in mid-call. */
  readonly brokeOff: SpokenText;
  /** Said when our side cannot be reached at the answer. */
  readonly notReached: SpokenText;
  /** Said after a key that removed the number. */
  readonly optedOut: SpokenText;
  readonly retry: RetryPolicy;
  /** Attempts of the lead that count, this one included. */
  readonly leadAttempts: number;
}
