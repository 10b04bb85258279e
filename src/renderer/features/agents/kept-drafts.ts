import { createStore } from 'zustand/vanilla';
import type { AgentFields } from './agent-fields.ts';

/** Changes that are not saved yet. They outlive the screen and the window, so that leaving either loses nothing. */
export interface KeptDraft {
  readonly fields: AgentFields;
  /** The version that was changed; 0 for an agent that was never saved. */
  readonly baseVersion: number;
}

/** The place of an agent that has no id yet. */
export const newAgent = 'new';
const key = 'ringside.agent-drafts';

/** The part of `localStorage` that is needed. */
export type DraftShelf = Pick<Storage, 'getItem' | 'setItem'>;

/** Drafts by agent id, read from the shelf and written through to it. */
export function createKeptDrafts(shelf: DraftShelf) {
  const store = createStore<{ readonly drafts: Readonly<Record<string, KeptDraft>> }>(() => ({ drafts: read(shelf) }));
  const write = (drafts: Readonly<Record<string, KeptDraft>>) => {
    store.setState({ drafts });
    try {
      shelf.setItem(key, JSON.stringify(drafts));
    } catch {
      // A full shelf keeps nothing over a restart; the drafts of this window stay.
    }
  };
  return {
    store,
    keep: (id: string, draft: KeptDraft) => write({ ...store.getState().drafts, [id]: draft }),
    drop: (id: string) => {
      const { [id]: _gone, ...rest } = store.getState().drafts;
      write(rest);
    },
    /** What was saved needs to be kept no more; what was typed meanwhile is a change of the version that was made. */
    saved: (id: string, fields: AgentFields, made: { readonly id: string; readonly version: number }) => {
      const { [id]: draft, ...rest } = store.getState().drafts;
      write(
        draft === undefined || draft.fields === fields ? rest : { ...rest, [made.id]: { fields: draft.fields, baseVersion: made.version } },
      );
    },
  };
}

function read(shelf: DraftShelf): Readonly<Record<string, KeptDraft>> {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(key) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return {};
    return Object.fromEntries(Object.entries(kept).filter((entry): entry is [string, KeptDraft] => isDraft(entry[1])));
  } catch {
    return {};
  }
}

/** Written by an older build it may lack a field; then it is worth less than an editor that opens. */
function isDraft(value: unknown): value is KeptDraft {
  if (typeof value !== 'object' || value === null || !('fields' in value) || !('baseVersion' in value)) return false;
  const { fields } = value;
  return typeof fields === 'object' && fields !== null && 'tools' in fields && 'instructions' in fields && 'turnDetection' in fields;
}

export const keptDrafts = createKeptDrafts(typeof localStorage === 'undefined' ? { getItem: () => null, setItem: () => {} } : localStorage);
