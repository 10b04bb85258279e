import { notifications } from '@mantine/notifications';
import { useCallback, useState } from 'react';
import { Button } from './Button.tsx';
import { toastProblem } from './toast.ts';

const undoMs = 6_000;

interface Removal<Id extends string> {
  readonly hidden: ReadonlySet<string>;
  readonly remove: (id: Id, name: string) => void;
}

/** A removal can be taken back for some seconds: only then it is done, or when the page is left. @param perform stays the same from one render to the next */
export function useUndoableRemoval<Id extends string>(perform: (id: Id) => Promise<unknown>): Removal<Id> {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const remove = useCallback(
    (id: Id, name: string) => {
      const show = () => setHidden((before) => new Set([...before].filter((other) => other !== id)));
      setHidden((before) => new Set(before).add(id));
      const end = () => {
        clearTimeout(timer);
        window.removeEventListener('pagehide', performNow);
      };
      const performNow = () => {
        end();
        perform(id).catch((error: Error) => {
          show();
          toastProblem(error.message);
        });
      };
      const timer = window.setTimeout(performNow, undoMs);
      window.addEventListener('pagehide', performNow);
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
                end();
                show();
                notifications.hide(id);
              }}
            >
              Undo
            </Button>
          </span>
        ),
      });
    },
    [perform],
  );
  return { hidden, remove };
}
