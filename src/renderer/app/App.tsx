import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Client } from '../client/client.ts';
import { type Ringside, RingsideContext } from '../client/hooks.ts';
import { followFeed } from '../client/live-store.ts';
import { createQueries } from '../client/queries.ts';
import { OperatorDesk } from '../features/operator/OperatorDesk.tsx';
import { cssVariables, theme } from '../ui/theme.ts';
import { colorSchemes } from './appearance.ts';
import { NoToken } from './NoToken.tsx';
import { Shell } from './Shell.tsx';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

/** @param client null when the page was opened without the token */
export function App({ client }: { readonly client: Client | null }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemes}
      getStyleNonce={() => nonce}
    >
      {client === null ? <NoToken /> : <Connected client={client} />}
    </MantineProvider>
  );
}

function Connected({ client }: { readonly client: Client }) {
  const [parts, setParts] = useState<{ ringside: Ringside; queries: ReturnType<typeof createQueries>['queries'] } | null>(null);
  useEffect(() => {
    const feed = followFeed(client);
    const made = createQueries(client);
    setParts({ ringside: { client, live: feed.store, watch: feed.watch }, queries: made.queries });
    return () => {
      feed.stop();
      made.stop();
    };
  }, [client]);
  if (!parts) return null;
  return (
    <RingsideContext value={parts.ringside}>
      <QueryClientProvider client={parts.queries}>
        <Notifications position="bottom-left" limit={4} />
        <OperatorDesk>
          <Shell />
        </OperatorDesk>
      </QueryClientProvider>
    </RingsideContext>
  );
}
