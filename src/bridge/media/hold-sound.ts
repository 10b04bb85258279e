import { encodeMulaw, SAMPLE_RATE_HZ } from './g711.ts';

/** Length of the loop: every tone and the swell fit into it a whole number of times, so that its end meets its beginning. */
const loopSeconds = 4;
/** Of full scale, all tones together: well below speech, well above the noise of a line. */
const level = 0.06;
/** A soft chord, in hertz; multiples of a quarter. */
const chordHz = [220, 277.25, 329.75] as const;
/** How deep the swell goes, and how often it comes in a loop. */
const swellDepth = 0.6;
const swells = 1;

let made: Uint8Array | null = null;

/** A soft chord that swells and fades, for a lead who waits; 8 kHz mu-law, to be played again and again without a seam. */
export function holdSound(): Uint8Array {
  made ??= make();
  return made;
}

function make(): Uint8Array {
  const length = SAMPLE_RATE_HZ * loopSeconds;
  const samples = new Int16Array(length);
  for (let index = 0; index < length; index += 1) {
    const seconds = index / SAMPLE_RATE_HZ;
    const swell = 1 - swellDepth * (0.5 + 0.5 * Math.cos((2 * Math.PI * swells * index) / length));
    const chord = chordHz.reduce((sum, hz) => sum + Math.sin(2 * Math.PI * hz * seconds), 0) / chordHz.length;
    samples[index] = Math.round(32_767 * level * swell * chord);
  }
  return encodeMulaw(samples);
}
