import { createContext } from 'react';

/** Whether the panel of the microphone is open. */
export const DutyPanelContext = createContext<{ readonly isShown: boolean; readonly show: (isShown: boolean) => void }>({
  isShown: false,
  show: () => {},
});
