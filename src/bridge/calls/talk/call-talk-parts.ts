import type { Agent } from '#bridge/contract/agents.ts';
import type { TurnLatency } from '#bridge/contract/calls.ts';
import type { FlowEnding, TransferTarget } from '../../domain/call-flow.ts';
import type { UsageLine } from '../../engines/engine.ts';
import type { Transcription } from '../../engines/transcriber.ts';
import type { TransferWish } from '../transfer/transfer-desk.ts';
import type { RungChange } from '../voice/voice-ladder.ts';
import type { VoiceParts } from '../voice/voice-parts.ts';
import type { CallbackOffer } from '../worlds.ts';
import type { TurnWords } from './turn-call.ts';

/** What a conversation tells its call, and asks of it. */
export interface CallTalkEvents {
  changed(): void;
  /** The media stream must go; the leg then asks for its next document. */
  leaveStream(): void;
  hangUp(ending: FlowEnding): void;
  /** The leg rings somebody else and is to come back to a stream. */
  comeBack(): void;
  /** No person has the call any more, however that came. */
  personLeft(): void;
  /** What the AI is to know of the time in which a person had the call; resolves when the last words of it are in. Never rejects. */
  handOver(): Promise<string>;
  /** The lead has opted out, and a person has the call. */
  personMustEnd(): void;
  /** The carrier hears and speaks for the AI from here on, and the AI can be told something. */
  turnsBegan(): void;
  nudged(id: string, answersBegun: number): void;
  answeredWith(utterances: readonly string[], ordinal: number): void;
  /** The lead was asked to wait for somebody: then their silence says nothing. */
  waitsForPerson(): boolean;
  /** Somebody of ours who can be rung for the lead now, and who is kept free for them; null when nobody can. */
  personFor(): TransferTarget | null;
  /** The AI would like to put the lead through to a person. */
  transferWanted(wish: TransferWish): void;
  /** Durable when it returns. */
  suppress(quote: string): void;
  toolUsed(tool: { readonly name: string; readonly arguments: string; readonly result: string; readonly ms: number }): void;
  usage(lines: readonly UsageLine[]): void;
  turn(latency: TurnLatency): void;
  disclosurePlayed(): void;
  /** Something in here went wrong that never should. */
  broke(error: unknown): void;
  hop(name: 'ai-open' | 'ai-ready' | 'first-ai-audio', detail?: string): void;
  voiceFailed(cause: string, fatal: boolean): void;
  rungChanged(change: RungChange): void;
  /** Nobody of the AI is left. */
  personRung(name: string, because: string): void;
}

/** What a conversation is made of. */
export interface CallTalkParts extends Omit<VoiceParts, 'events'> {
  readonly agent: Agent;
  readonly turnWords: TurnWords;
  /** Writes down what was kept of the lead's voice; null when nobody does. */
  readonly transcription: Transcription | null;
  /** What is offered when nobody can talk; null when nothing is. */
  readonly callbackOffer: CallbackOffer | null;
  readonly events: CallTalkEvents;
}
