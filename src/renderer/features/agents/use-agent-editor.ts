import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Agent } from '#bridge/contract/agents.ts';
import type { OperationError } from '../../client/client.ts';
import { answersTold, operationKey, useAction } from '../../client/hooks.ts';
import { type AgentFields, changeOf, draftOf, fieldsOf, problemsIn, sameFields } from './agent-fields.ts';
import { keptDrafts, newAgent } from './kept-drafts.ts';

export interface AgentEditor {
  readonly fields: AgentFields;
  readonly change: (change: Partial<AgentFields>) => void;
  readonly dirty: boolean;
  /** What keeps it from being saved, by field; empty until somebody has tried. */
  readonly problems: ReadonlyMap<string, string>;
  /** What the bridge said to the last attempt, where no field is to blame. */
  readonly error: OperationError | null;
  readonly saving: boolean;
  /** What was saved last, in this visit. */
  readonly saved: Agent | null;
  /** A version that somebody saved while these changes were made. */
  readonly overtakenBy: number | null;
  /** @returns null when it was not saved, and the problems say why */
  readonly save: () => Promise<Agent | null>;
  /** Null when there is nothing to drop. */
  readonly drop: (() => void) | null;
  /** Take back a drop; null when there was none. */
  readonly undrop: (() => void) | null;
}

/** @param agent null for one that was never saved @param initial what a new one begins with */
export function useAgentEditor(agent: Agent | null, initial: AgentFields): AgentEditor {
  const id = agent?.id ?? newAgent;
  const kept = useStore(keptDrafts.store, ({ drafts }) => drafts[id]);
  const [tried, setTried] = useState(false);
  const [saved, setSaved] = useState<Agent | null>(null);
  const [dropped, setDropped] = useState<AgentFields | null>(null);
  const create = useAction('agents.create');
  const update = useAction('agents.update');
  const queries = useQueryClient();
  const underWay = useRef(false);
  const base = agent ? fieldsOf(agent) : initial;
  const fields = kept?.fields ?? base;
  const dirty = agent === null || (kept !== undefined && !sameFields(fields, base));
  const failed = agent === null ? create.error : update.error;
  const fromBridge = (failed?.fields ?? []).map(({ field, message }) => [field, `${message}.`] as const);

  const keep = (next: AgentFields) => {
    // Letter by letter: a space at the end is the beginning of a word.
    if (agent && JSON.stringify(next) === JSON.stringify(base)) keptDrafts.drop(id);
    else keptDrafts.keep(id, { fields: next, baseVersion: kept?.baseVersion ?? agent?.version ?? 0 });
  };
  const change = (part: Partial<AgentFields>) => {
    keep({ ...fields, ...part });
    setSaved(null);
    setDropped(null);
    if (failed) (agent === null ? create : update).reset();
  };
  const save = async () => {
    setTried(true);
    if (underWay.current || problemsIn(fields).size > 0) return null;
    underWay.current = true;
    try {
      const made = agent ? await update.mutateAsync({ id: agent.id, ...changeOf(fields) }) : await create.mutateAsync(draftOf(fields));
      queries.setQueryData(operationKey('agents.get', { id: made.id }), made);
      await answersTold();
      keptDrafts.saved(id, fields, made);
      setTried(false);
      setDropped(null);
      setSaved(made);
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['agents.list'] }),
        queries.invalidateQueries({ queryKey: ['agents.versions'] }),
      ]);
      return made;
    } catch {
      // The mutation keeps the error, and the screen shows it.
      return null;
    } finally {
      underWay.current = false;
    }
  };
  return {
    fields,
    change,
    dirty,
    problems: new Map([...fromBridge, ...(tried ? problemsIn(fields) : [])]),
    error: fromBridge.length > 0 ? null : failed,
    saving: create.isPending || update.isPending,
    saved: dirty && agent !== null ? null : saved,
    overtakenBy: kept && agent && dirty && agent.version > kept.baseVersion ? agent.version : null,
    save,
    drop:
      kept === undefined
        ? null
        : () => {
            setDropped(fields);
            setTried(false);
            keptDrafts.drop(id);
          },
    undrop: dropped === null ? null : () => change(dropped),
  };
}
