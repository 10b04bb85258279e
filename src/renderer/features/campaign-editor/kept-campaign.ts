import type { FieldChange } from './editor-fields.ts';

const key = 'ringside.new-campaign';

/** The part of `localStorage` that is needed. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export interface KeptCampaign {
  readonly read: () => FieldChange;
  readonly keep: (change: FieldChange) => void;
  readonly drop: () => void;
}

/** The fields of a campaign that cannot be saved yet. They outlive the screen and the window. */
export function createKeptCampaign(shelf: Shelf): KeptCampaign {
  return {
    read: () => {
      try {
        const kept: unknown = JSON.parse(shelf.getItem(key) ?? '{}');
        return typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? kept : {};
      } catch {
        return {};
      }
    },
    keep: (change) => {
      try {
        shelf.setItem(key, JSON.stringify(change));
      } catch {
        // A full shelf keeps nothing over a restart; the screen still has it.
      }
    },
    drop: () => shelf.removeItem(key),
  };
}

const noShelf: Shelf = { getItem: () => null, setItem: () => {}, removeItem: () => {} };
export const keptCampaign = createKeptCampaign(typeof localStorage === 'undefined' ? noShelf : localStorage);
