import type { Call } from '#bridge/contract/calls.ts';
import { useAction, useClient } from '../../../client/hooks.ts';
import { toastProblem } from '../../../ui/toast.ts';
import { keepRecording } from '../keep-file.ts';
import type { Stretch } from './peaks.ts';
import { clipFileName } from './stretch.ts';

/** A stretch of the recording as a file of its own. */
export function useSaveClip(call: Pick<Call, 'id' | 'leadName' | 'to'>): {
  readonly save: (stretch: Stretch) => void;
  readonly busy: boolean;
} {
  const client = useClient();
  const ticket = useAction('recordings.ticket');
  const otherwise = 'The clip was not saved.';
  const save = ({ fromMs, toMs }: Stretch) => {
    if (ticket.isPending) return;
    ticket.mutate(
      { id: call.id },
      {
        onSuccess: ({ url }) =>
          void keepRecording(client, `${url}&fromMs=${fromMs}&toMs=${toMs}`, clipFileName(call.leadName ?? call.to, fromMs), otherwise),
        onError: ({ message }) => toastProblem(`${otherwise} ${message}`),
      },
    );
  };
  return { save, busy: ticket.isPending };
}
