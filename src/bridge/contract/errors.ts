import { z } from 'zod';

/**
 * Every error that leaves the bridge. The first word says the family; the console picks its words, and HTTP its status, from the code.
 */
export const errorCode = z.enum([
  'input/invalid',
  'auth/required',
  'auth/forbidden',
  'not-found',
  'state/conflict',
  'state/held',
  'state/no-ai',
  'gate/refused',
  'line/not-proven',
  'settings/invalid',
  'settings/missing',
  'store/newer',
  'store/unavailable',
  'port/in-use',
  'carrier/rejected',
  'carrier/rate-limited',
  'carrier/unreachable',
  'carrier/unknown',
  'carrier/gone',
  'carrier/credentials',
  'engine/unreachable',
  'engine/refused',
  'engine/fatal',
  'internal',
  'unavailable',
]);
export type ErrorCode = z.infer<typeof errorCode>;

/** HTTP status of each code, as the console contract fixes it. */
export const statusOf: Readonly<Record<ErrorCode, number>> = {
  'input/invalid': 400,
  'auth/required': 401,
  'auth/forbidden': 403,
  'not-found': 404,
  'state/conflict': 409,
  /** Another console holds the call; `details` has `heldBy`. */
  'state/held': 409,
  /** There is no AI that could have the call. */
  'state/no-ai': 409,
  'gate/refused': 422,
  'line/not-proven': 422,
  'settings/invalid': 400,
  'settings/missing': 409,
  'store/newer': 503,
  'store/unavailable': 503,
  'port/in-use': 503,
  'carrier/rejected': 503,
  'carrier/rate-limited': 503,
  'carrier/unreachable': 503,
  'carrier/unknown': 503,
  'carrier/gone': 409,
  'carrier/credentials': 503,
  'engine/unreachable': 503,
  'engine/refused': 503,
  'engine/fatal': 503,
  internal: 500,
  unavailable: 503,
};

/** One offending field of an input: its path with dots (`window.start`), and what is wrong with it. */
export const fieldProblem = z.object({ field: z.string(), message: z.string() });
export type FieldProblem = z.infer<typeof fieldProblem>;

/** What crosses a boundary when something failed. */
export const errorBody = z.object({ code: errorCode, message: z.string(), details: z.unknown().optional() });
export type ErrorBody = z.infer<typeof errorBody>;

/**
 * Something failed and somebody can act on it. The message is a sentence for that person and names what to do; it never holds a
 * secret, a full phone number or spoken words.
 */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly code: ErrorCode;
  /** Whether the same request may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly details: unknown;

  constructor(code: ErrorCode, message: string, options: { retryable?: boolean; details?: unknown; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.details = options.details;
  }
}

/** An input that is not right, with each field that is not, as it crosses a boundary. */
export function invalidInput(details: readonly FieldProblem[]): ErrorBody {
  const what = details.slice(0, 3).map(({ field, message }) => (field ? `${field}: ${message}` : message));
  return { code: 'input/invalid', message: `The input is not right. ${what.join('; ')}${details.length > 3 ? '; ...' : ''}`, details };
}

/** The same, to be thrown: for what only whoever works on the input can tell of it. */
export function inputError(problems: readonly FieldProblem[]): BridgeError {
  const { code, message, details } = invalidInput(problems);
  return new BridgeError(code, message, { details });
}
