/** The parts that we use of the package, which brings no types of its own. Pointers are byte addresses in the module's memory. */
declare module '@echogarden/speex-resampler-wasm' {
  export interface SpeexModule {
    /** Replaced whenever the memory grows: read it anew after each call into the module. */
    readonly HEAP16: Int16Array;
    readonly HEAPU32: Uint32Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _speex_resampler_init(channels: number, fromHz: number, toHz: number, quality: number, errorPointer: number): number;
    _speex_resampler_destroy(state: number): void;
    _speex_resampler_skip_zeros(state: number): number;
    _speex_resampler_get_input_latency(state: number): number;
    _speex_resampler_process_int(
      state: number,
      channel: number,
      input: number,
      inputLengthPointer: number,
      output: number,
      outputLengthPointer: number,
    ): number;
  }
  const createModule: () => Promise<SpeexModule>;
  export default createModule;
}
