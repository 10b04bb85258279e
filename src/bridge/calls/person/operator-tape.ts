import type { Clock } from '#bridge/contract/clock.ts';
import { OperatorTimeline } from '../../media/operator-timeline.ts';
import type { RecordingWriter } from '../../store/store.ts';
import type { RecordingPump } from '../record/recorder.ts';

/**
 * The third track of a recording: the operator's voice apart, in a file of its own that begins and ends with that of the call. The file is
 * made with the first frame, so a call that nobody took over has none. Whoever puts an operator's frame on the line also gives it to `frame`,
 * with the time at which the callee hears it; what is cleared before it is heard is told by `cut`. (Our side of the stereo file has the
 * same frame from `RecordingTimeline.ours`.)
 */
export class OperatorTape {
  readonly #zeroAtMs: number;
  readonly #clock: Clock;
  readonly #pump: RecordingPump;
  readonly #openFile: () => RecordingWriter;
  readonly #onTrouble: (error: unknown) => void;
  #timeline: OperatorTimeline | null = null;
  #cancelOpen: (() => void) | null = null;
  #end: (() => Promise<void>) | null = null;

  /** @param parts.zeroAtMs monotonic, where the call's recording begins */
  constructor(parts: {
    readonly zeroAtMs: number;
    readonly clock: Clock;
    readonly pump: RecordingPump;
    readonly openFile: () => RecordingWriter;
    readonly onTrouble: (error: unknown) => void;
  }) {
    this.#zeroAtMs = parts.zeroAtMs;
    this.#clock = parts.clock;
    this.#pump = parts.pump;
    this.#openFile = parts.openFile;
    this.#onTrouble = parts.onTrouble;
  }

  /** On the audio path. @param bytes mu-law @param playAtMs monotonic time at which the callee's ear begins to hear it */
  frame(bytes: Uint8Array, playAtMs: number): void {
    this.#timeline ??= this.#begin(playAtMs);
    this.#timeline.write(bytes, playAtMs);
  }

  /** Everything from here on was cleared before it was heard. @param atMs monotonic */
  cut(atMs: number): void {
    this.#timeline?.cut(atMs);
  }

  /** The call is over: hands over what is left and closes the file, where there is one. */
  async close(): Promise<void> {
    if (this.#cancelOpen) {
      this.#cancelOpen();
      this.#open();
    }
    await this.#end?.();
  }

  #begin(playAtMs: number): OperatorTimeline {
    // A file is opened where nobody waits for the next frame.
    this.#cancelOpen = this.#clock.after(0, () => this.#open());
    return new OperatorTimeline(this.#zeroAtMs, playAtMs);
  }

  #open(): void {
    this.#cancelOpen = null;
    const timeline = this.#timeline;
    if (!timeline) return;
    try {
      const writer = this.#openFile();
      writer.appendSilence(timeline.leadSamples);
      this.#end = this.#pump.add(timeline, writer);
    } catch (error) {
      this.#onTrouble(error);
    }
  }
}
