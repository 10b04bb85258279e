import type { TurnDetection } from '#bridge/contract/agents.ts';
import type { Rung, World } from '#bridge/contract/words.ts';

/**
 * What we need of whoever speaks for us on a media stream. An engine hears the callee and speaks; it does not know carriers, playout
 * or storage. It reports audio as it gets it, faster than real time; when it is played is decided elsewhere.
 */
export interface Engine {
  readonly rung: Rung;
  /**
   * Whether this engine can be tried at all, and if not, what is in the way: a missing setting, or an account that was refused lately.
   * @param insist a person asks, who may have mended the account meanwhile: only what is missing counts
   */
  availability(insist?: boolean): { readonly ok: true } | { readonly ok: false; readonly reason: string };
  /** Open a session. Returns at once; `ready` or `failed` tell how it went. Costs nothing until something is said. */
  open(request: SessionRequest, handlers: EngineHandlers): EngineSession;
  /** Whether the credentials are accepted. @throws {BridgeError} `engine/refused`, `engine/unreachable` */
  testCredentials(): Promise<{ readonly detail: string }>;
}

export interface SessionRequest {
  readonly instructions: string;
  readonly voice: string | null;
  readonly language: string | null;
  readonly model: string | null;
  readonly turnDetection: TurnDetection | null;
  readonly tools: readonly ToolDefinition[];
  /** Stable, unguessable and without meaning: lets the provider tell end users apart. */
  readonly safetyIdentifier: string;
  readonly world: World;
  /** Tried although others were refused lately: a person asks, and no callee waits for it. */
  readonly insist?: boolean;
  /** The call is going on already: what was said on it so far, oldest first. The session begins where that ends. */
  readonly history?: readonly HistoryLine[];
  /** Is told of the messages that pass, beside audio and pieces of text. Never throws. */
  readonly note?: ((way: 'in' | 'out', name: string, content: unknown) => void) | undefined;
}

/** A line of a conversation as text; `context` is a fact that only the AI reads. */
export interface HistoryLine {
  readonly role: 'ai' | 'callee' | 'context';
  readonly text: string;
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Identifies something the AI says, within one session: what can be played, cut and put into the transcript. */
export type UtteranceId = string;

export interface EngineHandlers {
  /** Socket open. */
  connected(): void;
  /** Session configured as asked; from here on it may be told to speak. */
  ready(info: { readonly model: string; readonly sessionId: string }): void;
  /** 8 kHz mu-law of an utterance, in pieces of any length. `bytes` is only valid during the call. */
  audio(utterance: UtteranceId, bytes: Uint8Array): void;
  /** The text of an utterance as far as it is known; runs ahead of the audible audio. */
  utteranceText(utterance: UtteranceId, text: string, final: boolean): void;
  /** No more audio will come for this utterance. */
  audioDone(utterance: UtteranceId): void;
  /**
   * The AI has begun an answer (before its first audio): thinking.
   * @param asked `instructions`: with which it was asked for; null when nobody asked for it, or without any
   */
  answering(asked: { readonly instructions: string | null }): void;
  /** The answer is over, for whatever reason. */
  answered(result: { readonly status: 'completed' | 'cancelled' | 'incomplete' | 'failed'; readonly detail: string | null }): void;
  /** The callee has begun to speak. @param sessionAudioMs place in all callee audio given to this session */
  speechStarted(turn: string, sessionAudioMs: number): void;
  speechStopped(turn: string, sessionAudioMs: number): void;
  /** The callee's turn has its place in the conversation; its words may come much later. @param after the utterance or turn before it */
  turnCommitted(turn: string, after: string | null): void;
  /** What the callee said, by a separate model; may come late, in pieces, or not at all (then empty and final). */
  turnText(turn: string, text: string, final: boolean): void;
  /** The AI wants something done; answer with `toolResult`, once. */
  toolCalled(call: { readonly id: string; readonly name: string; readonly arguments: string }): void;
  /** The conversation holds this hint now; the next answer that is begun has read it. */
  nudged?(id: string): void;
  /**
   * Where the time before the first sound of an answer to a turn went, told with that sound by an engine that can know. Moments of the
   * clock's monotonic time; thinking may have begun on a guess before the turn was certainly over.
   */
  turnTimes?(times: {
    readonly turn: string;
    readonly turnOverAtMs: number;
    readonly firstTextAtMs: number | null;
    readonly firstAudioAtMs: number;
  }): void;
  usage(lines: readonly UsageLine[]): void;
  /** The session will be closed by the provider at this time (epoch ms); rotate before. */
  expiresAt(atMs: number): void;
  /** Nothing more will come. `fatal` means that no call should try this engine until somebody has mended the cause. */
  failed(failure: EngineFailure): void;
  /** Worth a log line, nothing more. */
  trouble(detail: string): void;
}

export interface EngineFailure {
  readonly kind: 'fatal' | 'retryable';
  readonly cause: string;
  /** What a person can do about it, where something can be done. */
  readonly cure: string | null;
}

/** One cost of an engine, in micro-dollars. Cached tokens are counted once. */
export interface UsageLine {
  readonly kind: string;
  readonly micros: number;
  readonly detail: string;
  readonly estimated: boolean;
}

export interface EngineSession {
  /** Callee audio in order. Before the session is ready the frames wait (about 30 s at the most) and are then sent. */
  hear(bytes: Uint8Array): void;
  /**
   * Render a text word for word, outside the conversation, for a clip. Nothing is spoken. Rejects when the words came out different twice.
   * @param onAudio gets the audio of the first try while it is made, for who cannot wait until it is known to be right; valid during the call
   * @returns 8 kHz mu-law and the words that were really spoken
   */
  render(
    text: string,
    signal: AbortSignal,
    onAudio?: (bytes: Uint8Array) => void,
  ): Promise<{ readonly audio: Uint8Array; readonly text: string }>;
  /** Tell the conversation that these words were said by us already (a clip was played). */
  noteSpoken(text: string): void;
  /** Let the AI answer the callee by itself, or hold it back while it goes on hearing. */
  setAutoAnswer(on: boolean): void;
  /**
   * Ask for an answer now. Serialised: waits for the one in progress.
   * @param instructions for this answer only, beside the agent's own; words between `<<<` and `>>>` are said exactly, without them
   */
  answer(instructions: string | null): void;
  /**
   * The callee spoke over us: stop the answer in progress, and make the conversation hold no more of the utterance than was heard.
   * @param heardMs how much of this utterance the callee's ear received; clamped to what exists
   */
  interrupt(utterance: UtteranceId | null, heardMs: number): void;
  /**
   * Which words of an utterance are in so much of its sound, where the voice tells when it says what; null when it does not.
   */
  heardWords?(utterance: UtteranceId, heardMs: number): string | null;
  /** @param thenAnswer false notes the result and stays silent */
  toolResult(callId: string, result: string, thenAnswer: boolean): void;
  /** A fact only the AI reads. */
  addContext(text: string): void;
  /**
   * A hint only the AI reads, and that can be taken back until it was used; `nudged` tells when the AI has it. An engine without this is
   * told it with `addContext`.
   * @param id at most 32 letters, digits, `-` and `_`; never used twice in one session
   */
  nudge?(id: string, text: string): void;
  /** Take a hint back, whether or not it has arrived. */
  withdraw?(id: string): void;
  /** Nothing more is told, but the estimated cost of an answer that was being made (`usage`, before this returns). */
  close(): void;
}
