import { Checkbox, Select } from '@mantine/core';
import { useLayoutEffect, useRef } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Mark } from '../../ui/Mark.tsx';
import { Choice, Problem } from '../../ui/parts.tsx';
import type { MicrophonePreferences } from './audio/preferences.ts';
import { usualDevice } from './audio/preferences.ts';
import styles from './DutyControl.module.css';
import { LevelMeter } from './LevelMeter.tsx';
import { useDesk, useMicrophone, useOperator } from './operator-context.ts';

/** Go on duty: the microphone is asked for here, never in the middle of a call. */
export function DutyPanel({ onDone }: { readonly onDone: () => void }) {
  const { microphone } = useOperator();
  const { state, devices, deviceName, preferences, problem, news } = useMicrophone();
  const isLive = useDesk(({ mine }) => mine !== null);
  const panel = useRef<HTMLDivElement>(null);
  const isReady = state === 'ready';
  useLayoutEffect(() => {
    // The button that had the focus is gone; the keys of the panel go on, from the moment that it can be seen.
    if (isReady) panel.current?.focus();
  }, [isReady]);
  const prefer = (change: Partial<MicrophonePreferences>) => void microphone.prefer(change);
  if (!isReady) {
    return (
      <div className={styles.panel} role="dialog" aria-label="Go on duty">
        <h2>Go on duty</h2>
        <p>
          Ringside asks for your microphone now, so that taking a call over is instant later. Nothing of it is sent to any line before you
          take a call over. Off duty there is no microphone at all; listening never needs one. Campaigns may wait for somebody on duty.
        </p>
        {problem === null ? null : <Problem error={{ message: problem }} />}
        <Button kind="primary" data-autofocus busy={state === 'asking'} onClick={() => void microphone.start()}>
          Go on duty
        </Button>
      </div>
    );
  }
  return (
    <div ref={panel} tabIndex={-1} className={styles.panel} role="dialog" aria-label="Your microphone">
      <div className={styles.row}>
        <h2>You are on duty</h2>
        <Button
          size="small"
          onClick={() => {
            microphone.stop();
            onDone();
          }}
        >
          Go off duty
        </Button>
      </div>
      <p>{isLive ? 'Your microphone is on a call.' : 'Your microphone is ready. It is not on any line.'}</p>
      {news === null ? null : (
        <p className={styles.look} role="status">
          <Mark name="look" size={16} /> {news}
        </p>
      )}
      <Select
        label="Microphone"
        comboboxProps={{ withinPortal: false }}
        data={[{ value: usualDevice, label: 'The system’s usual one' }, ...devices.map(({ id, name }) => ({ value: id, label: name }))]}
        value={devices.some(({ id }) => id === preferences.deviceId) ? preferences.deviceId : usualDevice}
        description={deviceName ?? undefined}
        allowDeselect={false}
        onChange={(deviceId) => deviceId !== null && prefer({ deviceId })}
      />
      <div className={styles.level}>
        Your level
        <LevelMeter label="Level, your microphone" read={() => microphone.level} ink="--blue" cells={30} />
      </div>
      <div className={styles.heard}>
        <span>While you are live, you are heard</span>
        <Choice
          label="When you are heard"
          value={preferences.mode}
          options={[
            { value: 'open', words: 'All the time' },
            { value: 'push', words: 'While Space is held' },
          ]}
          onChange={(mode) => prefer({ mode })}
        />
      </div>
      <div className={styles.switches}>
        <Checkbox
          label="Echo cancellation"
          description="Keeps what comes out of your speakers off the line."
          checked={preferences.echoCancellation}
          onChange={({ currentTarget: { checked } }) => prefer({ echoCancellation: checked })}
        />
        <Checkbox
          label="Noise suppression"
          description="Takes the room out of your voice."
          checked={preferences.noiseSuppression}
          onChange={({ currentTarget: { checked } }) => prefer({ noiseSuppression: checked })}
        />
      </div>
    </div>
  );
}
