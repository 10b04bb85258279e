import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Call, CallClip } from '#bridge/contract/calls.ts';
import { operationKey, useClient } from '../../../client/hooks.ts';
import { useUndoableRemoval } from '../../../ui/use-undoable-removal.tsx';
import { stretchWords } from './stretch.ts';

/** The clips of a call, without those that are being removed. */
export function useKeptClips({ id, clips }: Call): { readonly kept: readonly CallClip[]; readonly remove: (clip: CallClip) => void } {
  const client = useClient();
  const queries = useQueryClient();
  const { hidden, remove } = useUndoableRemoval(
    useCallback(
      async (clipId: CallClip['id']) => {
        await client.invoke('calls.removeClip', { id, clipId });
        await queries.invalidateQueries({ queryKey: operationKey('calls.get', { id }) });
      },
      [client, queries, id],
    ),
  );
  const kept = useMemo(() => (clips ?? []).filter((clip) => !hidden.has(clip.id)), [clips, hidden]);
  return { kept, remove: (clip) => remove(clip.id, `The clip ${stretchWords(clip)}`) };
}
