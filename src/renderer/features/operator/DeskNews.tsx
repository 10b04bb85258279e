import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { useLive } from '../../client/hooks.ts';
import { phone } from '../../ui/format.ts';
import { useDesk, useOperator } from './operator-context.ts';

/** Says at once, on any screen, that a call has left this person without their doing, or could not be taken. */
export function DeskNews() {
  const { desk } = useOperator();
  const lost = useDesk(({ lost }) => lost);
  const problem = useDesk(({ problem }) => problem);
  const name = useLive(({ calls }) => {
    const call = lost === null ? undefined : calls.get(lost.callId);
    return call ? (call.leadName ?? phone(call.to)) : null;
  });
  const words = lost === null ? problem : `${name === null ? '' : `${name}: `}${lost.reason} You are not on the line.`;
  useEffect(() => {
    if (words === null) return;
    const id = notifications.show({ message: words, autoClose: 12_000, color: 'red', withBorder: true, onClose: () => desk.putAway() });
    return () => {
      notifications.hide(id);
    };
  }, [words, desk]);
  return null;
}
