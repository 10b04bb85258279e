import type { Stretch } from './peaks.ts';
import type { Player } from './player.ts';
import { usePlayerState } from './use-player.ts';

/** Plays a stretch by itself, and says which one it is. */
export function useStretchSound(player: Player | null): {
  readonly isPlaying: (stretch: Stretch) => boolean;
  readonly toggle: (stretch: Stretch) => void;
} {
  const { playing, stretch: now } = usePlayerState(player);
  const isPlaying = ({ fromMs, toMs }: Stretch) => playing && now?.fromMs === fromMs && now.toMs === toMs;
  const toggle = ({ fromMs, toMs }: Stretch) => {
    if (isPlaying({ fromMs, toMs })) player?.pause();
    else player?.playStretch({ fromMs, toMs });
  };
  return { isPlaying, toggle };
}
