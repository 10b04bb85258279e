import { Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import { useAction, useClient } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { toastProblem } from '../../../ui/toast.ts';
import { keepFile } from '../keep-file.ts';

const formats = [
  { format: 'csv', words: 'Table of its leads and calls (CSV)' },
  { format: 'json', words: 'Everything, for a program (JSON)' },
] as const;

/** The whole campaign as a file. @param campaign null while none is chosen */
export function CampaignExport({ campaign }: { readonly campaign: Campaign | null }) {
  const client = useClient();
  const exporting = useAction('campaigns.export');
  const save = (format: (typeof formats)[number]['format']) => {
    if (!campaign) return;
    exporting.mutate(
      { id: campaign.id, format },
      {
        onSuccess: (file) => void keepFile(client, file, `${campaign.name} was not exported.`),
        onError: ({ message }) => toastProblem(`${campaign.name} was not exported. ${message}`),
      },
    );
  };
  const button = (
    <Button
      size="small"
      icon={<IconDownload size={16} aria-hidden />}
      busy={exporting.isPending}
      blocked={campaign ? null : 'Choose a campaign to export it'}
    >
      {exporting.isPending ? 'Exporting' : 'Export campaign'}
    </Button>
  );
  if (!campaign) return button;
  return (
    <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        {formats.map(({ format, words }) => (
          <Menu.Item key={format} onClick={() => save(format)}>
            {words}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
