import { Popover } from '@mantine/core';
import { IconScissors } from '@tabler/icons-react';
import type { Call } from '#bridge/contract/calls.ts';
import { useKeys } from '../../../app/keys.ts';
import { Button } from '../../../ui/Button.tsx';
import { ClipForm } from './ClipForm.tsx';
import type { Player } from './player.ts';
import type { Asking } from './use-asking.ts';

/**
 * Cuts a stretch out of the recording. What asks for it stays while somebody drags its ends, points at lines and listens, and stands below
 * the waveform and behind it in the order of the Tab key.
 */
export function ClipButton({ call, player, asking }: { readonly call: Call; readonly player: Player | null; readonly asking: Asking }) {
  const { stretch, askClip, close } = asking;
  const isOpen = stretch !== null;
  useKeys('Call', [{ keys: 'I', words: 'Cut a clip', action: askClip }]);
  return (
    <Popover
      opened={isOpen}
      onChange={close}
      position="bottom-end"
      width={344}
      middlewares={{ flip: false, shift: true }}
      withinPortal={false}
      closeOnClickOutside={false}
      returnFocus
    >
      <Popover.Target>
        <Button
          hotkey="I"
          icon={<IconScissors size={16} aria-hidden />}
          aria-expanded={isOpen}
          blocked={askClip ? null : player ? 'The recording is too short' : 'The sound is not ready yet'}
          onClick={() => (isOpen ? close() : askClip?.())}
        >
          Clip
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        {stretch && player ? <ClipForm call={call} player={player} stretch={stretch} asking={asking} /> : null}
      </Popover.Dropdown>
    </Popover>
  );
}
