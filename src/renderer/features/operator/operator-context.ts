import { createContext, use } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { CallSummary } from '#bridge/contract/calls.ts';
import type { Listening, ListeningState } from './audio/listening.ts';
import type { Microphone, MicrophoneState } from './audio/microphone.ts';
import type { Desk, DeskState } from './desk.ts';

/** A person's ear, microphone and place on the line; one of each in a window, whatever screen is shown. */
export interface Operator {
  readonly listening: Listening;
  readonly microphone: Microphone;
  readonly desk: Desk;
  /** The panel of the microphone in the top bar. */
  readonly showDuty: () => void;
}

export const OperatorContext = createContext<Operator | null>(null);

export function useOperator(): Operator {
  const operator = use(OperatorContext);
  if (!operator) throw new Error('This belongs inside OperatorContext.');
  return operator;
}

export const useListening = (): Listening => useOperator().listening;
export const useListeningState = (): ListeningState => useStore(useOperator().listening.store);
export const useMicrophone = (): MicrophoneState => useStore(useOperator().microphone.store);

export function useDesk<Part>(select: (state: DeskState) => Part): Part {
  return useStore(useOperator().desk.store, useShallow(select));
}

/** Whether this window has the call. */
export function useIsMine(call: { readonly id: string; readonly holder: CallSummary['holder'] }): boolean {
  const { desk } = useOperator();
  useDesk(({ mine }) => mine);
  return desk.holds(call);
}
