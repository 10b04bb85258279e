import { useCallback, useMemo } from 'react';
import type { Call, CallClip, Mark } from '#bridge/contract/calls.ts';
import { useClient } from '../../../client/hooks.ts';
import { clock } from '../../../ui/format.ts';
import { useUndoableRemoval } from '../../../ui/use-undoable-removal.tsx';
import { stretchWords } from './stretch.ts';

/** The clips of a call, without those that are being removed. */
export function useKeptClips({ id, clips }: Call): { readonly kept: readonly CallClip[]; readonly remove: (clip: CallClip) => void } {
  const client = useClient();
  const { hidden, remove } = useUndoableRemoval(
    useCallback((clipId: CallClip['id']) => client.invoke('calls.removeClip', { id, clipId }), [client, id]),
  );
  const kept = useMemo(() => (clips ?? []).filter((clip) => !hidden.has(clip.id)), [clips, hidden]);
  return { kept, remove: (clip) => remove(clip.id, `The clip ${stretchWords(clip)}`) };
}

/** A call without the marks that are being removed. */
export function useKeptMarks(call: Call): { readonly call: Call; readonly remove: (mark: Mark) => void } {
  const client = useClient();
  const { id } = call;
  const { hidden, remove } = useUndoableRemoval(
    useCallback((markId: Mark['id']) => client.invoke('calls.removeMark', { id, markId }), [client, id]),
  );
  const kept = useMemo(() => ({ ...call, marks: call.marks.filter((mark) => !hidden.has(mark.id)) }), [call, hidden]);
  return { call: kept, remove: (mark) => remove(mark.id, `The mark at ${clock(mark.offsetMs)}`) };
}
