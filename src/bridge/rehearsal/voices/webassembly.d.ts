/** The part of WebAssembly that the voices use. Node has all of it; its types leave it to the browser's library, which is not ours. */
declare namespace WebAssembly {
  type Imports = Record<string, Record<string, (...args: never[]) => unknown>>;
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Imports);
    readonly exports: { readonly memory?: Memory; readonly _start?: () => void };
  }
  class Memory {
    readonly buffer: ArrayBuffer;
  }
}
