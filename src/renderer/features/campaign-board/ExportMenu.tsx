import { Menu } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useClient } from '../../client/hooks.ts';
import { saveFile } from '../../client/save-file.ts';
import { Button } from '../../ui/Button.tsx';
import { toast, toastProblem } from '../../ui/toast.ts';

export function ExportMenu({ campaignId, icon }: { readonly campaignId: string; readonly icon: ReactNode }) {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const save = async (format: 'csv' | 'json') => {
    setBusy(true);
    try {
      const path = await saveFile(client, await client.invoke('campaigns.export', { id: campaignId, format }));
      if (path !== null) toast(`Saved as ${path}.`);
    } catch (error) {
      toastProblem(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button busy={busy} icon={icon}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void save('csv')}>Table (CSV)</Menu.Item>
        <Menu.Item onClick={() => void save('json')}>Everything (JSON)</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
