import createModule, { type SpeexModule } from '@echogarden/speex-resampler-wasm';

/** Turns audio of one rate into another, piece by piece. Mono, 16-bit linear. */
export interface Resampler {
  /** @returns what can be told of the output so far; the pieces put together are the whole. A new array, the caller's to keep */
  process(input: Int16Array): Int16Array;
  /** The end of the input: what the filter still holds back. @returns the last few samples of the output */
  flush(): Int16Array;
  /** Give the memory back; nothing may be called afterwards. Harmless when repeated. */
  close(): void;
}

/** Input samples handed to the filter at once: 4,096 are 8 KB, so that a long clip does not grow the module's memory. */
const PIECE = 4096;
/** Speex quality 0 to 10; 5 keeps aliases below telephone noise and takes under a millisecond per second of audio. */
const QUALITY = 5;

let loading: Promise<SpeexModule> | null = null;

/**
 * Open a resampler. The filter is loaded once for the whole process; after that everything is synchronous. The output starts where
 * the input starts: the filter's own delay is taken off.
 *
 * @throws {RangeError} when a rate is not a positive integer
 * @see https://www.speex.org/docs/manual/speex-manual/node7.html
 */
export async function createResampler({ fromHz, toHz }: { readonly fromHz: number; readonly toHz: number }): Promise<Resampler> {
  for (const rate of [fromHz, toHz]) {
    if (!Number.isInteger(rate) || rate <= 0) throw new RangeError(`a sample rate must be a positive integer, not ${rate}`);
  }
  loading ??= createModule();
  const speex = await loading;

  const outputRoom = Math.ceil((PIECE * toHz) / fromHz) + 16;
  // One block: the two length words, the input, the output.
  const lengths = speex._malloc(8 + (PIECE + outputRoom) * 2);
  const input = lengths + 8;
  const output = input + PIECE * 2;
  let state = speex._speex_resampler_init(1, fromHz, toHz, QUALITY, lengths);
  if (state === 0) {
    speex._free(lengths);
    throw new RangeError(`cannot resample from ${fromHz} to ${toHz} Hz`);
  }
  speex._speex_resampler_skip_zeros(state);

  const run = (samples: Int16Array): Int16Array => {
    if (state === 0) throw new Error('the resampler is closed');
    let result = new Int16Array(Math.ceil((samples.length * toHz) / fromHz) + 16);
    let written = 0;
    for (let taken = 0; taken < samples.length; ) {
      const piece = samples.subarray(taken, taken + PIECE);
      speex.HEAP16.set(piece, input >> 1);
      speex.HEAPU32[lengths >> 2] = piece.length;
      speex.HEAPU32[(lengths >> 2) + 1] = outputRoom;
      const failed = speex._speex_resampler_process_int(state, 0, input, lengths, output, lengths + 4);
      const used = speex.HEAPU32[lengths >> 2] ?? 0;
      const made = speex.HEAPU32[(lengths >> 2) + 1] ?? 0;
      if (failed !== 0 || (used === 0 && made === 0)) throw new Error(`the resampler failed with code ${failed}`);
      if (written + made > result.length) {
        const larger = new Int16Array((written + made) * 2);
        larger.set(result);
        result = larger;
      }
      result.set(speex.HEAP16.subarray(output >> 1, (output >> 1) + made), written);
      written += made;
      taken += used;
    }
    return result.slice(0, written);
  };

  return {
    process: run,
    flush: () => run(new Int16Array(state === 0 ? 0 : speex._speex_resampler_get_input_latency(state))),
    close() {
      if (state === 0) return;
      speex._speex_resampler_destroy(state);
      speex._free(lengths);
      state = 0;
    },
  };
}
