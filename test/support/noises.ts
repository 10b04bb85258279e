import { encodeMulaw, SAMPLE_RATE_HZ } from '#bridge/media/g711.ts';

/** A generator of even numbers between -1 and 1, the same for the same seed. */
export function evenly(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    return (state / 0x7fff_ffff) * 2 - 1;
  };
}

/** Samples of about this loudness (root mean square), by their place. */
type Maker = (amplitude: number, random: () => number) => (at: number) => number;

const sine = (hz: number, at: number) => Math.sin((2 * Math.PI * hz * at) / SAMPLE_RATE_HZ);

/** What is heard on telephone lines beside voices. */
const makers: Readonly<Record<string, Maker>> = {
  'white noise': (amplitude, random) => () => amplitude * 1.7 * random(),
  'pink noise': (amplitude, random) => {
    let [slow, middle, fast] = [0, 0, 0];
    return () => {
      const white = random();
      slow = 0.99765 * slow + white * 0.099;
      middle = 0.963 * middle + white * 0.2965;
      fast = 0.57 * fast + white * 1.0527;
      return (amplitude * 2.5 * (slow + middle + fast + white * 0.1848)) / 3;
    };
  },
  'hum of 50 Hz': (amplitude) => (at) => amplitude * (sine(50, at) + 0.5 * sine(150, at) + 0.3 * sine(250, at)),
  'hum of 60 Hz': (amplitude) => (at) => amplitude * (sine(60, at) + 0.5 * sine(120, at) + 0.4 * sine(180, at)),
  clicks: (amplitude, random) => {
    let since = 0;
    let wait = 2000;
    return () => {
      if (++since >= wait) {
        since = 0;
        wait = 2000 + Math.floor((random() + 1) * 3000);
      }
      return since < 40 ? amplitude * 4 * random() * Math.exp(-since / 10) : 0;
    };
  },
  crackle: (amplitude, random) => {
    let left = 0;
    let height = 0;
    return () => {
      if (Math.abs(random()) > 0.995) {
        left = 6;
        height = amplitude * 3 * random();
      }
      return amplitude * 0.1 * random() + (left > 0 ? (height * left--) / 6 : 0);
    };
  },
  'a melody': (amplitude, random) => {
    const notes = [262, 294, 330, 349, 392, 440, 494, 523];
    let [hz, loud, phase] = [262, 1, 0];
    return (at) => {
      if (at % 2000 === 0) {
        hz = notes[Math.floor((random() + 1) * 3.99)] ?? 262;
        loud = 1;
      }
      loud *= 0.9997;
      phase += (2 * Math.PI * hz) / SAMPLE_RATE_HZ;
      return amplitude * 1.2 * loud * (Math.sin(phase) + 0.4 * Math.sin(2 * phase));
    };
  },
  chords: (amplitude, random) => {
    let notes = [262, 330, 392];
    return (at) => {
      if (at % 8000 === 0) notes = [262, 330, 392].map((hz) => hz * (1 + random() * 0.3));
      return amplitude * 0.8 * notes.reduce((sum, hz) => sum + sine(hz, at), 0);
    };
  },
  ringback: (amplitude) => (at) => (at % 48_000 < 16_000 ? amplitude * (sine(440, at) + sine(480, at)) : 0),
};

export const noiseNames = Object.keys(makers);

/** A noise as 8 kHz mu-law. @param dbfs how loud about */
export function noise(
  name: string,
  { dbfs, ms, seed = 1 }: { readonly dbfs: number; readonly ms: number; readonly seed?: number },
): Uint8Array {
  const maker = makers[name];
  if (!maker) throw new Error(`there is no noise called ${name}`);
  const sample = maker(32_767 * 10 ** (dbfs / 20), evenly(seed));
  return encodeMulaw(Int16Array.from({ length: (ms * SAMPLE_RATE_HZ) / 1000 }, (_, at) => Math.max(-32_768, Math.min(32_767, sample(at)))));
}
