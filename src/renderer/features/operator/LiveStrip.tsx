import { IconMicrophone, IconMicrophoneOff } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useHeldKey, useKeys } from '../../app/keys.ts';
import { useAction, useCall, useNow } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { clock, phone } from '../../ui/format.ts';
import type { Mine } from './desk.ts';
import { LevelMeter } from './LevelMeter.tsx';
import styles from './LiveStrip.module.css';
import { useDesk, useMicrophone, useOperator } from './operator-context.ts';
import { endTransferWords, openTransfer, stripWords, thirdOnLine } from './strip-words.ts';

/** On every screen, as long as the lead hears this person. */
export function LiveStrip({ mine }: { readonly mine: Mine }) {
  const { desk, microphone } = useOperator();
  const call = useCall(mine.callId);
  const { preferences } = useMicrophone();
  const { isMuted, isPressed, asked } = useDesk(({ isMuted, isPressed, asked }) => ({ isMuted, isPressed, asked }));
  const nowMs = useNow(1_000);
  const name = call ? (call.leadName ?? phone(call.to)) : 'the lead';
  const isHeard = isPressed || (preferences.mode === 'open' && !isMuted);
  const giving = mine.state === 'giving';
  const transfer = call?.transfer ?? null;
  const open = openTransfer(transfer);
  const third = thirdOnLine(transfer);
  const ends = endTransferWords({ name, transfer });
  const cancel = useAction('calls.cancelTransfer');
  const callOff = ends === null || giving || cancel.isPending ? null : () => cancel.mutate({ id: mine.callId });
  useKeys('While you are live', [
    { keys: 'B', words: 'Give back, with your note', action: giving ? null : () => void desk.giveBack() },
    { keys: 'shift+X', words: ends ?? 'Call the transfer off', action: callOff },
    {
      keys: 'Escape',
      words: `Step back: ${third ?? 'the AI'} goes on at once`,
      action: giving ? null : () => void desk.stepBack(),
      whileTyping: true,
    },
    { keys: 'U', words: isMuted ? 'Unmute' : 'Mute', action: () => desk.mute(!isMuted) },
    { keys: 'Space', words: 'Hold to talk', action: null },
  ]);
  const microphoneWord = isHeard ? '' : preferences.mode === 'push' && !isMuted ? 'Hold Space' : 'Muted';
  useHeldKey(' ', (isHeld) => desk.press(isHeld));
  return (
    <section className={styles.strip} aria-label="You are live">
      {isHeard ? <IconMicrophone size={18} aria-hidden /> : <IconMicrophoneOff size={18} aria-hidden />}
      <Link href={`/board/${mine.callId}`} className={styles.name}>
        <span role="status">{stripWords({ name, isGiving: giving, transfer })}</span>
      </Link>
      <span className={styles.time}>{clock(Math.max(0, nowMs - (open === null ? mine.sinceMs : Date.parse(open.since))))}</span>
      <span className={styles.level}>
        <LevelMeter
          label="Level, you"
          read={() => (isHeard ? microphone.level : 0)}
          cells={14}
          ink="--strip-ink"
          hot="--strip-ink"
          track="--strip-track"
        />
      </span>
      <span className={styles.news} role="status">
        {asked === null ? ((ends === null ? null : cancel.error?.message) ?? microphoneWord) : `${asked.by} asks for this call`}
      </span>
      {ends === null ? null : (
        <Button
          size="small"
          kind="person"
          className={styles.framed ?? ''}
          hotkey="shift+X"
          busy={cancel.isPending}
          onClick={() => callOff?.()}
        >
          {ends}
        </Button>
      )}
      <Button size="small" kind="person" aria-pressed={isMuted} hotkey="U" onClick={() => desk.mute(!isMuted)}>
        {isMuted ? 'Unmute' : 'Mute'}
      </Button>
      <Button size="small" kind="person" className={styles.framed ?? ''} hotkey="B" busy={giving} onClick={() => void desk.giveBack()}>
        Give back
      </Button>
      <Button size="small" kind="person" hotkey="escape" busy={giving} onClick={() => void desk.stepBack()}>
        Step back
      </Button>
    </section>
  );
}
