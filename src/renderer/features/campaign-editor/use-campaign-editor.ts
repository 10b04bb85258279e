import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import type { OperationError } from '../../client/client.ts';
import { operationKey, useAction } from '../../client/hooks.ts';
import {
  bridgeProblems,
  changeOf,
  draftOf,
  type EditorFields,
  type FieldChange,
  type FieldName,
  fieldsOf,
  lacking,
  problemsIn,
  sensible,
  stillPending,
} from './editor-fields.ts';
import { keptCampaign } from './kept-campaign.ts';

/** How long nothing is changed before it is saved. */
const quietMs = 600;

export interface CampaignEditing {
  /** Null until it was saved for the first time. */
  readonly campaign: Campaign | null;
  readonly fields: EditorFields;
  readonly change: (change: FieldChange) => void;
  /** What keeps a field from being saved, ours or the bridge's. */
  readonly problems: ReadonlyMap<FieldName, string>;
  /** What the bridge said where no field is to blame. */
  readonly error: OperationError | null;
  readonly saving: boolean;
  /** Whether something on screen is not with the bridge. */
  readonly dirty: boolean;
  readonly lacking: readonly string[];
  /** Epoch milliseconds of the last save in this visit; null before it. */
  readonly savedAtMs: number | null;
  /** Save at once what can be saved. @returns whether all of it is saved */
  readonly save: () => Promise<boolean>;
}

/**
 * A campaign that saves itself.
 *
 * @param given null for one that was never saved
 * @param initial what a new one begins with
 * @param onMade it was saved for the first time while its editor is on screen
 */
export function useCampaignEditor(given: Campaign | null, initial: EditorFields, onMade: (id: string) => void): CampaignEditing {
  // What the last save answered holds until the feed or the cache brings something else.
  const [saved, setSaved] = useState<{ readonly campaign: Campaign; readonly over: Campaign | null } | null>(null);
  const [pending, setPending] = useState<FieldChange>(() => (given === null ? sensible(keptCampaign.read(), initial) : {}));
  const [savedAtMs, setSavedAt] = useState<number | null>(null);
  const create = useAction('campaigns.create');
  const update = useAction('campaigns.update');
  const queries = useQueryClient();
  const campaign = saved && saved.over === given ? saved.campaign : given;
  const base = campaign ? fieldsOf(campaign) : initial;
  const fields = { ...base, ...pending };
  const now = useRef({ campaign, base, pending, given });
  const tail = useRef<Promise<boolean>>(Promise.resolve(true));
  const timer = useRef<number | undefined>(undefined);
  const left = useRef(false);
  now.current = { campaign, base, pending, given };

  const took = (answer: Campaign) => {
    const savedFields = fieldsOf(answer);
    const rest = stillPending(now.current.pending, savedFields);
    now.current = { ...now.current, campaign: answer, base: savedFields, pending: rest };
    setSaved({ campaign: answer, over: now.current.given });
    queries.setQueryData(operationKey('campaigns.get', { id: answer.id }), answer);
    setPending(rest);
    setSavedAt(Date.now());
    for (const name of ['campaigns.check', 'campaigns.preview', 'campaigns.list']) void queries.invalidateQueries({ queryKey: [name] });
  };
  const saveOnce = async (): Promise<boolean> => {
    const { campaign: known, base: from, pending: changes } = now.current;
    try {
      if (known === null) {
        const draft = draftOf({ ...from, ...changes });
        if (draft === null) return false;
        const made = await create.mutateAsync(draft);
        keptCampaign.drop();
        took(made);
        if (!left.current) onMade(made.id);
        return true;
      }
      const change = changeOf(known.id, from, changes);
      if (change !== null) took(await update.mutateAsync(change));
      return problemsIn({ ...from, ...now.current.pending }).size === 0;
    } catch {
      // The mutation keeps the error, and the editor shows it.
      return false;
    }
  };
  const save = (): Promise<boolean> => {
    clearTimeout(timer.current);
    timer.current = undefined;
    // One after the other: an older answer never overtakes a newer one.
    tail.current = tail.current.then(saveOnce);
    return tail.current;
  };
  const change = (part: FieldChange) => {
    const next = { ...now.current.pending, ...part };
    now.current = { ...now.current, pending: next };
    setPending(next);
    if (now.current.campaign === null) keptCampaign.keep(next);
    if (create.isError) create.reset();
    if (update.isError) update.reset();
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void save(), quietMs);
  };
  const latestSave = useRef(save);
  latestSave.current = save;
  useEffect(() => {
    left.current = false;
    // What was kept may be enough by now: its agent was written meanwhile.
    if (now.current.campaign === null && Object.keys(now.current.pending).length > 0) void latestSave.current();
    return () => {
      left.current = true;
      // What was changed a moment ago is saved all the same.
      if (timer.current !== undefined) void latestSave.current();
    };
  }, []);

  const failed = campaign === null ? create.error : update.error;
  const fromBridge = bridgeProblems(failed?.fields ?? []);
  return {
    campaign,
    fields,
    change,
    problems: new Map([...problemsIn(fields), ...fromBridge]),
    error: fromBridge.size > 0 ? null : failed,
    saving: create.isPending || update.isPending,
    dirty: campaign === null || changeOf(campaign.id, base, pending) !== null || problemsIn(fields).size > 0,
    lacking: campaign === null ? lacking(fields) : [],
    savedAtMs,
    save,
  };
}
