import type { ToolDefinition, UsageLine } from './engine.ts';

/** A text model for engines whose hearing and speaking somebody else does. */
export interface TextMind {
  /**
   * One answer. Rejects when the model cannot be had; what it cost until then is told all the same.
   * @param onText pieces of the answer as they are written
   * @param onRetry a model has failed before its first word, and another one is asked
   */
  reply(request: TextRequest, onText: (delta: string) => void, signal: AbortSignal, onRetry?: () => void): Promise<TextReply>;
}

export interface TextRequest {
  readonly instructions: string;
  readonly items: readonly TextItem[];
  /** For this answer only. */
  readonly note: string | null;
  readonly tools: readonly ToolDefinition[];
  readonly safetyIdentifier: string;
}

export type TextItem =
  | { readonly kind: 'said'; readonly by: 'callee' | 'ai' | 'context'; readonly text: string }
  | { readonly kind: 'call'; readonly id: string; readonly name: string; readonly arguments: string }
  | { readonly kind: 'result'; readonly id: string; readonly output: string };

export interface TextCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

export interface TextReply {
  readonly text: string;
  readonly calls: readonly TextCall[];
  readonly usage: readonly UsageLine[];
}
