import { IconHandStop, IconMicrophone, IconMicrophoneOff } from '@tabler/icons-react';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { useKeys } from '../../app/keys.ts';
import { useAction } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { useDesk, useIsMine, useMicrophone, useOperator } from '../operator/operator-context.ts';
import styles from './CallActions.module.css';
import { takeOverOf } from './take-over.ts';

/** Always the first of the actions: take the call over, ask who has it, or, on one's own call, be silent for a while. */
export function TakeOverButton({ call }: { readonly call: CallSummary }) {
  const { desk, showDuty } = useOperator();
  const isMine = useIsMine(call);
  const { state } = useMicrophone();
  const isMuted = useDesk(({ isMuted }) => isMuted);
  const ask = useAction('calls.askForCall');
  const what = takeOverOf(call, { isMine, hasMicrophone: state === 'ready' });
  const press = () => {
    if (what.kind === 'take') void desk.takeOver(call.id);
    else if (what.kind === 'duty') showDuty();
    else if (what.kind === 'ask') ask.mutate({ id: call.id });
  };
  const acts = what.kind === 'take' || what.kind === 'duty' || (what.kind === 'ask' && !ask.isSuccess);
  useKeys('Open call', [{ keys: 'T', words: what.kind === 'ask' ? 'Ask for the call' : 'Take over', action: acts ? press : null }]);
  if (what.kind === 'mine') {
    return (
      <Button
        className={styles.first ?? ''}
        hotkey="U"
        icon={isMuted ? <IconMicrophoneOff size={16} aria-hidden /> : <IconMicrophone size={16} aria-hidden />}
        aria-pressed={isMuted}
        onClick={() => desk.mute(!isMuted)}
      >
        {isMuted ? 'Unmute' : 'Mute'}
      </Button>
    );
  }
  if (what.kind === 'ask') {
    return (
      <Button
        className={styles.first ?? ''}
        hotkey="T"
        busy={ask.isPending}
        blocked={ask.isSuccess ? `${what.holder} was asked.` : null}
        icon={<IconHandStop size={16} aria-hidden />}
        onClick={press}
        title={`${what.holder} has this call.`}
      >
        {ask.isSuccess ? 'Asked' : 'Ask for it'}
      </Button>
    );
  }
  return (
    <Button
      kind="person"
      className={styles.first ?? ''}
      hotkey="T"
      blocked={what.kind === 'blocked' ? what.reason : null}
      icon={<IconMicrophone size={16} aria-hidden />}
      title={what.kind === 'duty' ? 'Go on duty first. The microphone is asked for then.' : undefined}
      onClick={press}
    >
      Take over
    </Button>
  );
}
