import type { ToolDefinition, UsageLine } from '../engine.ts';
import type { ServiceAccount } from './accounts.ts';
import type { DialogueItem } from './dialogue.ts';
import type { WordTiming } from './heard-words.ts';
import type { StageProblem } from './problems.ts';

/** A provider of one stage. */
interface Stage {
  /** As `deepgram-flux`. */
  readonly name: string;
  readonly account: ServiceAccount;
}

/** Makes text of the callee's voice, and tells when it is their turn and when ours. */
export interface HearingStage extends Stage {
  /** What a minute of audio costs. */
  readonly microsPerMinute: number;
  /** Returns at once; `opened` or `failed` tell how it went. */
  open(request: HearingRequest, on: HearingHandlers): HearingStream;
}

export interface HearingRequest {
  /** BCP 47. */
  readonly language: string | null;
  /** Silence after which a turn counts as over when nothing better is known. */
  readonly silenceMs: number;
  readonly openLimitMs: number;
}

/** Places are milliseconds in the audio given to the stream. */
export interface HearingHandlers {
  opened(): void;
  speechStarted(atMs: number): void;
  /** All words of the turn so far. */
  words(text: string): void;
  /** The turn may be over, and these are its words: a guess, from which thinking may begin. */
  mayBeOver(text: string): void;
  /** It was not over. */
  resumed(): void;
  /** @param text empty when it was noise */
  turnOver(text: string, endedAtMs: number): void;
  /** Nothing more will come. */
  failed(problem: StageProblem): void;
  trouble(detail: string): void;
}

export interface HearingStream {
  /** On the audio path. @param bytes mu-law, valid during the call */
  hear(bytes: Uint8Array): void;
  close(): void;
}

/** A text model. */
export interface ThinkingStage extends Stage {
  readonly model: string;
  think(request: ThinkingRequest, on: ThinkingHandlers): ThinkingRun;
}

export interface ThinkingRequest {
  readonly instructions: string;
  readonly items: readonly DialogueItem[];
  /** For this answer only; stands behind everything else. */
  readonly note: string | null;
  readonly tools: readonly ToolDefinition[];
  readonly safetyIdentifier: string;
  /** How long the first word may take, and each next one; the stage's own patience when absent. */
  readonly wordLimitMs?: number;
}

/** With another model to go to, one that writes nothing is not waited for: the callee hears the silence. */
export const replaceableWordLimitMs = 2_000;

/** `done` or `failed` comes last, and once. */
export interface ThinkingHandlers {
  text(delta: string): void;
  call(call: { readonly id: string; readonly name: string; readonly arguments: string }): void;
  done(result: { readonly status: 'completed' | 'incomplete'; readonly usage: readonly UsageLine[] }): void;
  failed(problem: StageProblem): void;
}

export interface ThinkingRun {
  /** Nothing more is told. @returns what it cost so far, estimated */
  abort(): readonly UsageLine[];
}

/** A voice. */
export interface SpeakingStage extends Stage {
  /** What a character costs, in micro-dollars. */
  readonly microsPerCharacter: number;
  /** Opens its connection ahead of the first word, where it has one. */
  connect(request: SpeakingRequest, on: VoiceHandlers): Voice;
}

export interface SpeakingRequest {
  readonly voice: string | null;
  readonly language: string | null;
  readonly openLimitMs: number;
}

export interface VoiceHandlers {
  /** It may speak without a wait. */
  opened(): void;
  /** The connection is gone; whatever was being said has failed before this. */
  lost(problem: StageProblem): void;
  trouble(detail: string): void;
}

/** A connection to a voice. It says one thing after the other. */
export interface Voice {
  readonly isOpen: boolean;
  /** Begin to say something. What is pushed before the connection is open waits. */
  speak(on: SpeechHandlers): Speech;
  close(): void;
}

/** `done` or `failed` comes last, and once; nothing comes after `cancel`. */
export interface SpeechHandlers {
  /** 8 kHz mu-law, valid during the call. */
  audio(bytes: Uint8Array): void;
  /** Further words with the place of each in the sound of this speech; where the provider tells them. */
  timings(words: readonly WordTiming[]): void;
  done(): void;
  failed(problem: StageProblem): void;
}

export interface Speech {
  /** A sentence, or the beginning of one up to a comma. */
  push(text: string): void;
  endOfText(): void;
  cancel(): void;
}
