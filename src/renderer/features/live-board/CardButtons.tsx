import type { MouseEvent, ReactNode } from 'react';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { useCall } from '../../client/hooks.ts';
import { Key } from '../../ui/Key.tsx';
import { useDesk, useListening, useMicrophone, useOperator } from '../operator/operator-context.ts';
import styles from './CallCard.module.css';
import { takeOverOf, wouldGoBack } from './take-over.ts';
import { useNotNeeded } from './use-not-needed.ts';

/**
 * What can be done about a call that needs a person, by pointer. A row of a list holds no controls of its own, so these are hidden from
 * screen readers; the keys do the same to one call, and stand on its buttons alone.
 */
export function CardButtons({
  call,
  hasKeys,
  onOpen,
}: {
  readonly call: CallSummary;
  readonly hasKeys: boolean;
  readonly onOpen: (id: string) => void;
}) {
  const { desk, showDuty } = useOperator();
  const listening = useListening();
  const { state } = useMicrophone();
  const mine = useDesk(({ mine: held }) => held?.callId ?? null);
  const effect = wouldGoBack(useCall(mine ?? ''));
  const notNeeded = useNotNeeded(call);
  const what = takeOverOf(call, { isMine: mine === call.id, hasMicrophone: state === 'ready' });
  const take = () => {
    onOpen(call.id);
    if (what.kind === 'take') void desk.takeOver(call.id);
    else showDuty();
  };
  const isAct = call.attention?.level === 'act';
  return (
    <span className={styles.buttons} aria-hidden>
      {isAct && effect !== null ? <span className={styles.effect}>{effect}</span> : null}
      <span className={styles.gap} />
      {notNeeded === null ? null : (
        <Press hotkey={hasKeys ? '0' : null} onPress={notNeeded}>
          Not needed
        </Press>
      )}
      {isAct ? (
        <Press
          hotkey={hasKeys ? 'L' : null}
          onPress={() => {
            onOpen(call.id);
            void listening.listen(call.id);
          }}
        >
          Listen
        </Press>
      ) : null}
      {isAct && (what.kind === 'take' || what.kind === 'duty') ? (
        <Press hotkey={hasKeys ? 'T' : null} isPerson onPress={take}>
          Take over
        </Press>
      ) : null}
    </span>
  );
}

function Press({
  hotkey,
  isPerson = false,
  onPress,
  children,
}: {
  readonly hotkey: string | null;
  readonly isPerson?: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
}) {
  const pressed = (event: MouseEvent) => {
    event.stopPropagation();
    onPress();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: for the pointer only, see above
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are bound by the board
    <span className={`${styles.press} ${isPerson ? styles.take : ''}`} onClick={pressed}>
      {children}
      {hotkey === null ? null : <Key of={hotkey} />}
    </span>
  );
}
