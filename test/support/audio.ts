import { decodeMulaw } from '#bridge/media/g711.ts';

/** What is in a recording, to be read by a test instead of a log. Samples are 16-bit linear. */
export interface Audio {
  readonly sampleRateHz: number;
  readonly channels: readonly Int16Array[];
  readonly durationMs: number;
}

/** A time in the audio in which somebody is heard. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

const FULL_SCALE = 32_768;

/**
 * Read a WAV file of 16-bit linear or mu-law samples. A file whose header promises more than there is, is read to its end.
 * @throws {Error} saying what is wrong with it
 */
export function readWav(bytes: Uint8Array): Audio {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') throw new Error('not a WAV file');
  let format: { tag: number; channels: number; rate: number; bits: number } | null = null;
  for (let at = 12; at + 8 <= file.length; ) {
    const name = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const body = at + 8;
    if (name === 'fmt ') {
      format = {
        tag: file.readUInt16LE(body),
        channels: file.readUInt16LE(body + 2),
        rate: file.readUInt32LE(body + 4),
        bits: file.readUInt16LE(body + 14),
      };
    }
    if (name === 'data') {
      if (!format) throw new Error('a WAV file without a format before its data');
      return deinterleave(file.subarray(body, Math.min(body + size, file.length)), format);
    }
    at = body + size + (size % 2);
  }
  throw new Error('a WAV file without data');
}

function deinterleave(data: Buffer, format: { tag: number; channels: number; rate: number; bits: number }): Audio {
  const isMulaw = format.tag === 7 && format.bits === 8;
  if (!isMulaw && !(format.tag === 1 && format.bits === 16)) throw new Error(`a WAV file of kind ${format.tag}, ${format.bits} bits`);
  const samples = isMulaw
    ? decodeMulaw(data)
    : Int16Array.from({ length: Math.floor(data.length / 2) }, (_, index) => data.readInt16LE(index * 2));
  const length = Math.floor(samples.length / format.channels);
  const channels = Array.from({ length: format.channels }, (_, channel) =>
    Int16Array.from({ length }, (_, index) => samples[index * format.channels + channel] ?? 0),
  );
  return { sampleRateHz: format.rate, channels, durationMs: (length * 1000) / format.rate };
}

/** The samples of a window; a window that reaches beyond the end is cut there. */
export function windowOf(samples: Int16Array, fromMs: number, toMs: number, sampleRateHz = 8000): Int16Array {
  return samples.subarray(Math.max(0, Math.round((fromMs * sampleRateHz) / 1000)), Math.round((toMs * sampleRateHz) / 1000));
}

/** Root mean square of a window, 0 to 1 of full scale; 0 for an empty one. */
export function rms(samples: Int16Array, fromMs = 0, toMs = Number.MAX_SAFE_INTEGER, sampleRateHz = 8000): number {
  const window = windowOf(samples, fromMs, toMs, sampleRateHz);
  return window.length === 0 ? 0 : Math.sqrt(energy(window) / window.length) / FULL_SCALE;
}

/**
 * How much of a window's energy is one tone, 0 to 1; 0 for silence. Measured over whole periods, so that it does not depend on where the
 * window begins.
 */
export function toneShare(samples: Int16Array, hz: number, fromMs: number, toMs: number, sampleRateHz = 8000): number {
  const room = windowOf(samples, fromMs, toMs, sampleRateHz);
  const periods = Math.floor((room.length * hz) / sampleRateHz);
  const window = room.subarray(0, Math.round((periods * sampleRateHz) / hz));
  const total = energy(window);
  if (total === 0) return 0;
  // Goertzel: two numbers carry one line of the spectrum.
  const factor = 2 * Math.cos((2 * Math.PI * hz) / sampleRateHz);
  let before = 0;
  let last = 0;
  for (const sample of window) {
    const next = sample + factor * last - before;
    before = last;
    last = next;
  }
  const power = last * last + before * before - factor * last * before;
  return Math.min(1, (2 * power) / (window.length * total));
}

/**
 * Where somebody is heard on one channel.
 *
 * @param options `threshold`: loudness of a 10 ms window from which it counts, 0 to 1; `joinMs`: pauses shorter than this belong to the
 * stretch; `leastMs`: shorter stretches are noise. Edges are right to one window.
 */
export function speechStretches(
  samples: Int16Array,
  options: { threshold?: number; joinMs?: number; leastMs?: number; sampleRateHz?: number } = {},
): Stretch[] {
  const { threshold = 0.01, joinMs = 250, leastMs = 60, sampleRateHz = 8000 } = options;
  const windowMs = 10;
  const found: { startMs: number; endMs: number }[] = [];
  const durationMs = (samples.length * 1000) / sampleRateHz;
  for (let startMs = 0; startMs < durationMs; startMs += windowMs) {
    if (rms(samples, startMs, startMs + windowMs, sampleRateHz) < threshold) continue;
    const endMs = Math.min(startMs + windowMs, durationMs);
    const last = found.at(-1);
    if (last && startMs - last.endMs < joinMs) last.endMs = endMs;
    else found.push({ startMs, endMs });
  }
  return found.filter((stretch) => stretch.endMs - stretch.startMs >= leastMs);
}

function energy(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return sum;
}
