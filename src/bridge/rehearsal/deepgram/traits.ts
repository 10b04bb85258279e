import type { VoiceActivity } from '#bridge/media/fvad.ts';
import type { Voices } from '../person.ts';

/** What the parts of the simulated service share. */
export interface DeepgramTraits {
  readonly voices: Voices;
  readonly openActivity: () => VoiceActivity;
  /** From the sound to its text. */
  readonly textMs: number;
  readonly firstAudioMs: number;
  readonly burst: number;
  readonly idleMs: number;
}
