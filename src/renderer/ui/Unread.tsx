import type { OperationError } from '../client/client.ts';
import { Button } from './Button.tsx';
import { Empty, Problem } from './parts.tsx';

/** Whether something was asked for that is not there: it was removed, or its address was mistyped. Asking again finds it no more. */
export const isGone = (error: Pick<OperationError, 'code'> | null): boolean =>
  error !== null && (error.code === 'not-found' || error.code === 'input/invalid');

/**
 * In place of one thing that could not be read. What is gone has only the way back to the others; anything else can be tried again.
 *
 * @param what as in `There is no such campaign` @param others as on a button, `All campaigns`
 */
export function Unread({
  error,
  what,
  others,
  next,
  onOthers,
  onRetry,
}: {
  readonly error: Pick<OperationError, 'code' | 'message'>;
  readonly what: string;
  readonly others: string;
  readonly next?: string;
  readonly onOthers: () => void;
  readonly onRetry: () => void;
}) {
  if (!isGone(error)) return <Problem error={error} onRetry={onRetry} {...(next === undefined ? {} : { next })} />;
  return (
    <Empty title={`There is no such ${what}`} action={<Button onClick={onOthers}>{others}</Button>}>
      It was removed, or its address was mistyped.
    </Empty>
  );
}
