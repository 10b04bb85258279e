import { useEffect, useState } from 'react';
import type { LineProof, ProofStep } from '#bridge/contract/line.ts';
import { useAction, useClient, useOperation } from '../../client/hooks.ts';
import type { OperationRequest } from '../../client/operations.ts';

/** The proof on screen: the one that runs, step by step, or the last one. */
export function useProof() {
  const client = useClient();
  const prove = useAction('line.prove');
  const { data: proofs, isPending, refetch } = useOperation('line.proofs', {});
  const [running, setRunning] = useState<readonly ProofStep[] | null>(null);
  const [shown, setShown] = useState<LineProof | null>(null);
  useEffect(
    () =>
      client.subscribe((event) => {
        if (event.type === 'proof.step' && !event.quick) setRunning((steps) => (steps === null ? steps : [...steps, event.step]));
      }),
    [client],
  );
  const start = async (input: OperationRequest<'line.prove'>) => {
    setRunning([]);
    try {
      setShown(await prove.mutateAsync(input));
    } catch {
      // The mutation keeps the error, and it is shown.
    } finally {
      setRunning(null);
      void refetch();
    }
  };
  return {
    start,
    error: prove.error,
    running,
    shown: shown ?? proofs?.find(({ quick }) => !quick) ?? null,
    show: setShown,
    proofs: proofs ?? [],
    isLoading: isPending,
  };
}
