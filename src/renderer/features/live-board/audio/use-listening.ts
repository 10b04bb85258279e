import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { Listening, ListeningState } from './listening.ts';

export const ListeningContext = createContext<Listening | null>(null);

export function useListening(): Listening {
  const listening = use(ListeningContext);
  if (!listening) throw new Error('This belongs on the board.');
  return listening;
}

export const useListeningState = (): ListeningState => useStore(useListening().store);
