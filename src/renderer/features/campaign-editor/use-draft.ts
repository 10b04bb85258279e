import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { OperationError } from '../../client/client.ts';
import { useClient, useOperation } from '../../client/hooks.ts';
import { creation, type Draft, draftOf, emptyDraft, lacking, listed, rehearsalNumber, type Step } from './draft.ts';

const keptKey = 'ringside.new-campaign';
const saveAfterMs = 600;

export interface DraftEditing {
  readonly draft: Draft;
  /** Null while it is being read. */
  readonly change: ((change: Partial<Draft>) => void) | null;
  /** Where it stands: saved when, or why not yet. */
  readonly status: string;
  readonly error: OperationError | null;
}

/**
 * A campaign's settings in the making. Before the bridge can keep them (it needs a name, an agent and a number) they are kept on this
 * machine; from then on every change is saved a moment after it was made.
 */
export function useDraft(id: string | null, step: Step): DraftEditing {
  const client = useClient();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const { data: campaign } = useOperation('campaigns.get', { id: id ?? '' }, { enabled: id !== null });
  const { data: agents } = useOperation('agents.list', {});
  const { data: settings } = useOperation('settings.get', {}, { enabled: id === null });
  const { data: setup } = useOperation('setup.status', {}, { enabled: id === null });
  const [draft, setDraft] = useState<Draft | null>(null);
  const [savedAtMs, setSavedAt] = useState<number | null>(null);
  const [error, setError] = useState<OperationError | null>(null);
  const [isSaving, setSaving] = useState(false);
  const pending = useRef<Partial<Draft>>({});
  const timer = useRef<number | undefined>(undefined);

  useEffect(() => {
    if (draft !== null) return;
    if (id !== null) {
      if (campaign) setDraft(draftOf(campaign));
      return;
    }
    const kept = localStorage.getItem(keptKey);
    if (kept !== null) {
      setDraft({ ...emptyDraft, ...(JSON.parse(kept) as Partial<Draft>) });
      return;
    }
    if (!settings || !setup || !agents) return;
    const { defaults } = settings;
    const world = setup.canCallForReal ? 'real' : 'rehearsal';
    const only = agents.length === 1 ? agents[0]?.id : undefined;
    setDraft({
      ...emptyDraft,
      world,
      carrier: defaults.carrier,
      fromNumbers: world === 'rehearsal' ? [rehearsalNumber] : defaults.fromNumbers,
      lines: defaults.lines,
      ringSeconds: defaults.ringSeconds,
      maxCallSeconds: defaults.maxCallSeconds,
      window: defaults.window,
      budgetMicros: defaults.budgetMicros,
      ...(only ? { agentId: only } : {}),
    });
  }, [draft, id, campaign, settings, setup, agents]);

  const save = useCallback(
    async (whole: Draft) => {
      const changed = pending.current;
      pending.current = {};
      setSaving(true);
      try {
        if (id === null) {
          const made = await client.invoke('campaigns.create', creation(whole));
          localStorage.removeItem(keptKey);
          go(`~/campaigns/${made.id}/edit/${step}`, { replace: true });
        } else {
          const { agentId, ...rest } = changed;
          const saved = await client.invoke('campaigns.update', { id, ...rest, ...(agentId === undefined ? {} : { agentId }) } as never);
          queries.setQueryData(['campaigns.get', { id }], saved);
          void queries.invalidateQueries({ queryKey: ['campaigns.check'] });
          void queries.invalidateQueries({ queryKey: ['campaigns.preview'] });
        }
        setError(null);
        setSavedAt(Date.now());
      } catch (problem) {
        setError(problem as OperationError);
      }
      setSaving(false);
    },
    [client, queries, go, id, step],
  );

  const change = (part: Partial<Draft>) => {
    if (!draft) return;
    const next = { ...draft, ...part };
    setDraft(next);
    pending.current = { ...pending.current, ...part };
    clearTimeout(timer.current);
    if (id === null) localStorage.setItem(keptKey, JSON.stringify(next));
    if (id !== null || lacking(next).length === 0) timer.current = window.setTimeout(() => void save(next), saveAfterMs);
  };
  // What was typed last is saved, too, when somebody leaves at once.
  const latest = useRef({ draft, save });
  latest.current = { draft, save };
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      const { draft: last, save: finish } = latest.current;
      if (last && Object.keys(pending.current).length > 0 && lacking(last).length === 0) void finish(last);
    },
    [],
  );

  const missing = draft ? lacking(draft) : [];
  const status =
    missing.length > 0 && id === null
      ? `Not saved yet: needs ${listed(missing)}. It is kept on this computer.`
      : isSaving
        ? 'Saving'
        : error
          ? 'Not saved'
          : savedAtMs === null
            ? id === null
              ? ' '
              : 'Saved'
            : `Saved ${new Date(savedAtMs).toLocaleTimeString()}`;
  return { draft: draft ?? emptyDraft, change: draft ? change : null, status, error };
}
