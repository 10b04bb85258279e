import { type KeyboardEvent, useState } from 'react';
import type { ChosenList } from '#bridge/contract/desktop.ts';
import type { Client } from './client.ts';
import { useClient } from './hooks.ts';

let lastId = 0;

/** What a place for a file needs so that a press opens the desktop's own dialog; a browser has one itself. */
export interface ListChooser {
  /** It takes nothing now. */
  readonly loading: boolean;
  readonly activateOnClick?: false;
  readonly activateOnKeyboard?: false;
  readonly onClick?: () => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

/**
 * Let a person choose a list on this machine. In the desktop app the file goes to the bridge by its path, and only its first lines come here.
 *
 * @param busy a list is being taken: no other is asked for meanwhile, nor while a dialog is open
 * @param take gets what was chosen @param failed gets the words when it is no list
 */
export function useChooseList(busy: boolean, take: (list: ChosenList) => void, failed: (message: string) => void): ListChooser {
  const client = useClient();
  const [choosing, setChoosing] = useState(false);
  const loading = busy || choosing;
  if (client.kind !== 'desktop') return { loading };
  const choose = async () => {
    if (loading) return;
    setChoosing(true);
    try {
      const list = await askForList(client);
      if (list) take(list);
    } catch (error) {
      failed(error instanceof Error ? error.message : String(error));
    } finally {
      setChoosing(false);
    }
  };
  return {
    loading,
    activateOnClick: false,
    activateOnKeyboard: false,
    onClick: () => void choose(),
    onKeyDown: (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      void choose();
    },
  };
}

/** @returns null when the person closed the dialog */
function askForList(client: Client): Promise<ChosenList | null> {
  const id = ++lastId;
  return new Promise((resolve, reject) => {
    const stop = client.onDesktop((message) => {
      if (message.type !== 'desktop.list' || message.id !== id) return;
      stop();
      if (message.problem === null) resolve(message.list);
      else reject(new Error(message.problem));
    });
    client.tellDesktop({ type: 'desktop.choose-list', id });
  });
}
