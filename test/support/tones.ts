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
