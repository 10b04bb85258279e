import type { z } from 'zod';
import type { OperationName, OperationOutput, Operations } from '#bridge/contract/operations.ts';

export type { OperationName, OperationOutput };
/** What an operation is asked with, before the bridge fills in what was left out. */
export type OperationRequest<Name extends OperationName> = z.input<Operations[Name]['input']>;
