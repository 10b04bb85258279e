import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useClient } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { toastProblem } from '../../ui/toast.ts';

const undoMs = 6_000;

/** Removing a draft can be taken back for some seconds: only then it is done. */
export function useUndoableRemoval(): { readonly hidden: ReadonlySet<string>; readonly remove: (id: string, name: string) => void } {
  const client = useClient();
  const queries = useQueryClient();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const remove = useCallback(
    (id: string, name: string) => {
      const show = () => setHidden((before) => new Set([...before].filter((other) => other !== id)));
      setHidden((before) => new Set(before).add(id));
      const timer = window.setTimeout(() => {
        client.invoke('campaigns.remove', { id }).then(
          () => queries.invalidateQueries({ queryKey: ['campaigns.list'] }),
          (error: Error) => {
            show();
            toastProblem(error.message);
          },
        );
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
    },
    [client, queries],
  );
  return { hidden, remove };
}
