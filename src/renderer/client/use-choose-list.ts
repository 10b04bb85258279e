import type { KeyboardEvent } from 'react';
import type { ChosenList } from '#bridge/contract/desktop.ts';
import type { Client } from './client.ts';
import { useClient } from './hooks.ts';

let lastId = 0;

/** What a place for a file needs so that a press opens the desktop's own dialog; nothing in a browser, which has one itself. */
export interface ListChooser {
  readonly activateOnClick?: false;
  readonly activateOnKeyboard?: false;
  readonly onClick?: () => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

/**
 * Let a person choose a list on this machine. In the desktop app the file goes to the bridge by its path, and only its first lines come here.
 *
 * @param take gets what was chosen @param failed gets the words when it is no list
 */
export function useChooseList(take: (list: ChosenList) => void, failed: (message: string) => void): ListChooser {
  const client = useClient();
  if (client.kind !== 'desktop') return {};
  const choose = () => {
    askForList(client).then(
      (list) => {
        if (list) take(list);
      },
      (error: unknown) => failed(error instanceof Error ? error.message : String(error)),
    );
  };
  return {
    activateOnClick: false,
    activateOnKeyboard: false,
    onClick: choose,
    onKeyDown: (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      choose();
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
