import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { Button } from './Button.tsx';
import { toastProblem } from './toast.ts';

const undoMs = 6_000;

/**
 * Removing can be taken back for some seconds: only then it is done.
 *
 * @param removeNow does it; what it fails with is said, and the thing is there again
 */
export function useUndoableRemoval<Id extends string>(
  removeNow: (id: Id) => Promise<unknown>,
): { readonly hidden: ReadonlySet<Id>; readonly remove: (id: Id, name: string) => void } {
  const [hidden, setHidden] = useState<ReadonlySet<Id>>(new Set());
  const remove = (id: Id, name: string) => {
    const show = () => setHidden((before) => new Set([...before].filter((other) => other !== id)));
    setHidden((before) => new Set(before).add(id));
    const timer = window.setTimeout(() => {
      removeNow(id).catch((error: Error) => {
        show();
        toastProblem(error.message);
      });
    }, undoMs);
    notifications.show({
      id,
      autoClose: undoMs,
      withBorder: true,
      message: (
        <span>
          {name} is removed.{' '}
          <Button
            size="small"
            onClick={() => {
              clearTimeout(timer);
              show();
              notifications.hide(id);
            }}
          >
            Undo
          </Button>
        </span>
      ),
    });
  };
  return { hidden, remove };
}
