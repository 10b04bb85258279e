import { useMemo, useState } from 'react';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import type { Lead } from '#bridge/contract/leads.ts';
import { useLive, useOperation } from '../../client/hooks.ts';
import { type Columns, columnsOf, exampleLead, valuesOf } from './columns.ts';

/** Enough to know what a list lacks; a bigger one is judged by its beginning. */
const leadsMax = 200;

export interface PreviewLead {
  readonly campaigns: readonly Campaign[];
  readonly campaignId: string | null;
  readonly chooseCampaign: (id: string) => void;
  /** Whose values are shown: a real lead's, or those of an example while there is none. */
  readonly lead: Pick<Lead, 'phone' | 'fields'>;
  readonly isExample: boolean;
  readonly values: Readonly<Record<string, string>>;
  readonly columns: Columns;
  /** From 0, and of how many. */
  readonly index: number;
  readonly leads: number;
  readonly previous: (() => void) | null;
  readonly next: (() => void) | null;
}

/** A real lead to read the texts with. Campaigns that use the agent come first. */
export function usePreviewLead(agentId: string | null): PreviewLead {
  const campaigns = useLive((state) => [...state.campaigns.values()]);
  const [wanted, setWanted] = useState<string | null>(null);
  const [index, setIndex] = useState(0);
  const ordered = useMemo(
    () =>
      [...campaigns].sort(
        (a, b) => Number(b.agentId === agentId) - Number(a.agentId === agentId) || b.createdAt.localeCompare(a.createdAt),
      ),
    [campaigns, agentId],
  );
  const campaign = ordered.find(({ id }) => id === wanted) ?? ordered[0];
  const { data } = useOperation('leads.list', { campaignId: campaign?.id ?? '', limit: leadsMax }, { enabled: campaign !== undefined });
  const leads = campaign && data ? data : none;
  const columns = useMemo(() => columnsOf(leads, leads.length === leadsMax), [leads]);
  const at = Math.min(index, Math.max(0, leads.length - 1));
  const lead = leads[at] ?? exampleLead;
  const values = useMemo(() => valuesOf(lead), [lead]);
  return {
    campaigns: ordered,
    campaignId: campaign?.id ?? null,
    chooseCampaign: (id) => {
      setWanted(id);
      setIndex(0);
    },
    lead,
    isExample: leads.length === 0,
    values,
    columns,
    index: at,
    leads: leads.length,
    previous: at > 0 ? () => setIndex(at - 1) : null,
    next: at < leads.length - 1 ? () => setIndex(at + 1) : null,
  };
}

const none: readonly Lead[] = [];
