import { Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { Call } from '#bridge/contract/calls.ts';
import type { OperationError } from '../../../client/client.ts';
import { useAction, useClient } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { toastProblem } from '../../../ui/toast.ts';
import { keepFile, keepRecording } from '../keep-file.ts';

const formats = [
  { format: 'txt', words: 'Transcript to read (TXT)' },
  { format: 'vtt', words: 'Transcript with times (WebVTT)' },
  { format: 'json', words: 'Everything, for a program (JSON)' },
] as const;

/** The call as a file. */
export function ExportMenu({ call }: { readonly call: Call }) {
  const client = useClient();
  const exporting = useAction('calls.export');
  const ticket = useAction('recordings.ticket');
  const failed = ({ message }: OperationError) => toastProblem(`Nothing was exported. ${message}`);
  const save = (format: (typeof formats)[number]['format'] | 'evidence') =>
    exporting.mutate(
      { id: call.id, format },
      {
        onSuccess: (file) => void keepFile(client, file, 'Nothing was exported.'),
        onError: failed,
      },
    );
  const saveSound = () => {
    ticket.mutate(
      { id: call.id },
      {
        onSuccess: ({ url }) => void keepRecording(client, url, `${call.id}.wav`, 'Nothing was exported.'),
        onError: failed,
      },
    );
  };
  const busy = exporting.isPending || ticket.isPending;
  return (
    <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button icon={<IconDownload size={16} aria-hidden />} busy={busy}>
          {busy ? 'Exporting' : 'Export'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map(({ format, words }) => (
          <Menu.Item key={format} onClick={() => save(format)}>
            {words}
          </Menu.Item>
        ))}
        {call.recording && call.endedAt !== null ? <Menu.Item onClick={saveSound}>Sound, both sides (WAV)</Menu.Item> : null}
        {call.endedAt === null ? null : (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => save('evidence')}>Evidence, with the fingerprint of the recording</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
