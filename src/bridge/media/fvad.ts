import createModule, { type FvadModule } from '@echogarden/fvad-wasm';
import { FRAME_BYTES, SAMPLE_RATE_HZ } from './g711.ts';

/** Tells speech from the rest, one 20 ms frame at a time. */
export interface VoiceActivity {
  /** @param samples 160 samples, 8 kHz */
  isSpeech(samples: Int16Array): boolean;
  /** How loud a frame must be at all (root mean square, 16-bit terms), on top of sounding like a voice. */
  setFloor(rms: number): void;
  close(): void;
}

/** The strictest setting of WebRTC's detector: the others keep saying "speech" long after the end. */
const MODE = 3;

let loading: Promise<FvadModule> | null = null;

/** Load WebRTC's voice activity detector, once for the process. @returns a function that opens one for a stream of audio */
export async function loadVoiceActivity(): Promise<() => VoiceActivity> {
  loading ??= createModule();
  const fvad = await loading;
  return () => {
    let state = fvad._fvad_new();
    const buffer = fvad._malloc(FRAME_BYTES * 2);
    if (state === 0 || buffer === 0) throw new Error('No memory for another voice activity detector');
    fvad._fvad_set_mode(state, MODE);
    fvad._fvad_set_sample_rate(state, SAMPLE_RATE_HZ);
    let floor = 0;
    return {
      isSpeech(samples) {
        if (state === 0) return false;
        fvad.HEAP16.set(samples, buffer >> 1);
        const voiced = fvad._fvad_process(state, buffer, FRAME_BYTES) === 1;
        return voiced && (floor === 0 || rmsOf(samples) >= floor);
      },
      setFloor(rms) {
        floor = rms;
      },
      close() {
        if (state === 0) return;
        fvad._fvad_free(state);
        fvad._free(buffer);
        state = 0;
      },
    };
  };
}

function rmsOf(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}
