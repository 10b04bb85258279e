import { FRAME_BYTES, SAMPLE_RATE_HZ } from '#bridge/media/g711.ts';
import { ByteLog } from './byte-log.ts';
import type { Leg } from './leg.ts';

/** RIFF, a format chunk with its empty extension, the fact chunk that every format but PCM needs, and the data chunk's head. */
const HEADER_BYTES = 58;
const FORMAT_MULAW = 7;

/** The carrier's own recording of a leg: the person in the first channel, what the person hears in the second; or both in one. */
export class LegRecording {
  readonly id: string;
  readonly channels: 1 | 2;
  readonly startedAtMs: number;
  endedAtMs: number | null = null;
  /** Until then the file does not exist. */
  isReady = false;
  readonly #log = new ByteLog();
  #stop: () => void;
  /** Told once, when the recording stops for whatever reason. */
  whenStopped: () => void = () => undefined;

  constructor(id: string, leg: Leg, channels: 1 | 2, startedAtMs: number) {
    this.id = id;
    this.channels = channels;
    this.startedAtMs = startedAtMs;
    const both = new Uint8Array(FRAME_BYTES * 2);
    const record = (voice: Uint8Array, ear: Uint8Array): void => {
      if (channels === 1) {
        this.#log.append(voice);
        return;
      }
      for (let at = 0; at < FRAME_BYTES; at++) {
        both[at * 2] = voice[at] ?? 0;
        both[at * 2 + 1] = ear[at] ?? 0;
      }
      this.#log.append(both);
    };
    leg.recorders.add(record);
    this.#stop = () => leg.recorders.delete(record);
  }

  /** @returns false when it had been stopped before */
  stop(atMs: number): boolean {
    if (this.endedAtMs !== null) return false;
    this.endedAtMs = atMs;
    this.#stop();
    this.#stop = () => undefined;
    this.whenStopped();
    return true;
  }

  get durationMs(): number {
    return (this.#log.length / this.channels / SAMPLE_RATE_HZ) * 1000;
  }

  /** The file: mu-law WAV. */
  wav(): Buffer {
    const audio = this.#log.bytes();
    const header = Buffer.alloc(HEADER_BYTES);
    header.write('RIFF', 0, 'latin1');
    header.writeUInt32LE(HEADER_BYTES - 8 + audio.length, 4);
    header.write('WAVEfmt ', 8, 'latin1');
    header.writeUInt32LE(18, 16);
    header.writeUInt16LE(FORMAT_MULAW, 20);
    header.writeUInt16LE(this.channels, 22);
    header.writeUInt32LE(SAMPLE_RATE_HZ, 24);
    header.writeUInt32LE(SAMPLE_RATE_HZ * this.channels, 28);
    header.writeUInt16LE(this.channels, 32);
    header.writeUInt16LE(8, 34);
    header.write('fact', 38, 'latin1');
    header.writeUInt32LE(4, 42);
    header.writeUInt32LE(audio.length / this.channels, 46);
    header.write('data', 50, 'latin1');
    header.writeUInt32LE(audio.length, 54);
    return Buffer.concat([header, audio]);
  }
}
