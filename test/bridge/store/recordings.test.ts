import { mkdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallId } from '#bridge/contract/ids.ts';
import { openStore } from '#bridge/store/open-store.ts';
import { maxQueuedBytes, type OpenRecording, openRecording } from '#bridge/store/recording-track.ts';
import type { RecordingWriter, Store } from '#bridge/store/store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { silentLog, temporaryFolder } from '../../support/store.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let store: Store;
const reopen = async (openFile?: OpenRecording) => {
  await store?.close();
  store = await openStore({
    dataDir: folder.path,
    now: () => new ManualClock().nowMs(),
    log: silentLog,
    ...(openFile && { openRecording: openFile }),
  });
};
beforeEach(async () => {
  folder = await temporaryFolder();
  await reopen();
});
afterEach(async () => {
  await store.close();
  await folder[Symbol.asyncDispose]();
});

const call = 'call_1' as CallId;
/** 20 ms of stereo, all samples the same. */
const frame = (value: number) => Buffer.alloc(640, Buffer.from([value, 0]));
const append = (writer: RecordingWriter, ...values: readonly number[]) => {
  for (const value of values) writer.append(frame(value));
};
async function read(file: string): Promise<{ readonly header: Buffer; readonly frames: number[] }> {
  const bytes = await readFile(store.recordings.path(file));
  const frames: number[] = [];
  for (let at = 44; at < bytes.length; at += 640) frames.push(bytes.readInt16LE(at));
  return { header: bytes.subarray(0, 44), frames };
}
/** Sizes that the header names, checked against the file. */
const isWhole = ({ header, frames }: { header: Buffer; frames: readonly number[] }) =>
  header.toString('latin1', 0, 4) === 'RIFF' &&
  header.readUInt32LE(4) === 36 + frames.length * 640 &&
  header.readUInt32LE(40) === frames.length * 640;

/** A disk that has room for so many bytes, until more is given. */
function smallDisk(bytes: number): { openFile: OpenRecording; free: (bytes: number) => void; refusals: () => number } {
  let room = bytes;
  let refused = 0;
  return {
    free: (more) => {
      room += more;
    },
    refusals: () => refused,
    openFile: async (path) => {
      const handle = await openRecording(path);
      const write = async (buffer: Buffer, offset: number, length: number, position: number) => {
        // The header is written over itself and takes no new room.
        const wanted = position < 44 ? 0 : length;
        if (wanted > 0 && room === 0) {
          refused += 1;
          throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        }
        const done = await handle.write(buffer, offset, wanted === 0 ? length : Math.min(wanted, room), position);
        if (wanted > 0) room -= done.bytesWritten;
        return done;
      };
      return {
        write: write as typeof handle.write,
        stat: () => handle.stat(),
        datasync: () => handle.datasync(),
        close: () => handle.close(),
      } as typeof handle;
    },
  };
}

describe('a recording', () => {
  it('is a stereo file of 8 kHz that holds what was appended, for this user alone', async () => {
    const writer = store.recordings.open(call, 'rehearsal');
    expect(writer.file).toBe('rehearsal/2026-11/call_1.wav');
    append(writer, 1, 2, 3);
    await writer.close();
    const wav = await read(writer.file);
    expect(wav.frames).toEqual([1, 2, 3]);
    expect(isWhole(wav)).toBe(true);
    expect({
      format: wav.header.readUInt16LE(20),
      channels: wav.header.readUInt16LE(22),
      hz: wav.header.readUInt32LE(24),
      bytesPerSecond: wav.header.readUInt32LE(28),
      block: wav.header.readUInt16LE(32),
      bits: wav.header.readUInt16LE(34),
    }).toEqual({ format: 1, channels: 2, hz: 8000, bytesPerSecond: 32_000, block: 4, bits: 16 });
    expect(store.recordings.durationMs(writer.file)).toBe(60);
    const path = store.recordings.path(writer.file);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  });

  it('grows while the call goes on, playable after every flush', async () => {
    const writer = store.recordings.open(call, 'rehearsal');
    append(writer, 1, 2);
    await vi.waitFor(async () => expect((await read(writer.file)).frames).toEqual([1, 2]), { timeout: 5_000 });
    await vi.waitFor(async () => expect(isWhole(await read(writer.file))).toBe(true), { timeout: 5_000 });
    append(writer, 3);
    await writer.close();
    expect((await read(writer.file)).frames).toEqual([1, 2, 3]);
  });

  it("keeps an operator's own voice in a file of one channel beside it, on the same clock", async () => {
    const writer = store.recordings.open(call, 'rehearsal');
    append(writer, 1, 2, 3);
    const operator = writer.beside();
    expect(operator.file).toBe('rehearsal/2026-11/call_1.operator.wav');
    operator.appendSilence(320);
    operator.append(Buffer.alloc(320, Buffer.from([7, 0])));
    await Promise.all([writer.close(), operator.close()]);
    const bytes = await readFile(store.recordings.path(operator.file));
    expect([bytes.readUInt16LE(22), bytes.readUInt32LE(28), bytes.readUInt16LE(32), bytes.readUInt32LE(40)]).toEqual([1, 16_000, 2, 960]);
    expect(bytes.length).toBe(44 + 960);
    const samples = Array.from({ length: 480 }, (_, at) => bytes.readInt16LE(44 + at * 2));
    expect(samples).toEqual([...Array<number>(320).fill(0), ...Array<number>(160).fill(7)]);
    expect(store.recordings.durationMs(operator.file)).toBe(60);
    expect((await stat(store.recordings.path(operator.file))).mode & 0o777).toBe(0o600);
  });

  it('takes nothing more after it was closed, and can be closed twice', async () => {
    const writer = store.recordings.open(call, 'rehearsal');
    append(writer, 1);
    await Promise.all([writer.close(), writer.close()]);
    append(writer, 2);
    await writer.close();
    expect((await read(writer.file)).frames).toEqual([1]);
  });

  it('is written to its end when the store closes', async () => {
    const writers = [1, 2, 3].map((index) => {
      const writer = store.recordings.open(`call_${index}` as CallId, 'rehearsal');
      append(writer, index, index);
      return writer;
    });
    await store.close();
    for (const [at, writer] of writers.entries()) expect((await read(writer.file)).frames).toEqual([at + 1, at + 1]);
  });

  it('leaves no file when nothing was said into it', async () => {
    const writer = store.recordings.open(call, 'rehearsal');
    await writer.close();
    expect(store.recordings.durationMs(writer.file)).toBeNull();
  });

  it('is never read from outside its folder', () => {
    for (const file of ['../ringside.db', '/etc/passwd', '', 'real/../../ringside.db', '..']) {
      expect(() => store.recordings.path(file), file).toThrow(expect.objectContaining({ code: 'not-found' }));
    }
  });

  it('in a store without a folder is gone when the store closes', async () => {
    const memory = await openStore({ dataDir: ':memory:', now: () => 0, log: silentLog });
    const writer = memory.recordings.open(call, 'real');
    append(writer, 1);
    await writer.close();
    expect(memory.recordings.durationMs(writer.file)).toBe(20);
    await memory.close();
    expect(memory.recordings.durationMs(writer.file)).toBeNull();
  });
});

describe('a disk that cannot take the recording', () => {
  it('is reported once, in words, and nothing that was written is lost', async () => {
    const disk = smallDisk(640 * 2);
    await reopen(disk.openFile);
    const troubles: string[] = [];
    const writer = store.recordings.open(call, 'rehearsal', (message) => troubles.push(message));
    append(writer, 1, 2, 3);
    await vi.waitFor(() => expect(disk.refusals()).toBeGreaterThan(1), { timeout: 5_000 });
    await writer.close();
    expect(troubles).toEqual([expect.stringMatching(/disk.*full/)]);
    expect(troubles[0]).toContain(folder.path);
    expect((await read(writer.file)).frames).toEqual([1, 2]);
    expect(await store.recordings.repair()).toBe(0);
    expect(isWhole(await read(writer.file))).toBe(true);
  });

  it('gets everything that waited once it has room again, even in the middle of a sample', async () => {
    const disk = smallDisk(641);
    await reopen(disk.openFile);
    const writer = store.recordings.open(call, 'rehearsal');
    append(writer, 1, 2, 3);
    await vi.waitFor(() => expect(disk.refusals()).toBeGreaterThan(0), { timeout: 5_000 });
    append(writer, 4);
    disk.free(1_000_000);
    await writer.close();
    const wav = await read(writer.file);
    expect(wav.frames).toEqual([1, 2, 3, 4]);
    expect(isWhole(wav)).toBe(true);
  });

  it('costs half a minute of memory at most; what is dropped becomes silence of the same length', async () => {
    const disk = smallDisk(0);
    await reopen(disk.openFile);
    const troubles: string[] = [];
    const writer = store.recordings.open(call, 'rehearsal', (message) => troubles.push(message));
    const fits = maxQueuedBytes / 640;
    for (let index = 0; index < fits; index += 1) writer.append(frame(1));
    for (let index = 0; index < 200; index += 1) writer.append(frame(2));
    await vi.waitFor(() => expect(disk.refusals()).toBeGreaterThan(0), { timeout: 5_000 });
    for (let index = 0; index < 5; index += 1) writer.append(frame(2));
    disk.free(Number.MAX_SAFE_INTEGER);
    await vi.waitFor(async () => expect((await read(writer.file)).frames).toHaveLength(fits + 205), { timeout: 5_000 });
    append(writer, 3, 4);
    await writer.close();
    const wav = await read(writer.file);
    expect(wav.frames).toEqual([...Array.from({ length: fits }, () => 1), ...Array.from({ length: 205 }, () => 0), 3, 4]);
    expect(isWhole(wav)).toBe(true);
    expect(troubles).toHaveLength(1);
  });

  it.skipIf(process.platform !== 'linux')('is told for what it is by the real thing', async () => {
    const path = store.recordings.path('rehearsal/2026-11/call_1.wav');
    await mkdir(dirname(path), { recursive: true });
    await symlink('/dev/full', path);
    const troubles: string[] = [];
    const writer = store.recordings.open(call, 'rehearsal', (message) => troubles.push(message));
    append(writer, 1);
    await writer.close();
    expect(troubles).toEqual([expect.stringMatching(/disk.*full/)]);
  });

  it('does not stop the call when there is no folder at all', async () => {
    await writeFile(join(folder.path, 'recordings'), 'in the way');
    const troubles: string[] = [];
    const writer = store.recordings.open(call, 'rehearsal', (message) => troubles.push(message));
    append(writer, 1);
    await writer.close();
    expect(troubles).toEqual([expect.stringContaining('recordings')]);
  });
});

describe('mending after a kill', () => {
  /** What a killed process leaves: a file, and its name on the list of open recordings. */
  async function killedWith(bytes: number, header = Buffer.alloc(44)): Promise<string> {
    const writer = store.recordings.open(call, 'rehearsal');
    const path = store.recordings.path(writer.file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.concat([header, Buffer.alloc(1_000_000, 7)]));
    await truncate(path, bytes);
    // A new store knows nothing of the writer that the old one had.
    return writer.file;
  }
  const restarted = () => openStore({ dataDir: folder.path, now: () => 0, log: silentLog });

  it.each([
    ['whose header was behind', 44 + 6400, 44 + 6400],
    ['that ends in the middle of a sample', 44 + 6403, 44 + 6400],
    ['that has only a header', 44, 44],
    ['that was just made', 0, 44],
    ['that broke off in its header', 17, 44],
  ])('makes a file playable %s', async (_what, left, mended) => {
    const file = await killedWith(left);
    const second = await restarted();
    expect(await second.recordings.repair()).toBe(1);
    const bytes = await readFile(second.recordings.path(file));
    expect(bytes).toHaveLength(mended);
    expect(bytes.readUInt32LE(40)).toBe(mended - 44);
    expect(bytes.readUInt32LE(4)).toBe(mended - 8);
    expect(await second.recordings.repair()).toBe(0);
    await second.close();
  });

  it("mends an operator's track as one of one channel", async () => {
    const writer = store.recordings.open(call, 'rehearsal');
    const operator = writer.beside();
    operator.append(Buffer.alloc(320, 1));
    const path = store.recordings.path(operator.file);
    await vi.waitFor(async () => expect((await stat(path)).size).toBe(364), { timeout: 5_000 });
    // As a killed process leaves it: half a sample at the end, and a header that is behind.
    const bytes = await readFile(path);
    bytes.writeUInt32LE(4, 40);
    await writeFile(path, Buffer.concat([bytes, Buffer.alloc(5, 1)]));
    const second = await restarted();
    expect(await second.recordings.repair()).toBeGreaterThan(0);
    const mended = await readFile(path);
    expect([mended.length, mended.readUInt32LE(40), mended.readUInt16LE(22)]).toEqual([44 + 324, 324, 1]);
    await second.close();
    await Promise.all([writer.close(), operator.close()]);
  });

  it('passes by what was never written, what is whole, and what is being written', async () => {
    store.recordings.open('call_never' as CallId, 'rehearsal');
    const whole = store.recordings.open('call_whole' as CallId, 'rehearsal');
    append(whole, 1);
    await whole.close();
    const running = store.recordings.open('call_running' as CallId, 'rehearsal');
    append(running, 1, 2);
    expect(await store.recordings.repair()).toBe(0);
    await running.close();
    expect((await read(running.file)).frames).toEqual([1, 2]);
    const second = await restarted();
    expect(await second.recordings.repair()).toBe(0);
    await second.close();
  });

  it('lets a recording go on behind what is there', async () => {
    const writer = store.recordings.open(call, 'rehearsal');
    append(writer, 1);
    await writer.close();
    const again = store.recordings.open(call, 'rehearsal');
    append(again, 2);
    await again.close();
    const wav = await read(writer.file);
    expect(wav.frames).toEqual([1, 2]);
    expect(isWhole(wav)).toBe(true);
  });
});
