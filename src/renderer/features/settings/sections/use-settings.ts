import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answersTold, operationKey, useAction, useOperation } from '../../../client/hooks.ts';
import type { OperationRequest } from '../../../client/operations.ts';

/** The console's settings, and how to change them. */
export function useSettings() {
  const queries = useQueryClient();
  const { data, error, refetch } = useOperation('settings.get', {});
  const update = useAction('settings.update');
  const [saved, setSaved] = useState(false);
  return {
    settings: data ?? null,
    readError: error,
    readAgain: () => void refetch(),
    saving: update.isPending,
    saveError: update.error,
    /** Whether the last change was saved, until the next begins. */
    saved,
    touched: () => {
      setSaved(false);
      if (update.isError) update.reset();
    },
    /** @returns whether it is saved, when it shows */
    save: async (change: OperationRequest<'settings.update'>): Promise<boolean> => {
      try {
        queries.setQueryData(operationKey('settings.get', {}), await update.mutateAsync(change));
        await answersTold();
        setSaved(true);
        return true;
      } catch {
        // The mutation keeps the error, and the section shows it.
        return false;
      }
    },
  };
}
