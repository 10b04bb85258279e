import { TextInput } from '@mantine/core';
import { IconDownload, IconPlayerPauseFilled, IconPlayerPlayFilled, IconX } from '@tabler/icons-react';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import type { Call } from '#bridge/contract/calls.ts';
import { useAction } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { Problem } from '../../../ui/parts.tsx';
import styles from './clips.module.css';
import type { Stretch } from './peaks.ts';
import type { Player } from './player.ts';
import { type End, timeProblem } from './stretch.ts';
import { TimeField } from './TimeField.tsx';
import type { Asking } from './use-asking.ts';
import { useSaveClip } from './use-save-clip.ts';
import { useStretchSound } from './use-stretch-sound.ts';

const noteMost = 200;
const ends = ['fromMs', 'toMs'] as const;

interface Props {
  readonly call: Call;
  readonly player: Player;
  readonly stretch: Stretch;
  readonly asking: Asking;
}

export function ClipForm({ call, player, stretch, asking }: Props) {
  const keeping = useAction('calls.clip');
  const saving = useSaveClip(call);
  const sound = useStretchSound(player);
  const [note, setNote] = useState('');
  const [written, setWritten] = useState<Readonly<Partial<Record<End, string>>>>({});
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.select(), []);
  const isWrong = ends.some((end) => written[end] !== undefined && timeProblem(written[end], player.durationMs) !== null);
  const blocked = isWrong ? 'One of the times cannot be read' : null;
  const keep = (event: SubmitEvent) => {
    event.preventDefault();
    if (isWrong || keeping.isPending) return;
    const words = note.trim();
    keeping.mutate({ id: call.id, ...stretch, ...(words === '' ? {} : { note: words }) }, { onSuccess: () => asking.close() });
  };
  const isPlaying = sound.isPlaying(stretch);
  return (
    <form className={styles.form} onSubmit={keep}>
      <header className={styles.head}>
        <h2>Clip</h2>
        <span>{`${((stretch.toMs - stretch.fromMs) / 1_000).toFixed(1)} s long`}</span>
        <Button
          kind="quiet"
          size="small"
          className={styles.square ?? ''}
          aria-label="Close"
          icon={<IconX size={16} />}
          onClick={asking.close}
        />
      </header>
      {ends.map((end) => (
        <TimeField
          key={end}
          end={end}
          ms={stretch[end]}
          durationMs={player.durationMs}
          text={written[end]}
          input={end === 'fromMs' ? first : undefined}
          onText={(text) => setWritten(({ [end]: _before, ...others }) => (text === null ? others : { ...others, [end]: text }))}
          onWrite={(ms) => asking.write(end, ms)}
          onMove={(ms) => asking.move(end, ms)}
        />
      ))}
      <TextInput
        label="Note, if you like"
        value={note}
        maxLength={noteMost}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
      />
      {keeping.error ? <Problem error={keeping.error} next="The clip is not kept." /> : null}
      <div className={styles.actions}>
        <Button
          className={styles.play ?? ''}
          blocked={blocked}
          icon={isPlaying ? <IconPlayerPauseFilled size={16} aria-hidden /> : <IconPlayerPlayFilled size={16} aria-hidden />}
          onClick={() => sound.toggle(stretch)}
        >
          {isPlaying ? 'Stop' : 'Play'}
        </Button>
        <Button blocked={blocked} busy={saving.busy} icon={<IconDownload size={16} aria-hidden />} onClick={() => saving.save(stretch)}>
          Save file
        </Button>
        <Button type="submit" kind="primary" className={styles.last ?? ''} blocked={blocked} busy={keeping.isPending}>
          Keep clip
        </Button>
      </div>
    </form>
  );
}
