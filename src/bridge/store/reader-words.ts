import type { ErrorCode } from '#bridge/contract/errors.ts';
import type { QuestionInput, QuestionName } from './questions.ts';

export interface ReaderRequest<Name extends QuestionName = QuestionName> {
  readonly id: number;
  readonly name: Name;
  readonly input: QuestionInput<Name>;
}

export type ReaderReply = { readonly id: number } & (
  | { readonly result: unknown }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly details?: unknown } }
);

/** Told to the worker to close its connection and end. */
export const closeWorker = 'close';
/** Told to the worker to move the write-ahead log into the file; answered with the same word. */
export const checkpointWorker = 'checkpoint';
