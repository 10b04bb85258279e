import { encodeMulaw, SAMPLE_RATE_HZ, SILENCE } from '#bridge/media/g711.ts';

const samplesOf = (ms: number) => Math.round((ms * SAMPLE_RATE_HZ) / 1000);

/** Digital silence, 8 kHz mu-law. */
export function silence(ms: number): Uint8Array {
  return new Uint8Array(samplesOf(ms)).fill(SILENCE);
}

/** A sine as 8 kHz mu-law. @param peak 0 to 1 of full scale */
export function tone(hz: number, ms: number, peak = 0.3): Uint8Array {
  const step = (2 * Math.PI * hz) / SAMPLE_RATE_HZ;
  return encodeMulaw(Int16Array.from({ length: samplesOf(ms) }, (_, at) => Math.round(32_767 * peak * Math.sin(step * at))));
}

/**
 * Something with the outline of speech: a voiced hum with harmonics that swells and fades four times a second. The same every time.
 * @param pitchHz tells voices apart: about 110 is low, 200 is high
 */
export function speechLike(ms: number, pitchHz = 120, peak = 0.4): Uint8Array {
  const harmonics = [1, 0.8, 0.6, 0.5, 0.3, 0.25, 0.2, 0.1];
  const sum = harmonics.reduce((total, weight) => total + weight, 0);
  return encodeMulaw(
    Int16Array.from({ length: samplesOf(ms) }, (_, at) => {
      const seconds = at / SAMPLE_RATE_HZ;
      const swell = 0.35 + 0.65 * Math.sin(Math.PI * 4 * seconds) ** 2;
      const pitch = pitchHz * (1 + 0.03 * Math.sin(2 * Math.PI * 1.3 * seconds));
      const wave = harmonics.reduce((value, weight, index) => value + weight * Math.sin(2 * Math.PI * pitch * (index + 1) * seconds), 0);
      return Math.round((32_767 * peak * swell * wave) / sum);
    }),
  );
}

/** Pieces of audio one after the other. */
export function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}
