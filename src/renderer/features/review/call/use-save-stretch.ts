import type { Call } from '#bridge/contract/calls.ts';
import { useAction, useClient } from '../../../client/hooks.ts';
import { toastProblem } from '../../../ui/toast.ts';
import { keepRecording } from '../keep-file.ts';
import { fileTime, type Stretch, stretchUrl } from './stretch.ts';

/** Gives a stretch of the recording to the person, as a file. */
export function useSaveStretch({ id }: Pick<Call, 'id'>): { readonly save: (stretch: Stretch) => void; readonly busy: boolean } {
  const client = useClient();
  const ticket = useAction('recordings.ticket');
  const save = (stretch: Stretch) =>
    ticket.mutate(
      { id },
      {
        onSuccess: ({ url }) =>
          void keepRecording(client, stretchUrl(url, stretch), `${id}-${fileTime(stretch.fromMs)}.wav`, 'The clip was not saved.'),
        onError: ({ message }) => toastProblem(`The clip was not saved. ${message}`),
      },
    );
  return { save, busy: ticket.isPending };
}
