import { type FileHandle, open } from 'node:fs/promises';
import { encodeMulaw, FRAME_BYTES } from '../../media/g711.ts';
import { blockBytes, headerBytes } from '../../store/wav-header.ts';

/** Read at once: a second. */
const blockFrames = 50;
const frameBytes = FRAME_BYTES * blockBytes;

interface Block {
  readonly bytes: Buffer;
  /** Which second of the recording; -1 for none. */
  index: number;
  /** How much of it is there; null while it is read. */
  filled: number | null;
}

/** Frames of a call's recording, which may still grow, for one who hears it from the past. Reads a second ahead and never waits. */
export class RecordedPast {
  readonly #path: string;
  readonly #blocks: readonly Block[] = Array.from({ length: 2 }, () => ({
    bytes: Buffer.alloc(blockFrames * frameBytes),
    index: -1,
    filled: 0,
  }));
  readonly #samples = new Int16Array(FRAME_BYTES);
  #file: Promise<FileHandle> | null = null;
  #closed = false;

  /** @param path whole path of the call's stereo file */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * @param number of the frame, by 20 ms from the beginning @param callee 160 bytes @param ours 160 bytes
   * @returns `loading`: ask again in a moment; `missing`: the file does not hold it
   */
  read(number: number, callee: Uint8Array, ours: Uint8Array): 'ready' | 'loading' | 'missing' {
    const index = Math.floor(number / blockFrames);
    const block = this.#blockOf(index);
    if (block.filled === null || block.index !== index) return 'loading';
    this.#blockOf(index + 1);
    const at = (number % blockFrames) * frameBytes;
    if (at + frameBytes > block.filled) return 'missing';
    this.#encode(block.bytes, at, callee);
    this.#encode(block.bytes, at + blockBytes / 2, ours);
    return 'ready';
  }

  close(): void {
    this.#closed = true;
    const file = this.#file;
    this.#file = null;
    void file?.then(
      (handle) => handle.close(),
      () => undefined,
    );
  }

  /** Seconds take turns in the two blocks, so that the next one can be read while this one is heard. */
  #blockOf(index: number): Block {
    const block = this.#blocks[index % 2] as Block;
    if (block.index !== index && block.filled !== null) void this.#load(block, index);
    return block;
  }

  /** Never rejects. What cannot be read is missing. */
  async #load(block: Block, index: number): Promise<void> {
    if (this.#closed) return;
    block.index = index;
    block.filled = null;
    let filled = 0;
    try {
      this.#file ??= open(this.#path, 'r');
      const handle = await this.#file;
      ({ bytesRead: filled } = await handle.read(block.bytes, 0, block.bytes.length, headerBytes + index * block.bytes.length));
    } catch {
      filled = 0;
    }
    block.filled = filled;
  }

  #encode(bytes: Buffer, at: number, out: Uint8Array): void {
    for (let sample = 0; sample < FRAME_BYTES; sample++) this.#samples[sample] = bytes.readInt16LE(at + sample * blockBytes);
    encodeMulaw(this.#samples, out);
  }
}
