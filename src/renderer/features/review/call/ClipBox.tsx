import { Popover, TextInput } from '@mantine/core';
import { IconDownload, IconPlayerPlayFilled, IconScissors } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import type { Call } from '#bridge/contract/calls.ts';
import { useEscape, useKeys } from '../../../app/keys.ts';
import { useAction } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { Problem } from '../../../ui/parts.tsx';
import styles from './clip.module.css';
import type { Player } from './player.ts';
import { type Edge, readTime, type Stretch, stretchAt, tenths, withEdge } from './stretch.ts';
import { useSaveStretch } from './use-save-stretch.ts';

interface Props {
  readonly call: Call;
  readonly durationMs: number;
  readonly player: Player | null;
  /** What is being cut, also drawn on the waveform; null while the box is closed. */
  readonly stretch: Stretch | null;
  readonly onChange: (stretch: Stretch | null) => void;
}

const stepMs = 1_000;

/**
 * The button at the sound of a call, and the layer in which a stretch of it is cut. The focus may leave it: the ends of the stretch can be
 * moved on the waveform too.
 */
export function ClipBox({ call, durationMs, player, stretch, onChange }: Props) {
  const titleId = useId();
  const toggle = () => onChange(stretch ? null : stretchAt(player?.atMs() ?? 0, call.transcript, durationMs));
  useEscape(stretch !== null, () => onChange(null));
  useKeys('Sound of the call', [{ keys: 'I', words: 'Cut a clip', action: player ? toggle : null }]);
  return (
    <Popover
      opened={stretch !== null}
      onChange={(opened) => {
        if (!opened) onChange(null);
      }}
      closeOnClickOutside={false}
      position="bottom-end"
      width={340}
      returnFocus
      withinPortal={false}
      shadow="none"
    >
      <Popover.Target>
        <Button
          icon={<IconScissors size={16} aria-hidden />}
          hotkey="I"
          aria-haspopup="dialog"
          aria-expanded={stretch !== null}
          blocked={player ? null : 'The sound is being prepared'}
          onClick={toggle}
        >
          Clip
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-labelledby={titleId}>
        {stretch ? (
          <Editor titleId={titleId} call={call} durationMs={durationMs} player={player} stretch={stretch} onChange={onChange} />
        ) : null}
      </Popover.Dropdown>
    </Popover>
  );
}

function Editor({ titleId, call, durationMs, player, stretch, onChange }: Props & { readonly titleId: string; readonly stretch: Stretch }) {
  const queries = useQueryClient();
  const keeping = useAction('calls.clip');
  const { save, busy } = useSaveStretch(call);
  const [note, setNote] = useState('');
  const keep = () =>
    keeping.mutate(
      { id: call.id, ...stretch, ...(note.trim() === '' ? {} : { note: note.trim() }) },
      {
        onSuccess: () => {
          void queries.invalidateQueries({ queryKey: ['calls.get'] });
          onChange(null);
        },
      },
    );
  const move = (edge: Edge, ms: number) => onChange(withEdge(stretch, edge, ms, durationMs));
  return (
    <form
      className={styles.editor}
      onSubmit={(event) => {
        event.preventDefault();
        keep();
      }}
    >
      <h2 id={titleId}>{`Clip of ${((stretch.toMs - stretch.fromMs) / 1_000).toFixed(1)} s`}</h2>
      <EdgeField name="From" ms={stretch.fromMs} onMove={(ms) => move('fromMs', ms)} />
      <EdgeField name="To" ms={stretch.toMs} onMove={(ms) => move('toMs', ms)} />
      <TextInput
        label="Note"
        placeholder="What is to be heard"
        maxLength={200}
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
      />
      {keeping.error ? <Problem error={keeping.error} next="Nothing was kept." /> : null}
      <div className={styles.actions}>
        <Button autoFocus icon={<IconPlayerPlayFilled size={14} aria-hidden />} onClick={() => player?.playStretch(stretch)}>
          Play
        </Button>
        <Button icon={<IconDownload size={16} aria-hidden />} busy={busy} onClick={() => save(stretch)}>
          Save file
        </Button>
        <Button kind="primary" type="submit" busy={keeping.isPending}>
          Keep clip
        </Button>
      </div>
    </form>
  );
}

/** One end: typed, or a second to either side. */
function EdgeField({ name, ms, onMove }: { readonly name: string; readonly ms: number; readonly onMove: (ms: number) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever moves the end, the field says where it is
  useEffect(() => setTyped(null), [ms]);
  const read = typed === null ? ms : readTime(typed);
  const settle = () => {
    if (read !== null && typed !== null) onMove(read);
    setTyped(null);
  };
  return (
    <div className={styles.edge}>
      <TextInput
        label={name}
        value={typed ?? tenths(ms)}
        error={read === null ? 'As 1:02.5' : null}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || typed === null) return;
          event.preventDefault();
          settle();
        }}
      />
      <Button aria-label={`${name} -1 s`} onClick={() => onMove(ms - stepMs)}>
        -1 s
      </Button>
      <Button aria-label={`${name} +1 s`} onClick={() => onMove(ms + stepMs)}>
        +1 s
      </Button>
    </div>
  );
}
