/** The parts that we use of the package, which brings no types of its own. Pointers are byte addresses in the module's memory. */
declare module '@echogarden/fvad-wasm' {
  export interface FvadModule {
    readonly HEAP16: Int16Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _fvad_new(): number;
    _fvad_free(state: number): void;
    _fvad_reset(state: number): void;
    /** 0 (lenient) to 3 (strict). */
    _fvad_set_mode(state: number, mode: number): number;
    _fvad_set_sample_rate(state: number, rateHz: number): number;
    /** @returns 1 for speech, 0 for none, -1 for a wrong length */
    _fvad_process(state: number, samples: number, count: number): number;
  }
  const createModule: () => Promise<FvadModule>;
  export default createModule;
}
