import { decodeMulaw } from '#bridge/media/g711.ts';

/** Tells from the callee's audio when somebody speaks: the service itself never says so. */
export interface VoiceActivity {
  /**
   * 20 ms of 8 kHz mu-law, on the audio path.
   * @param atMs place of its beginning in all callee audio of the session
   */
  hear(bytes: Uint8Array, atMs: number): void;
  close(): void;
}

export interface VoiceActivityHandlers {
  /** @param atMs where the speech began, not when it was noticed */
  started(atMs: number): void;
  stopped(atMs: number): void;
}

export type OpenVoiceActivity = (on: VoiceActivityHandlers) => VoiceActivity;

/** About -40 dBFS. A telephone's own noise stays below it. */
const floor = 330;
/** So much voice opens a turn, and so much quiet ends it. */
const openMs = 160;
const closeMs = 450;
const samples = new Int16Array(2_048);

/** By loudness alone: enough for a quiet line, and for when nothing better is at hand. */
export const loudness: OpenVoiceActivity = (on) => {
  let voicedMs = 0;
  let quietMs = 0;
  let speaking = false;
  let beganAtMs = 0;
  return {
    hear(bytes, atMs) {
      const ms = bytes.length / 8;
      const loud = rms(bytes) >= floor;
      if (loud) {
        if (voicedMs === 0) beganAtMs = atMs;
        voicedMs += ms;
        quietMs = 0;
        if (speaking || voicedMs < openMs) return;
        speaking = true;
        on.started(beganAtMs);
        return;
      }
      quietMs += ms;
      // Between two syllables it is quiet for a moment.
      if (!speaking && quietMs >= 60) voicedMs = 0;
      if (!speaking || quietMs < closeMs) return;
      speaking = false;
      voicedMs = 0;
      on.stopped(atMs + ms - quietMs);
    },
    close() {
      speaking = false;
    },
  };
};

function rms(bytes: Uint8Array): number {
  if (bytes.length === 0 || bytes.length > samples.length) return 0;
  decodeMulaw(bytes, samples.subarray(0, bytes.length));
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 1) sum += (samples[index] ?? 0) ** 2;
  return Math.sqrt(sum / bytes.length);
}
