import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Session } from '#bridge/calls/calls.ts';
import { BridgeError, type ErrorBody, type FieldProblem, invalidInput } from '#bridge/contract/errors.ts';
import { type OperationInput, type OperationName, type OperationOutput, operations } from '#bridge/contract/operations.ts';
import { isPermitted } from '#bridge/contract/roles.ts';

/** One handler for each operation: a name without a handler does not compile. */
export type Handlers = {
  readonly [Name in OperationName]: (
    input: OperationInput<Name>,
    context: { readonly session: Session },
  ) => Readonly<OperationOutput<Name>> | Promise<Readonly<OperationOutput<Name>>>;
};

/** What comes out of every door. */
export type Answer = { readonly result: unknown } | { readonly error: ErrorBody };

/** Checks the name, parses the input, runs and answers. Never throws. Whoever calls it has checked the caller. */
export type Dispatch = (name: string, input: unknown, session: Session) => Promise<Answer>;

export function createDispatch(handlers: Handlers, log: Logger): Dispatch {
  const run = async <Name extends OperationName>(name: Name, input: unknown, session: Session): Promise<Answer> => {
    const parsed = operations[name].input.safeParse(input);
    if (!parsed.success) return { error: invalidInput(fieldProblems(parsed.error)) };
    return { result: await handlers[name](parsed.data as OperationInput<Name>, { session }) };
  };
  return async (name, input, session) => {
    if (!isOperation(name)) return { error: { code: 'not-found', message: `There is no operation of this name: ${name.slice(0, 80)}` } };
    if (!isPermitted(session.role, name)) return { error: { code: 'auth/forbidden', message: 'This needs another role than yours.' } };
    try {
      return await run(name, input, session);
    } catch (error) {
      return { error: errorOf(error, name, log) };
    }
  };
}

export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

/** For an input that is larger than its operation takes. */
export const tooLarge = invalidInput([{ field: '', message: 'is too large for this operation' }]);

/** What a failed handler tells outside: a {@link BridgeError} as it is, anything else only that it happened. */
export function errorOf(error: unknown, operation: string, log: Logger): ErrorBody {
  if (error instanceof BridgeError) {
    if (error.cause !== undefined) log.debug({ operation, code: error.code, err: error.cause }, 'An operation was refused');
    return { code: error.code, message: error.message, ...(error.details === undefined ? {} : { details: error.details }) };
  }
  log.error({ operation, err: error }, 'An operation failed');
  return { code: 'internal', message: 'Something went wrong inside the bridge. Its log says more.' };
}

/** Each offending field once, with dots: `window.start`. The alternatives of a union come as one. */
export function fieldProblems(error: z.ZodError): FieldProblem[] {
  return error.issues.flatMap((issue): FieldProblem[] => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'is not a field of this input' }));
    }
    if (issue.code === 'invalid_union') {
      // The alternative that got furthest says best what was meant.
      const deepest = issue.errors
        .flat()
        .toSorted((a, b) => b.path.length - a.path.length)
        .at(0);
      if (deepest) return [{ field: [...path, ...deepest.path.map(String)].join('.'), message: deepest.message }];
    }
    const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
    return [{ field: path.join('.'), message: isMissing ? 'is missing' : issue.message }];
  });
}
