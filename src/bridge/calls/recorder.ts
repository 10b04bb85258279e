import type { Clock } from '#bridge/contract/clock.ts';
import type { RecordingWriter } from '../store/store.ts';

/**
 * How often the audio of a call is handed to the writer, which writes it at once. With the next one it bounds what a killed process loses
 * of a recording to under a second. A write costs about the same whatever its length.
 */
const pumpMs = 500;
/** Audio younger than this may still change: frames arrive unevenly, and what was sent may be cleared before it is heard. */
const settleMs = 400;

/** Audio by its time, taken out once, oldest first. */
interface Timeline {
  drain(untilMs: number): Buffer | null;
}

type Tape = Pick<RecordingWriter, 'file' | 'append' | 'close'>;

interface Taped {
  readonly timeline: Timeline;
  readonly writer: Tape;
  cancel: () => void;
}

/**
 * Moves audio from the calls' timelines to their files, off the audio path. Each call has its own beat, so that eighty of them do not all
 * do it in the same moment.
 */
export class RecordingPump {
  readonly #taped = new Set<Taped>();
  readonly #clock: Clock;
  readonly #trouble: (error: unknown) => void;

  /** @param trouble told of what goes wrong with one recording; the others go on */
  constructor(clock: Clock, trouble: (error: unknown) => void) {
    this.#clock = clock;
    this.#trouble = trouble;
  }

  /** @returns ends this recording: hands over what is left and closes the file */
  add(timeline: Timeline, writer: Tape): () => Promise<void> {
    const taped: Taped = { timeline, writer, cancel: () => {} };
    this.#taped.add(taped);
    this.#schedule(taped);
    return async () => {
      if (!this.#taped.delete(taped)) return;
      taped.cancel();
      this.#move(taped, this.#clock.monotonicMs());
      await writer.close();
    };
  }

  close(): void {
    for (const taped of this.#taped) taped.cancel();
  }

  #schedule(taped: Taped): void {
    taped.cancel = this.#clock.after(pumpMs, () => {
      this.#schedule(taped);
      this.#move(taped, this.#clock.monotonicMs() - settleMs);
    });
  }

  /** What one recording cannot take is lost to it alone. */
  #move({ timeline, writer }: Taped, untilMs: number): void {
    try {
      const audio = timeline.drain(untilMs);
      if (audio) writer.append(audio);
    } catch (error) {
      this.#trouble(error);
    }
  }
}
