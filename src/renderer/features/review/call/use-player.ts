import { type RefObject, useEffect, useState, useSyncExternalStore } from 'react';
import { useClient } from '../../../client/hooks.ts';
import { Player, type PlayerState } from './player.ts';

const frames = {
  request: (draw: () => void) => window.requestAnimationFrame(draw),
  cancel: (id: number) => window.cancelAnimationFrame(id),
};

/** How loud and how fast the last call was heard; the next one begins so. */
const habits = { volume: 1, rate: 1 };

/** @param element the audio element of the page @returns null until the element is there */
export function usePlayer(element: RefObject<HTMLAudioElement | null>, callId: string, durationMs: number): Player | null {
  const client = useClient();
  const [player, setPlayer] = useState<Player | null>(null);
  useEffect(() => {
    const sound = element.current;
    if (!sound) return;
    const made = new Player({
      sound,
      durationMs,
      address: async () => (await client.invoke('recordings.ticket', { id: callId })).url,
      frames,
      nowMs: () => performance.now(),
      ...habits,
    });
    const unsubscribe = made.subscribe(() => {
      const { volume, rate } = made.state();
      Object.assign(habits, { volume, rate });
    });
    setPlayer(made);
    return () => {
      unsubscribe();
      made.close();
      setPlayer(null);
    };
  }, [element, client, callId, durationMs]);
  return player;
}

const resting: PlayerState = { playing: false, rate: 1, skipsSilence: false, volume: 1, stretch: null, problem: null };
const noChange = () => () => {};

/** What the player does at this moment, apart from the time. */
export function usePlayerState(player: Player | null): PlayerState {
  return useSyncExternalStore(player?.subscribe ?? noChange, () => player?.state() ?? resting);
}
