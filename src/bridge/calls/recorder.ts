import type { Clock } from '#bridge/contract/clock.ts';
import type { RecordingTimeline } from '../media/recording-timeline.ts';
import type { RecordingWriter } from '../store/store.ts';

/**
 * How often recorded audio is handed to the writer. With the next one, and with the 300 ms after which the writer writes, it bounds what a
 * killed process loses of a recording to under a second.
 */
const pumpMs = 250;
/** Audio younger than this may still change: frames arrive unevenly, and what was sent may be cleared before it is heard. */
const settleMs = 400;

interface Taped {
  readonly timeline: RecordingTimeline;
  readonly writer: RecordingWriter;
}

/** Moves audio from the calls' timelines to their files, for all calls at once and off the audio path. */
export class RecordingPump {
  readonly #taped = new Set<Taped>();
  readonly #clock: Clock;
  readonly #trouble: (error: unknown) => void;
  #cancel: (() => void) | null = null;

  /** @param trouble told of what goes wrong with one recording; the others go on */
  constructor(clock: Clock, trouble: (error: unknown) => void) {
    this.#clock = clock;
    this.#trouble = trouble;
  }

  /** @returns ends this recording: hands over what is left and closes the file */
  add(timeline: RecordingTimeline, writer: RecordingWriter): () => Promise<void> {
    const taped: Taped = { timeline, writer };
    this.#taped.add(taped);
    this.#schedule();
    return async () => {
      if (!this.#taped.delete(taped)) return;
      this.#move(taped, this.#clock.monotonicMs());
      if (this.#taped.size === 0) this.close();
      await writer.close();
    };
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #schedule(): void {
    this.#cancel ??= this.#clock.after(pumpMs, () => {
      this.#cancel = null;
      const untilMs = this.#clock.monotonicMs() - settleMs;
      for (const taped of this.#taped) this.#move(taped, untilMs);
      if (this.#taped.size > 0) this.#schedule();
    });
  }

  /** One timer serves all calls: what one recording cannot take is lost to it alone. */
  #move({ timeline, writer }: Taped, untilMs: number): void {
    try {
      const audio = timeline.drain(untilMs);
      if (audio) writer.append(audio);
    } catch (error) {
      this.#trouble(error);
    }
  }
}
