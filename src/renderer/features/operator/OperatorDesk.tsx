import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useRingside } from '../../client/hooks.ts';
import { Listening } from './audio/listening.ts';
import { Microphone, openCapture } from './audio/microphone.ts';
import workletUrl from './audio/microphone.worklet.js?url&no-inline';
import { Desk } from './desk.ts';
import { DutyPanelContext } from './duty-panel.ts';
import { OperatorContext } from './operator-context.ts';

/** Gives every screen the person's ear, microphone and place on the line. */
export function OperatorDesk({ children }: { readonly children: ReactNode }) {
  const { client, live } = useRingside();
  const [isDutyShown, showDuty] = useState(false);
  const parts = useMemo(() => {
    const listening = new Listening(client);
    // Absent where the page is no secure context.
    const devices = (navigator as Partial<Navigator>).mediaDevices ?? null;
    const microphone = new Microphone(devices, openCapture(workletUrl));
    return { listening, microphone, desk: new Desk({ client, live, microphone, ear: listening }) };
  }, [client, live]);
  useEffect(() => {
    const tell = () => client.duty(parts.microphone.store.getState().state === 'ready');
    tell();
    return parts.microphone.store.subscribe(tell);
  }, [client, parts]);
  useEffect(
    () => () => {
      parts.desk.close();
      parts.microphone.stop();
      parts.listening.close();
    },
    [parts],
  );
  const operator = useMemo(() => ({ ...parts, showDuty: () => showDuty(true) }), [parts]);
  return (
    <OperatorContext value={operator}>
      <DutyPanelContext value={{ isShown: isDutyShown, show: showDuty }}>{children}</DutyPanelContext>
    </OperatorContext>
  );
}
