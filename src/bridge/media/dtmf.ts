import { encodeMulaw, SAMPLE_RATE_HZ, SILENCE } from './g711.ts';

/** The low and high tone of each key, Hz. @see ITU-T Q.23 */
const tonesOf: Readonly<Record<string, readonly [number, number]>> = {
  '1': [697, 1209],
  '2': [697, 1336],
  '3': [697, 1477],
  A: [697, 1633],
  '4': [770, 1209],
  '5': [770, 1336],
  '6': [770, 1477],
  B: [770, 1633],
  '7': [852, 1209],
  '8': [852, 1336],
  '9': [852, 1477],
  C: [852, 1633],
  '*': [941, 1209],
  '0': [941, 1336],
  '#': [941, 1477],
  D: [941, 1633],
};

/** How long a key sounds and is silent after: above the least that receivers must accept (ITU-T Q.24: 40 ms each). */
export const TONE_MS = 100;
export const GAP_MS = 100;
/** What `w` and `W` wait, as carriers understand them. */
const pauseMs: Readonly<Record<string, number>> = { w: 500, W: 1000 };
/** Peak amplitudes; the high tone is 2 dB above the low one to make up for what lines lose, and both together stay under full scale. */
const LOW_PEAK = 7000;
const HIGH_PEAK = 8800;
/** Slope at both ends of a tone, so that it does not click. */
const RAMP_SAMPLES = 16;

/**
 * Key presses as sound, for a line that cannot be told to press keys in any other way.
 *
 * @param digits `0-9 * # A-D`, `w` for half a second of pause and `W` for a whole one; anything else is passed over
 * @returns 8 kHz mu-law: 100 ms of tone and 100 ms of silence for each key
 */
export function dtmfTones(digits: string): Uint8Array {
  const perMs = SAMPLE_RATE_HZ / 1000;
  const pieces: Uint8Array[] = [];
  for (const key of digits) {
    const tones = tonesOf[key];
    if (tones) pieces.push(tone(tones, TONE_MS * perMs), new Uint8Array(GAP_MS * perMs).fill(SILENCE));
    const pause = pauseMs[key];
    if (pause) pieces.push(new Uint8Array(pause * perMs).fill(SILENCE));
  }
  return Buffer.concat(pieces);
}

function tone([lowHz, highHz]: readonly [number, number], length: number): Uint8Array {
  const step = (2 * Math.PI) / SAMPLE_RATE_HZ;
  const samples = Int16Array.from({ length }, (_, at) => {
    const slope = Math.min(1, (at + 1) / RAMP_SAMPLES, (length - at) / RAMP_SAMPLES);
    return Math.round(slope * (LOW_PEAK * Math.sin(step * lowHz * at) + HIGH_PEAK * Math.sin(step * highHz * at)));
  });
  return encodeMulaw(samples);
}
