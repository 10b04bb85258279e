import { useEffect, useId } from 'react';
import { createStore } from 'zustand/vanilla';

/** Something that the command palette offers. */
export interface Command {
  readonly id: string;
  readonly group: string;
  readonly words: string;
  readonly detail?: string;
  readonly hotkey?: string;
  /** What was asked for when the bridge found it: it is offered for these words, though they are not all in its name. */
  readonly found?: string;
  readonly run: () => void;
}

export const commandSets = createStore<{ readonly sets: ReadonlyMap<string, readonly Command[]> }>(() => ({ sets: new Map() }));

/** Offer commands in the palette while this is on screen. @param commands made anew only when they change (useMemo) */
export function useCommands(commands: readonly Command[]): void {
  const id = useId();
  useEffect(() => {
    commandSets.setState(({ sets }) => ({ sets: new Map(sets).set(id, commands) }));
    return () =>
      commandSets.setState(({ sets }) => {
        const rest = new Map(sets);
        rest.delete(id);
        return { sets: rest };
      });
  }, [id, commands]);
}
