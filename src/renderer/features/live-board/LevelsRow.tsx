import { Slider } from '@mantine/core';
import { IconHeadphones, IconMicrophone, IconMicrophoneOff } from '@tabler/icons-react';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { useKeys } from '../../app/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { isUnheard } from '../../ui/carrier-voice.ts';
import { LevelMeter } from '../operator/LevelMeter.tsx';
import { useDesk, useIsMine, useListening, useListeningState, useMicrophone, useOperator } from '../operator/operator-context.ts';
import styles from './LevelsRow.module.css';
import { PastRow } from './PastRow.tsx';

/** Why nothing can be heard of a call on which the carrier itself speaks. */
const noSoundHere = {
  short: 'The carrier hears and speaks: no sound passes here.',
  conversation: 'The carrier hears and speaks. Read along; Take over brings the sound here.',
  announcement: 'The carrier plays the announcement: no sound passes here.',
} as const;

/** How loud both sides are, straight from the audio, and whether this person hears them. */
export function LevelsRow({ call, isAnswered }: { readonly call: CallSummary; readonly isAnswered: boolean }) {
  const listening = useListening();
  const { isOn, callId: heard, volume, problem } = useListeningState();
  const isMine = useIsMine(call);
  const mayAnswer = !isAnswered && call.state !== 'ended';
  const on = heard === call.id || (isOn && heard === null && mayAnswer);
  const unheard = isAnswered && isUnheard(call);
  const canListen = isAnswered && !unheard;
  const toggle = () => {
    if (on) listening.stop();
    else if (canListen) void listening.listen(call.id);
    else listening.expect();
  };
  const acts = on || canListen || mayAnswer;
  useKeys('Open call', [{ keys: 'L', words: on ? 'Stop listening' : 'Listen', action: !isMine && acts ? toggle : null }]);
  return (
    <div className={styles.block}>
      <div className={styles.row}>
        {unheard ? (
          <p className={styles.unheard}>{noSoundHere[call.rung === 'announcement' ? 'announcement' : 'conversation']}</p>
        ) : (
          <div className={styles.meters}>
            <div className={styles.meter}>
              <span>Lead</span>
              <LevelMeter label="Level, lead" read={() => listening.levels.lead} ink="--ink2" />
            </div>
            <div className={styles.meter}>
              <span>{isMine ? 'You' : 'Our side'}</span>
              <LevelMeter
                label={isMine ? 'Level, you on the line' : 'Level, our side'}
                read={() => listening.levels.ours}
                ink={call.heldBy === null ? '--accent' : '--blue'}
              />
            </div>
          </div>
        )}
        <div className={styles.listen}>
          {isMine ? (
            <MicButton />
          ) : (
            <Button
              size="small"
              on={on}
              hotkey="L"
              className={styles.button ?? ''}
              icon={<IconHeadphones size={16} aria-hidden />}
              title={mayAnswer ? 'Heard as soon as somebody answers' : undefined}
              blocked={acts ? null : unheard ? noSoundHere.short : 'The call is over. It can be heard under Review.'}
              onClick={toggle}
            >
              {on ? 'Listening' : 'Listen'}
            </Button>
          )}
          <Slider
            className={styles.volume}
            size="xs"
            min={0}
            max={100}
            value={Math.round(volume * 100)}
            label={(value) => `Volume ${value}`}
            thumbLabel="Volume"
            onChange={(value) => listening.setVolume(value / 100)}
          />
        </div>
        {problem ? (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        ) : null}
      </div>
      {heard === call.id && !isMine ? <PastRow call={call} /> : null}
    </div>
  );
}

/** On one's own call the place of Listen says whether the microphone is open. */
function MicButton() {
  const { desk } = useOperator();
  const { preferences } = useMicrophone();
  const { isMuted, isPressed } = useDesk(({ isMuted, isPressed }) => ({ isMuted, isPressed }));
  const isHeard = isPressed || (preferences.mode === 'open' && !isMuted);
  return (
    <Button
      size="small"
      className={`${styles.button} ${isHeard ? styles.mic : ''}`}
      icon={isHeard ? <IconMicrophone size={16} aria-hidden /> : <IconMicrophoneOff size={16} aria-hidden />}
      onClick={() => desk.mute(!isMuted)}
    >
      {isHeard ? 'Mic open' : 'Mic off'}
    </Button>
  );
}
