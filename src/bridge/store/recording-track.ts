import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RecordingWriter } from './store.ts';
import { audioBytesOf, blockBytesOf, bytesPerSecond, type Channels, headerBytes, wavHeader } from './wav-header.ts';

/** What a recording asks of the disk; a test brings one that refuses. */
export type RecordingHandle = Pick<FileHandle, 'write' | 'stat' | 'datasync' | 'close'>;
export type OpenRecording = (path: string) => Promise<RecordingHandle>;

/** Makes the folders on the way; the file is for this user alone. An existing one is continued, never cut. */
export const openRecording: OpenRecording = async (path) => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
};

/** What one call may hold in memory while the disk does not follow: half a minute, just under a megabyte. Beyond it there is silence. */
export const maxQueuedBytes = 30 * bytesPerSecond;

/**
 * The sizes in the header may be behind by two seconds of audio: who plays a file that still grows gets them from us anyway, and a killed
 * process's are mended. To write them with each piece of audio would double the writes.
 */
const headerEveryBytes = 2 * bytesPerSecond;

const silence = Buffer.alloc(64 * 1024);
const nobody = (): void => undefined;

/** What a track needs of those who look after all of them. */
export interface TrackKeeper {
  readonly openFile: OpenRecording;
  /** There is something to write. Called on the audio path. */
  wake(track: RecordingTrack): void;
  /** Words for a refusal of the disk; logs it unless that was done already. */
  troubled(error: unknown): string;
  recovered(): void;
  /** A track with one voice, in a file beside this one. */
  openBeside(track: RecordingTrack, onTrouble: ((message: string) => void) | undefined): RecordingWriter;
  /** The file is whole, and nobody writes to it any more. */
  closed(track: RecordingTrack, whole: boolean): void;
}

/**
 * One recording on its way to the disk. Samples are counted by what was appended, not by what was written: audio that had to be dropped
 * becomes silence of the same length, so everything after it stays at its time.
 */
export class RecordingTrack implements RecordingWriter {
  readonly file: string;
  readonly #path: string;
  readonly #channels: Channels;
  readonly #keeper: TrackKeeper;
  readonly #onTrouble: ((message: string) => void) | undefined;
  /** Audio, or a number of bytes of silence. */
  #queue: (Buffer | number)[] = [];
  #queuedBytes = 0;
  #written: (audio: Buffer) => void = nobody;
  #writtenBytes = 0;
  /** What the header of the file says; null before it has one. */
  #headerSays: number | null = null;
  #handle: RecordingHandle | null = null;
  #isRefused = false;
  #reported = false;
  #closing: Promise<void> | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(
    { file, path, channels }: { readonly file: string; readonly path: string; readonly channels: Channels },
    keeper: TrackKeeper,
    onTrouble?: (message: string) => void,
  ) {
    this.file = file;
    this.#path = path;
    this.#channels = channels;
    this.#keeper = keeper;
    this.#onTrouble = onTrouble;
  }

  append(audio: Buffer, written: (audio: Buffer) => void = nobody): void {
    this.#written = written;
    if (this.#closing) {
      written(audio);
      return;
    }
    if (this.#queuedBytes + audio.length <= maxQueuedBytes) {
      this.#queue.push(audio);
      this.#queuedBytes += audio.length;
    } else {
      this.#queueSilence(audio.length);
      written(audio);
      if (!this.#reported) this.report(new Error('The disk is too slow to follow the recording; a part of it will be silent.'));
    }
    this.#keeper.wake(this);
  }

  appendSilence(samples: number): void {
    if (this.#closing || samples <= 0) return;
    this.#queueSilence(samples * blockBytesOf(this.#channels));
    this.#keeper.wake(this);
  }

  beside(): RecordingWriter {
    return this.#keeper.openBeside(this, this.#onTrouble);
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  /** The disk did not take what it was given last. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Write what is queued, and now and then the sizes in the header. Never rejects; what the disk refuses stays queued for the next time. */
  flush(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#write(false));
    return this.#turn;
  }

  /** Tell whoever records, once, why the recording has a hole. */
  report(error: unknown): void {
    const message = this.#keeper.troubled(error);
    if (this.#reported) return;
    this.#reported = true;
    this.#onTrouble?.(message);
  }

  async #write(isLast: boolean): Promise<void> {
    try {
      if (!this.#hasWork(isLast)) return;
      this.#handle ??= await this.#open();
      let isHeaderDue = true;
      try {
        await this.#drain(this.#handle);
        isHeaderDue = isLast || this.#headerSays === null || this.#wholeBytes - this.#headerSays >= headerEveryBytes;
      } finally {
        // Also for the part that went in before the disk was full: what is there shall be playable.
        if (isHeaderDue) await this.#writeHeader(this.#handle);
      }
      this.#isRefused = false;
      this.#keeper.recovered();
    } catch (error) {
      this.#isRefused = true;
      this.report(error);
    }
  }

  #queueSilence(bytes: number): void {
    const last = this.#queue.length - 1;
    const tail = this.#queue[last];
    if (typeof tail === 'number') this.#queue[last] = tail + bytes;
    else this.#queue.push(bytes);
  }

  #hasWork(isLast: boolean): boolean {
    if (this.#queue.length > 0 || this.#isRefused) return true;
    return isLast && this.#handle !== null && this.#headerSays !== this.#wholeBytes;
  }

  /** Written audio without half a moment at the end. */
  get #wholeBytes(): number {
    return this.#writtenBytes - (this.#writtenBytes % blockBytesOf(this.#channels));
  }

  async #writeHeader(handle: RecordingHandle): Promise<void> {
    const says = this.#wholeBytes;
    await writeAll(handle, wavHeader(says, this.#channels), 0);
    this.#headerSays = says;
  }

  async #open(): Promise<RecordingHandle> {
    const handle = await this.#keeper.openFile(this.#path);
    try {
      this.#writtenBytes = audioBytesOf((await handle.stat()).size, this.#channels);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return handle;
  }

  async #drain(handle: RecordingHandle): Promise<void> {
    const queue = this.#queue;
    this.#queue = [];
    try {
      while (queue.length > 0) {
        const first = queue[0];
        if (typeof first === 'number') queue[0] = await this.#writeSilence(handle, first);
        else queue[0] = await this.#writeAudio(handle, queue);
        if (queue[0] === 0) queue.shift();
      }
    } finally {
      this.#queue = queue.length === 0 ? this.#queue : [...queue, ...this.#queue];
    }
  }

  /** @returns how many bytes of the silence are left */
  async #writeSilence(handle: RecordingHandle, bytes: number): Promise<number> {
    const written = await this.#writePart(handle, silence.subarray(0, Math.min(bytes, silence.length)));
    return bytes - written;
  }

  /** Writes the audio up to the next silence in one go, leaving one entry at the head of the queue. @returns what is left of it, 0 for nothing */
  async #writeAudio(handle: RecordingHandle, queue: (Buffer | number)[]): Promise<Buffer | 0> {
    const end = queue.findIndex((item) => typeof item === 'number');
    const run = queue.splice(0, end === -1 ? queue.length : end).filter((item) => typeof item !== 'number');
    const audio = run.length === 1 && run[0] ? run[0] : Buffer.concat(run);
    if (run.length > 1) for (const copied of run) this.#written(copied);
    queue.unshift(audio);
    const written = await this.#writePart(handle, audio);
    this.#queuedBytes -= written;
    if (written < audio.length) return audio.subarray(written);
    this.#written(audio);
    return 0;
  }

  async #writePart(handle: RecordingHandle, bytes: Buffer): Promise<number> {
    const { bytesWritten } = await handle.write(bytes, 0, bytes.length, headerBytes + this.#writtenBytes);
    this.#writtenBytes += bytesWritten;
    return bytesWritten;
  }

  async #finish(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#write(true));
    await this.#turn;
    let whole = !this.#isRefused;
    try {
      await this.#handle?.datasync();
      await this.#handle?.close();
    } catch (error) {
      whole = false;
      this.report(error);
    }
    this.#handle = null;
    this.#queue = [];
    this.#keeper.closed(this, whole);
  }
}

async function writeAll(handle: RecordingHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
}
