import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { LeadImportResult } from '#bridge/contract/leads.ts';
import type { OperationError } from '../../client/client.ts';
import { useAction } from '../../client/hooks.ts';
import { type ImportChoices, importRequest } from './import-list.ts';

/** How long nothing is typed before the list is looked at again. */
const quietMs = 400;

/** A list that waits to be imported. */
export interface List {
  readonly name: string;
  /** Of a file on the bridge's machine only how it begins. */
  readonly text: string;
  /** Where the bridge reads it; absent when its text is here. */
  readonly path?: string;
}

const sourceOf = ({ text, path }: List) => (path === undefined ? { csv: text } : { path });

export interface LeadImport {
  readonly list: List | null;
  readonly choices: ImportChoices;
  /** What an import would bring; null while nobody has looked. */
  readonly look: LeadImportResult | null;
  readonly looking: boolean;
  readonly lookError: OperationError | null;
  /** What the last import brought. */
  readonly done: (LeadImportResult & { readonly name: string }) | null;
  readonly importing: boolean;
  readonly importError: OperationError | null;
  readonly take: (list: List) => void;
  readonly choose: (choices: Partial<ImportChoices>) => void;
  readonly drop: () => void;
  /** Null when there is nothing to import. */
  readonly run: (() => Promise<void>) | null;
}

/** Look at a list with the bridge's own eyes, then import it. @param region the country of numbers without one, ISO 3166 alpha-2 */
export function useLeadImport(campaignId: string, region: string): LeadImport {
  const [list, setList] = useState<List | null>(null);
  const [chosen, setChosen] = useState<Partial<ImportChoices>>({});
  const [look, setLook] = useState<LeadImportResult | null>(null);
  const [done, setDone] = useState<LeadImport['done']>(null);
  const dry = useAction('leads.import');
  const real = useAction('leads.import');
  const queries = useQueryClient();
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const choices: ImportChoices = { mapping: {}, region, basis: null, otherBasis: '', source: '', ...chosen };

  const lookAt = (next: List, nextChoices: ImportChoices) => {
    // Only the answer to the last question counts.
    dry.mutate(importRequest(campaignId, sourceOf(next), nextChoices, true), { onSuccess: setLook });
  };
  const take = (next: List) => {
    clearTimeout(timer.current);
    const kept = { ...choices, mapping: {} };
    setChosen(kept);
    setList(next);
    setLook(null);
    setDone(null);
    real.reset();
    lookAt(next, kept);
  };
  const choose = (part: Partial<ImportChoices>) => {
    const next = { ...choices, ...part };
    setChosen(next);
    clearTimeout(timer.current);
    // Consent changes no row of the look.
    if (list && (part.mapping || part.region)) timer.current = window.setTimeout(() => lookAt(list, next), quietMs);
  };
  const drop = () => {
    clearTimeout(timer.current);
    setList(null);
    setLook(null);
    dry.reset();
    real.reset();
  };
  const run = async () => {
    if (!list) return;
    try {
      const result = await real.mutateAsync(importRequest(campaignId, sourceOf(list), choices, false));
      setDone({ ...result, name: list.name });
      setList(null);
      setLook(null);
      dry.reset();
    } catch {
      // The mutation keeps the error, and it is shown.
    }
    await Promise.all(
      ['campaigns.health', 'campaigns.check', 'campaigns.preview', 'leads.list'].map((name) =>
        queries.invalidateQueries({ queryKey: [name] }),
      ),
    );
  };
  return {
    list,
    choices,
    look,
    looking: dry.isPending,
    lookError: dry.error,
    done,
    importing: real.isPending,
    importError: real.error,
    take,
    choose,
    drop,
    run: list && look && !dry.isError ? run : null,
  };
}
